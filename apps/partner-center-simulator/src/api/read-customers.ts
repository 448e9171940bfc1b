import type { Customer } from '../book/book.js';
import type { Call } from '../call.js';
import { type Answer, plain, refusal, success } from './answer.js';
import { queryOf } from '../call.js';
import { detailJson, itemJson } from './customer-json.js';
import { type Filter, readFilter } from './filter.js';
import { findCustomer } from './find-customer.js';
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

/** GET /v1/customers/{id} (reference 5.2). */
export function getCustomer(call: Call): Answer {
  const { settings } = call.world;
  const { customer, refusal: objection } = findCustomer(call);
  return objection ?? success(settings, 200, detailJson(customer, settings));
}

/**
 * HEAD /v1/domains/{domain}: 200 = taken, 404 = free, never a body (reference 2.4). With `domainCheckKnows` set to
 * partners a tenant without a partner is overlooked, as some say: a 404 then proves nothing.
 */
export function checkDomain(call: Call): Answer {
  const { book, settings } = call.world;
  const tenant = book.withDomain(call.target.subject);
  const isOverlooked = settings.domainCheckKnows === 'partners' && tenant?.owner === 'unlinkedTenant';
  return plain(tenant && !isOverlooked ? 200 : 404, '', '');
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
    customer.isListed &&
    customer.owner === 'ours' &&
    !customer.hasLeft &&
    customer.createdAt <= newest &&
    book.exists(customer);
}

function one(customer: Customer | undefined): Customer[] {
  return customer ? [customer] : [];
}

function badRequest(call: Call, description: string): Answer {
  return refusal(call.world.settings, { status: 400, code: 2000, description });
}
