import type { Call } from '../call.js';
import { type Answer, documentedRefusal, malformed, refusal, success } from './answer.js';
import { header } from '../call.js';
import { billingJson, billingWithLink, profileJson } from './customer-json.js';
import { readAddress, readBilling } from './customer-input.js';
import { findCustomer } from './find-customer.js';
import { member, objectOf, parseObject } from './json-input.js';

/** GET /v1/customers/{id}/profiles/company (reference 5.8). */
export function companyProfile(call: Call): Answer {
  const { customer, refusal: objection } = findCustomer(call);
  if (objection) return objection;
  const { settings } = call.world;
  return success(settings, 200, profileJson(customer, settings.delegatedAccess));
}

/** GET …/profiles/billing: with its etag, the one that a PUT must name (reference 1.2, 1.5). */
export function billingProfile(call: Call): Answer {
  const { customer, refusal: objection } = findCustomer(call);
  if (objection) return objection;
  return success(call.world.settings, 200, billingWithLink(customer) || '{}');
}

/** PUT …/profiles/billing: needs `If-Match` with the etag in double quotes; every change makes a new etag. */
export function updateBillingProfile(call: Call): Answer {
  const { settings } = call.world;
  const { customer, refusal: objection } = findCustomer(call);
  if (objection) return objection;
  const body = parseObject(call.body);
  if (!body) return malformed(settings);
  const etag = /"etag":"([^"]*)"/.exec(customer.billing)?.[1];
  const expected = header(call.req, 'if-match');
  if (expected === undefined) return documentedRefusal(settings, 2000, { description: 'If-Match is required.' });
  if (expected !== `"${etag}"`) {
    return refusal(settings, { status: 412, code: 412, description: 'The etag does not match.' });
  }
  const address = readAddress(objectOf(member(body, 'defaultAddress')));
  customer.billingRevision = (customer.billingRevision ?? 0) + 1;
  customer.billing = billingJson(customer.id, { billing: readBilling(body), address }, customer.billingRevision);
  return success(settings, 200, billingWithLink(customer));
}
