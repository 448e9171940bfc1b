import type { Customer } from '../book/book.js';
import type { Call } from '../call.js';
import { type Answer, documentedRefusal } from './answer.js';
import { isGuid } from './ids.js';

/** The customer that the path names, or why it cannot be had. */
export type Found =
  | { readonly customer: Customer; readonly refusal?: undefined }
  | { readonly customer?: undefined; readonly refusal: Answer };

/** After creation a customer is not found in two different ways before it shows (reference 7.2). */
export function findCustomer(call: Call): Found {
  const { settings, book, clock } = call.world;
  const id = call.target.customer;
  if (!isGuid(id)) return refused(call, 2000, 'Tenant Id must be a GUID.');
  const customer = book.withId(id);
  if (customer && (customer.owner !== 'ours' || customer.hasLeft)) return refused(call, 20002);
  const [notFoundUntil, noCompanyUntil] = settings.visibilityDelay;
  const age = customer?.isListed && book.exists(customer) ? clock.now() - customer.createdAt : -1;
  if (!customer || age < notFoundUntil)
    return refused(call, 1000, `A customer with the tenant Id '${id}' was not found.`);
  if (age >= noCompanyUntil) return { customer };
  return refused(call, 60003, `No company was found to be associated with tenant Id: '${id}'.`);
}

function refused(call: Call, code: number, description?: string): Found {
  return { refusal: documentedRefusal(call.world.settings, code, description === undefined ? {} : { description }) };
}
