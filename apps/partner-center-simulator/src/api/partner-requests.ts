import type { Call } from '../call.js';
import type { Answer } from './answer.js';
import { page } from './paging.js';

/** GET /v1/partnerRequests (reference 4.1): the calls that MFA enforcement concerns, by their request ids. */
export function partnerRequests(call: Call): Answer {
  return page(call, call.world.nonCompliant.all, ({ at, ...item }) =>
    JSON.stringify({ ...item, requestTime: new Date(at).toISOString(), isMfaCompliant: false }),
  );
}
