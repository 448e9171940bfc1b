import type { Customer } from '../book/book.js';
import type { Call } from '../call.js';
import { type Answer, plain, refusal, success } from './answer.js';
import { queryOf } from '../call.js';
import { detailJson, itemJson } from './customer-json.js';
import { type Filter, readFilter } from './filter.js';
import { isGuid } from './ids.js';
import { page } from './paging.js';

/** GET /v1/customers (reference 5.3, 5.4): ours only, and not before `listDelay` has passed. */
export function searchCustomers(call: Call): Answer {
  const query = queryOf(call);
  const text = query.get('filter');
  if (text === null) {
    if (query.get('size') === null) return badRequest(call, 'The size is required.');
    return page(call, call.world.book.all.filter(listed(call)), itemJson);
  }
  const filter = readFilter(text);
  if (!filter) return badRequest(call, 'The filter is not valid.');
  if (filter.operator !== 'startswith' && filter.operator !== 'equals') {
    return badRequest(call, 'Customer search only allows starts with and equals operation.');
  }
  const found = matching(call, filter);
  if (!found) return badRequest(call, 'The search field is not valid.');
  return page(call, found.filter(listed(call)), itemJson);
}

/** GET /v1/customers/{id}: after creation two different 404s before the customer shows (reference 7.2). */
export function getCustomer(call: Call): Answer {
  const { settings, book, clock } = call.world;
  const id = call.target.subject;
  if (!isGuid(id)) return badRequest(call, 'Tenant Id must be a GUID.');
  const customer = book.withId(id);
  if (customer && customer.owner !== 'ours') {
    const description = 'There is no commerce relationship with the customer.';
    return refusal(settings, { status: 403, code: 20002, description });
  }
  const [notFoundUntil, noCompanyUntil] = settings.visibilityDelay;
  const age = customer?.isListed && book.exists(customer) ? clock.now() - customer.createdAt : -1;
  if (!customer || age < notFoundUntil) {
    const description = `A customer with the tenant Id '${id}' was not found.`;
    return refusal(settings, { status: 404, code: 1000, description });
  }
  if (age < noCompanyUntil) {
    const description = `No company was found to be associated with tenant Id: '${id}'.`;
    return refusal(settings, { status: 404, code: 60003, description });
  }
  return success(settings, 200, detailJson(customer));
}

/** DELETE /v1/customers/{id}: purges the tenant, in the sandbox only (reference 5.14). */
export function deleteCustomer(call: Call): Answer {
  const { settings, book } = call.world;
  if (!settings.sandbox) {
    const description = 'The operation is not supported in this environment.';
    return refusal(settings, { status: 400, code: 900127, description });
  }
  const customer = book.withId(call.target.subject);
  if (!customer || customer.owner !== 'ours') {
    return refusal(settings, { status: 404, code: 1000, description: 'The customer was not found.' });
  }
  book.remove(customer);
  return plain(204, '', '');
}

/** HEAD /v1/domains/{domain}: 200 = taken, 404 = free, never a body (reference 2.4). */
export function checkDomain(call: Call): Answer {
  return plain(call.world.book.withDomain(call.target.subject) ? 200 : 404, '', '');
}

function matching(call: Call, filter: Filter): readonly Customer[] | undefined {
  const { book } = call.world;
  const value = filter.value.toLowerCase();
  const fits = (text: string) => (filter.operator === 'equals' ? text === value : text.startsWith(value));
  switch (filter.field) {
    case 'domain':
      return filter.operator === 'equals' ? one(book.withDomain(value)) : book.withDomainPrefix(value);
    case 'companyname':
      return book.all.filter((customer) => fits(customer.companyName.toLowerCase()));
    case 'indirectreseller':
      return book.all.filter((customer) => fits(customer.associatedPartnerId?.toLowerCase() ?? ''));
    case 'indirectcloudsolutionprovider':
      return [];
    default:
      return undefined;
  }
}

function listed(call: Call): (customer: Customer) => boolean {
  const { book, settings, clock } = call.world;
  const newest = clock.now() - settings.listDelay;
  return (customer) =>
    customer.isListed && customer.owner === 'ours' && customer.createdAt <= newest && book.exists(customer);
}

function one(customer: Customer | undefined): Customer[] {
  return customer ? [customer] : [];
}

function badRequest(call: Call, description: string): Answer {
  return refusal(call.world.settings, { status: 400, code: 2000, description });
}
