import { isObject, member, parseBody, textMember, type AnswerBody, type JsonObject } from './answer-body.js';
import type { AddCustomerRecord, CustomerSummary } from './answers.js';

/** One page of a collection and the way to the next; `next: null` means it was the last. */
export interface Page<T> {
  items: T[];
  next: PageLink | null;
}

export interface PageLink {
  /** Relative to `/v1`; null: the first page's address with the service's paging parameters. */
  uri: string | null;
  token: string | null;
}

/** Reads a collection (reference 5.4). Null if a page or an item cannot be read: then nothing is known to be absent. */
export function readPage<T>(body: AnswerBody, readItem: (item: JsonObject) => T | null | 'skip'): Page<T> | null {
  if (body.kind !== 'object') return null;
  const list = member(body.value, 'items');
  if (!Array.isArray(list)) return null;
  const items: T[] = [];
  for (const entry of list) {
    const item = isObject(entry) ? readItem(entry) : null;
    if (item === null) return null;
    if (item !== 'skip') items.push(item);
  }
  return { items, next: readNext(body.value) };
}

function readNext(body: JsonObject): PageLink | null {
  const link = member(member(body, 'links'), 'next');
  const uri = textMember(link, 'uri') ?? null;
  const headers = member(link, 'headers');
  const inLink = (Array.isArray(headers) ? (headers as unknown[]) : []).find(
    (header) => textMember(header, 'key')?.toLowerCase() === 'ms-continuationtoken',
  );
  const token = textMember(body, 'continuationToken') ?? textMember(inLink, 'value') ?? null;
  return uri === null && token === null ? null : { uri, token };
}

export function readSummary(item: JsonObject): CustomerSummary | null {
  const company = member(item, 'companyProfile');
  const customerId = textMember(item, 'id') ?? textMember(company, 'tenantId');
  const domain = textMember(company, 'domain');
  if (customerId === undefined || domain === undefined) return null;
  return {
    customerId,
    tenantId: textMember(company, 'tenantId') ?? customerId,
    domain,
    companyName: textMember(company, 'companyName') ?? null,
    relationshipToPartner: textMember(item, 'relationshipToPartner') ?? null,
  };
}

/** A record of a succeeded `add_customer`; any other kind of record is skipped (reference 5.6). */
export function readAddCustomer(item: JsonObject): AddCustomerRecord | 'skip' {
  const operation = textMember(item, 'operationType')?.toLowerCase().replaceAll('_', '');
  const status = textMember(item, 'operationStatus')?.toLowerCase();
  if (operation !== 'addcustomer' || status !== 'succeeded') return 'skip';
  return {
    customerId: textMember(item, 'customerId') ?? '',
    domain: primaryDomain(item) ?? domainOfNewValue(item) ?? '',
    correlationId: (textMember(item, 'originalCorrelationId') ?? '').toLowerCase(),
    operationDate: textMember(item, 'operationDate') ?? '',
  };
}

function primaryDomain(item: JsonObject): string | undefined {
  const data = member(item, 'customizedData');
  if (!Array.isArray(data)) return textMember(data, 'PrimaryDomainName');
  const entry: unknown = data.find((pair) => textMember(pair, 'key')?.toLowerCase() === 'primarydomainname');
  return textMember(entry, 'value');
}

/** The Customer is kept as JSON in a text. */
function domainOfNewValue(item: JsonObject): string | undefined {
  const body = parseBody(textMember(item, 'resourceNewValue') ?? '');
  return body.kind === 'object' ? textMember(member(body.value, 'companyProfile'), 'domain') : undefined;
}
