import type { Call } from '../call.js';
import type { Clock } from '../clock.js';
import type { Answer } from '../api/answer.js';
import { plain } from '../api/answer.js';
import { send } from './deliver.js';
import { severSocket } from './sever.js';

export const OUTAGE_MODES = ['reset', 'close', 'hang', 'status', 'refuse'] as const;

export interface OutageOrder {
  readonly mode: (typeof OUTAGE_MODES)[number];
  /** Answer of every call while the mode is `status`. */
  readonly answer: Answer;
  readonly scope: 'all' | 'api' | 'token';
  /** Epoch milliseconds; Infinity = until lifted. */
  readonly until: number;
  /** Whether calls that are under way lose their connection when the outage begins. What they do is carried out. */
  readonly cutsCallsUnderWay: boolean;
}

/** The whole service being away. The control API is not affected, but `refuse` closes the port it shares. */
export class Outage {
  #order: OutageOrder | undefined;

  constructor(private readonly clock: Clock) {}

  begin(order: OutageOrder): void {
    this.#order = order;
  }

  end(): void {
    this.#order = undefined;
  }

  current(): OutageOrder | undefined {
    if (this.#order && this.clock.now() >= this.#order.until) this.#order = undefined;
    return this.#order;
  }

  /** Ends the call if there is an outage for it. */
  strikes(call: Call): boolean {
    const order = this.current();
    if (!order) return false;
    const isToken = call.target.operation === 'token';
    if (order.scope === (isToken ? 'api' : 'token')) return false;
    call.entry.fault = { id: 'outage', kind: order.mode, when: 'before' };
    if (order.mode === 'status') send(call, order.answer);
    else if (order.mode !== 'hang') severSocket(call.req.socket, order.mode === 'close' ? 'close' : 'reset');
    return true;
  }
}

export function outageAnswer(status: number, body: string, retryAfter: string | undefined): Answer {
  return plain(status, body, 'text/html; charset=utf-8', retryAfter === undefined ? [] : ['Retry-After', retryAfter]);
}
