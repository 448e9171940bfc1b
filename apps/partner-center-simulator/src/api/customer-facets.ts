import { randomUUID } from 'node:crypto';
import type { Call } from '../call.js';
import { type Answer, documentedRefusal, malformed, plain, refusal, success } from './answer.js';
import { cloudOf } from './clouds.js';
import { detailJson } from './customer-json.js';
import { findCustomer } from './find-customer.js';
import { deriveIds } from './ids.js';
import { member, objectOf, parseObject, text } from './json-input.js';
import { page } from './paging.js';

/** PATCH /v1/customers/{id} (reference 5.13): ends the relationship; tenant and domain remain. Nothing else changes. */
export function updateCustomer(call: Call): Answer {
  const { settings } = call.world;
  const { customer, refusal: objection } = findCustomer(call);
  if (objection) return objection;
  const body = parseObject(call.body);
  if (!body) return malformed(settings);
  if (text(member(body, 'relationshipToPartner'))?.toLowerCase() !== 'none') return documentedRefusal(settings, 3000);
  customer.hasLeft = true;
  const left = detailJson(customer, settings).replace(
    '"relationshipToPartner":"reseller"',
    '"relationshipToPartner":"none"',
  );
  return success(settings, 200, left);
}

/** GET …/customDomains (reference 5.2): needs delegated access. */
export function customDomains(call: Call): Answer {
  const { settings } = call.world;
  const { customer, refusal: objection } = findCustomer(call);
  if (objection) return objection;
  if (!settings.delegatedAccess) return documentedRefusal(settings, 900308);
  return success(settings, 200, JSON.stringify([customer.domain]));
}

/** GET …/validationStatus?type=account (reference 5.10): 600074 while there is none, which blocks nothing. */
export function validationStatus(call: Call): Answer {
  const { settings, clock } = call.world;
  const { refusal: objection } = findCustomer(call);
  if (objection) return objection;
  if (settings.validationStatus === null) return documentedRefusal(settings, 600074);
  const lastUpdateDateTime = new Date(clock.now()).toISOString().slice(0, 19);
  return success(
    settings,
    200,
    JSON.stringify({ type: 'account', status: settings.validationStatus, lastUpdateDateTime }),
  );
}

/** GET …/subscribedskus (reference 5.15, 7.17): none; refused as long as the tenant is not fully there. */
export function subscribedSkus(call: Call): Answer {
  const { settings } = call.world;
  const { customer, refusal: objection } = findCustomer(call);
  if (!customer) {
    const age = call.world.clock.now() - (call.world.book.withId(call.target.customer)?.createdAt ?? -Infinity);
    if (age >= settings.visibilityDelay[1]) return objection;
    return refusal(settings, { status: 404, code: 60003, description: 'Tenant address information is not available' });
  }
  return page(call, [], () => '');
}

/** GET …/users (reference 5.9): the one that was made with the tenant. */
export function users(call: Call): Answer {
  const { customer, refusal: objection } = findCustomer(call);
  if (objection) return objection;
  const user = {
    id: adminId(customer.id),
    userPrincipalName: `${customer.userName}@${customer.domain}`,
    displayName: customer.userName,
    attributes: { objectType: 'CustomerUser' },
  };
  return page(call, [user], (item) => JSON.stringify(item));
}

/** PATCH …/users/{userId} (reference 5.9): a new password for the admin; in the public cloud only. */
export function resetPassword(call: Call): Answer {
  const { settings } = call.world;
  if (!cloudOf(settings).isPublic) return documentedRefusal(settings, 900127);
  const { customer, refusal: objection } = findCustomer(call);
  if (objection) return objection;
  if (call.target.subject.toLowerCase() !== adminId(customer.id)) return documentedRefusal(settings, 60002);
  const body = parseObject(call.body);
  if (!body) return malformed(settings);
  if (!text(member(objectOf(member(body, 'passwordProfile')), 'password'))) return documentedRefusal(settings, 2000);
  const attributes = { objectType: 'CustomerUser' };
  const user = { id: adminId(customer.id), userPrincipalName: `${customer.userName}@${customer.domain}`, attributes };
  return success(settings, 200, JSON.stringify(user));
}

/** GET /v1/customers/relationshiprequests (reference 5.12): there is none in the sandbox. */
export function invitation(call: Call): Answer {
  const { settings } = call.world;
  if (settings.sandbox) return documentedRefusal(settings, 900127);
  const url = `https://${settings.partnerDomain}/invitation?id=${randomUUID()}`;
  return success(settings, 200, JSON.stringify({ url, attributes: { objectType: 'CustomerRelationshipRequest' } }));
}

/** DELETE /v1/customers/{id}: purges the tenant, in the sandbox only (reference 5.14). */
export function deleteCustomer(call: Call): Answer {
  const { settings, book } = call.world;
  if (!settings.sandbox) return documentedRefusal(settings, 900127);
  const customer = book.withId(call.target.customer);
  if (!customer || customer.owner !== 'ours') return documentedRefusal(settings, 1000);
  book.remove(customer);
  return plain(204, '', '');
}

function adminId(customerId: string): string {
  return deriveIds(`admin/${customerId}`).guid;
}
