import { randomUUID } from 'node:crypto';
import type { QueryAnswer } from '../answers.js';
import type { Api, Call } from '../api.js';
import type { JsonObject } from '../answer-body.js';
import type { CallOptions, WithFacts } from '../calls.js';
import { classifyQuery, isEndOfPaging } from '../classify-query.js';
import { collectPages, readPage } from '../paging.js';

/** What every read-only operation promises: an end as a value, with the facts of the call. */
export type Query<T> = Promise<WithFacts<QueryAnswer<T>>>;

/** Asks for a list, through all its pages. */
export function askForAll<T>(
  api: Api,
  call: Call,
  options: CallOptions,
  readItem: (item: JsonObject) => T | null,
): Query<T[]> {
  return collectPages(call.path, async (path, continuationToken) => {
    const isLater = path !== call.path || continuationToken !== null;
    const page = { ...call, path, continuationToken };
    return api.call(page, isLater ? continued(options) : options, (answer) => {
      if (continuationToken !== null && isEndOfPaging(answer))
        return { kind: 'answered', value: { items: [], next: null } };
      return classifyQuery(answer, Date.now(), (body) => readPage(body, readItem));
    });
  });
}

/** Once a page was answered the next call is another one: it has a request id of its own (reference 1.4). */
function continued(options: CallOptions): CallOptions {
  return { ...options, ids: { ...options.ids, requestId: randomUUID() } };
}
