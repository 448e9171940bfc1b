import type { Call } from '../call.js';
import { type Answer, refusal, success } from './answer.js';
import { header, queryOf } from '../call.js';
import { collectionJson } from './customer-json.js';

/**
 * One page of `all` (reference 5.3): `size` items, the rest behind a continuation token that comes back in
 * `MS-ContinuationToken`. An unknown token, or asking for the next page without one, is the end of paging: 400/2000.
 */
export function page<T>(call: Call, all: readonly T[], item: (of: T) => string): Answer {
  const { settings } = call.world;
  const query = queryOf(call);
  const token = header(call.req, 'ms-continuationtoken');
  const start = token === undefined ? 0 : offsetOf(token);
  if (start === undefined || (token === undefined && query.get('seekOperation') !== null)) {
    return refusal(settings, { status: 400, code: 2000, description: 'The continuation token is not valid.' });
  }
  const asked = Number(query.get('size') ?? 0);
  const size = asked > 0 ? Math.min(asked, settings.pageSize) : settings.pageSize;
  const end = start + size;
  const next = end < all.length ? Buffer.from(`page:${end}`).toString('base64') : undefined;
  const self = call.path.slice(3) + (call.query ? `?${call.query}` : '');
  return success(settings, 200, collectionJson(all.slice(start, end).map(item), self, next));
}

function offsetOf(token: string): number | undefined {
  const match = /^page:(\d{1,9})$/.exec(Buffer.from(token, 'base64').toString());
  return match ? Number(match[1]) : undefined;
}
