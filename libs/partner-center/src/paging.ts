import { isObject, member, textMember, type AnswerBody, type JsonObject } from './answer-body.js';
import type { QueryAnswer } from './answers.js';
import type { WithFacts } from './calls.js';
import { manyOf, objectsOf } from './members.js';

/** More pages than this are no answer: an absence could not be relied on. */
const MAX_PAGES = 200;

/** One page of a collection and the way to the next; `next: null` means it was the last. */
export interface Page<T> {
  items: T[];
  next: PageLink | null;
}

interface PageLink {
  /** Relative to `/v1`; used where there is no token. */
  uri: string | null;
  token: string | null;
}

type Answer<T> = WithFacts<QueryAnswer<T>>;

/** Follows a collection to its end. Any page that fails makes the whole fail; a page that comes twice too. */
export async function collectPages<T>(
  firstPath: string,
  fetchPage: (path: string, continuationToken: string | null) => Promise<Answer<Page<T>>>,
): Promise<Answer<T[]>> {
  const items: T[] = [];
  const seen = new Set<string>();
  let path = firstPath;
  let token: string | null = null;
  for (;;) {
    const answer = await fetchPage(path, token);
    if (answer.kind !== 'answered') return answer;
    items.push(...answer.value.items);
    const { call } = answer;
    const { next } = answer.value;
    if (next === null) return { kind: 'answered', value: items, call };
    ({ token } = next);
    // The documented form first: a link need not carry what the first question asked for.
    path = token !== null || next.uri === null ? continuedPath(firstPath) : nextPath(next.uri);
    const key = `${path} ${token ?? ''}`;
    if (seen.has(key)) return { ...unusable('The pages of the list go in a circle.'), call };
    seen.add(key);
    if (seen.size === MAX_PAGES) return { ...unusable(`The list has more than ${MAX_PAGES} pages.`), call };
  }
}

/** Reads a collection (reference 5.4). Null if a page or an item cannot be read: then nothing is known to be absent. */
export function readPage<T>(body: AnswerBody, readItem: (item: JsonObject) => T | null): Page<T> | null {
  if (body.kind !== 'object') return null;
  const list = member(body.value, 'items');
  if (!Array.isArray(list) && !isObject(list)) return null;
  const items: T[] = [];
  for (const entry of manyOf(list)) {
    const item = isObject(entry) ? readItem(entry) : null;
    if (item === null) return null;
    items.push(item);
  }
  return { items, next: readNext(body.value) };
}

/** The query parameter by which lists are searched (reference 5.4, 5.6). */
export function filter(field: string, value: string, operator: 'starts_with' | 'equals' | 'substring'): string {
  return `filter=${encodeURIComponent(JSON.stringify({ Field: field, Value: value, Operator: operator }))}`;
}

function readNext(body: JsonObject): PageLink | null {
  const link = member(member(body, 'links'), 'next');
  const uri = textMember(link, 'uri') ?? null;
  const inLink = objectsOf(link, 'headers').find(
    (header) => textMember(header, 'key')?.toLowerCase() === 'ms-continuationtoken',
  );
  const token = textMember(body, 'continuationToken') ?? textMember(inLink, 'value') ?? null;
  return uri === null && token === null ? null : { uri, token };
}

/** `size=500&seekOperation=next` beside the continuation token (reference 5.4). */
function continuedPath(firstPath: string): string {
  const [path = '', query = ''] = firstPath.split('?');
  const kept = query.split('&').filter((pair) => pair !== '' && !pair.startsWith('size='));
  return `${path}?${['size=500', 'seekOperation=next', ...kept].join('&')}`;
}

/** Links are relative and without `/v1`; of an absolute one only path and query count: we stay at our address. */
function nextPath(uri: string): string {
  const { pathname, search } = new URL(uri, 'http://relative.invalid');
  const from = pathname.indexOf('/v1/');
  return (from === -1 ? `/v1${pathname}` : pathname.slice(from)) + search;
}

function unusable(message: string): Extract<QueryAnswer<never>, { kind: 'failed' }> {
  return { kind: 'failed', why: 'damaged-answer', httpStatus: 200, code: null, message };
}
