import type { Answer } from './answer.js';
import type { Customer } from '../book/book.js';

/** What is remembered of a create under its MS-RequestId. */
export type RequestRecord =
  | { readonly state: 'running'; readonly bodyHash: string; readonly waiters: (() => void)[] }
  | { readonly state: 'created'; readonly bodyHash: string; readonly customer: Customer; readonly at: number }
  | { readonly state: 'failed'; readonly bodyHash: string; readonly answer: Answer; readonly at: number };

type Settled = Exclude<RequestRecord, { state: 'running' }>;

/** The memory behind idempotency. While a create runs its record is `running`; callers with the same id may wait. */
export class RequestMemory {
  readonly #records = new Map<string, RequestRecord>();

  find(requestId: string, now: number, windowMs: number | 'infinite'): RequestRecord | undefined {
    const record = this.#records.get(requestId);
    if (!record || record.state === 'running' || windowMs === 'infinite') return record;
    return now - record.at > windowMs ? undefined : record;
  }

  begin(requestId: string, bodyHash: string): void {
    const earlier = this.#records.get(requestId);
    const waiters = earlier?.state === 'running' ? earlier.waiters : [];
    this.#records.set(requestId, { state: 'running', bodyHash, waiters });
  }

  /** As after a failover of the service: what was carried out is known no more, what runs still is. */
  forget(): void {
    for (const [id, { state }] of this.#records) if (state !== 'running') this.#records.delete(id);
  }

  /** Ends `begin`, with a result to remember or none, and lets the waiting callers go on. */
  settle(requestId: string, result: Settled | undefined): void {
    const record = this.#records.get(requestId);
    if (result) this.#records.set(requestId, result);
    else if (record?.state === 'running') this.#records.delete(requestId);
    if (record?.state === 'running') for (const resume of record.waiters) resume();
  }
}
