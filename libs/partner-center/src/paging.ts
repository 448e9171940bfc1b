import type { QueryAnswer } from './answers.js';
import type { Page } from './queries.js';

/** More pages than this are no answer: an absence could not be relied on. */
const MAX_PAGES = 200;
/** The service refuses a start before its 90 days (reference 5.6). */
const AUDIT_DAYS = 89;
const DAY_MS = 86_400_000;

export function searchPath(domainPrefix: string): string {
  return `/v1/customers?size=0&filter=${filter('Domain', domainPrefix, 'starts_with')}`;
}

/** One day is added before `sinceDate`: days are the service's, not ours. */
export function auditRecordsPath(query: { sinceDate: Date; customerId?: string | undefined }, nowMs: number): string {
  const since = Math.max(query.sinceDate.getTime() - DAY_MS, nowMs - AUDIT_DAYS * DAY_MS);
  const startDate = new Date(Math.min(since, nowMs)).toISOString().slice(0, 10);
  const condition =
    query.customerId === undefined
      ? filter('ResourceType', 'Customer', 'equals')
      : filter('CustomerId', query.customerId, 'equals');
  return `/v1/auditrecords?startDate=${startDate}&filter=${condition}`;
}

/** Follows a collection to its end. Any page that fails makes the whole fail; a page that comes twice too. */
export async function collectPages<T>(
  firstPath: string,
  fetchPage: (path: string, continuationToken: string | null) => Promise<QueryAnswer<Page<T>>>,
): Promise<QueryAnswer<T[]>> {
  const items: T[] = [];
  const seen = new Set<string>();
  let path = firstPath;
  let token: string | null = null;
  for (let page = 0; page < MAX_PAGES; page++) {
    const answer = await fetchPage(path, token);
    if (answer.kind !== 'answered') return answer;
    items.push(...answer.value.items);
    const { next } = answer.value;
    if (next === null) return { kind: 'answered', value: items };
    path = next.uri === null ? continuedPath(firstPath) : nextPath(next.uri);
    token = next.token;
    const key = `${path} ${token ?? ''}`;
    if (seen.has(key)) return { kind: 'failed', httpStatus: 200, message: 'The pages of the list go in a circle.' };
    seen.add(key);
  }
  return { kind: 'failed', httpStatus: 200, message: `The list has more than ${MAX_PAGES} pages.` };
}

/** `size=500&seekOperation=next` beside the continuation token (reference 5.4). */
function continuedPath(firstPath: string): string {
  const [path = '', query = ''] = firstPath.split('?');
  const kept = query.split('&').filter((pair) => !pair.startsWith('size='));
  return `${path}?${['size=500', 'seekOperation=next', ...kept].join('&')}`;
}

/** Links are relative and without `/v1`; of an absolute one only path and query count: we stay at our address. */
function nextPath(uri: string): string {
  const { pathname, search } = new URL(uri, 'http://relative.invalid');
  const from = pathname.indexOf('/v1/');
  return (from === -1 ? `/v1${pathname}` : pathname.slice(from)) + search;
}

function filter(field: string, value: string, operator: string): string {
  return encodeURIComponent(JSON.stringify({ Field: field, Value: value, Operator: operator }));
}
