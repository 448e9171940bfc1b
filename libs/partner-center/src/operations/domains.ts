import type { QueryAnswer } from '../answers.js';
import type { Api } from '../api.js';
import type { CallOptions } from '../calls.js';
import { classifyQuery } from '../classify-query.js';
import type { WireAnswer } from '../exchange.js';
import type { Query } from './query.js';

/** Initial domains of all tenants, ours or not: reference 2.4. */
export class Domains {
  readonly #api: Api;

  constructor(api: Api) {
    this.#api = api;
  }

  /**
   * `HEAD /v1/domains/{domain}`: 404 means available, 200 that somebody has it, and nothing says who. Everything else is
   * no answer. A hint, never a promise: only creating the customer decides.
   */
  isAvailable(domain: string, options: CallOptions): Query<boolean> {
    const path = `/v1/domains/${encodeURIComponent(domain)}`;
    return this.#api.call({ operation: 'domains.isAvailable', method: 'HEAD', path }, options, readAvailability);
  }
}

function readAvailability(answer: WireAnswer): QueryAnswer<boolean> {
  const status = answer.kind === 'answered' ? answer.status : null;
  if (status === 200 || status === 404) return { kind: 'answered', value: status === 404 };
  return classifyQuery<boolean>(answer, Date.now(), () => null);
}
