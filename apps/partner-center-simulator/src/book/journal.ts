import type { Clock } from '../clock.js';
import type { Operation } from '../operation.js';

export interface AppliedFault {
  readonly id: string;
  readonly kind: string;
  readonly when: 'before' | 'after';
}

/** One call received. Times are epoch milliseconds taken from a clock that never jumps; null while it is under way. */
export interface JournalEntry {
  readonly n: number;
  readonly at: number;
  readonly monotonicMs: number;
  operation: Operation;
  readonly method: string;
  readonly path: string;
  requestId: string | null;
  correlationId: string | null;
  domain: string | null;
  /** As answered; null when no answer was sent. */
  status: number | null;
  fault: AppliedFault | null;
  /** SHA-1 of the request body, base64url; null without one. */
  bodyHash: string | null;
  /** Whose token it came with; null for none or one that was not accepted. */
  auth: 'appOnly' | 'appUser' | null;
  readonly startedAt: number;
  endedAt: number | null;
  /** The caller went away before the answer was out. */
  aborted: boolean;
}

/** Every call, in order of arrival; the newest `limit` are kept, all are counted. */
export class Journal {
  readonly #ring: JournalEntry[] = [];
  readonly #perStatus = new Map<string, number>();
  readonly #createsPerStatus = new Map<string, number>();
  readonly #perOperation = new Map<string, number>();
  #received = 0;
  #ended = 0;

  constructor(
    readonly limit: number,
    private readonly clock: Clock,
  ) {}

  begin(operation: Operation, method: string, path: string): JournalEntry {
    const at = this.clock.stamp();
    const entry: JournalEntry = {
      n: ++this.#received,
      at,
      monotonicMs: at - performance.timeOrigin,
      operation,
      method,
      path: path.length > 2048 ? path.slice(0, 2048) : path,
      requestId: null,
      correlationId: null,
      domain: null,
      status: null,
      fault: null,
      bodyHash: null,
      auth: null,
      startedAt: at,
      endedAt: null,
      aborted: false,
    };
    this.#ring[(entry.n - 1) % this.limit] = entry;
    increment(this.#perOperation, operation);
    return entry;
  }

  end(entry: JournalEntry, aborted: boolean): void {
    entry.endedAt = this.clock.stamp();
    entry.aborted = aborted;
    this.#ended++;
    const status = entry.status === null ? 'none' : String(entry.status);
    increment(this.#perStatus, status);
    if (entry.operation === 'create') increment(this.#createsPerStatus, status);
  }

  /** Entries with `n` greater than `since` that are still kept, at most `limit` of them. */
  since(since: number, limit: number, wanted: (entry: JournalEntry) => boolean): JournalEntry[] {
    const found: JournalEntry[] = [];
    for (let n = Math.max(since, this.dropped) + 1; n <= this.#received && found.length < limit; n++) {
      const entry = this.#ring[(n - 1) % this.limit];
      if (entry && wanted(entry)) found.push(entry);
    }
    return found;
  }

  get received(): number {
    return this.#received;
  }

  get dropped(): number {
    return Math.max(0, this.#received - this.limit);
  }

  totals() {
    return {
      calls: this.#received,
      creates: this.#perOperation.get('create') ?? 0,
      inFlight: this.#received - this.#ended,
      perOperation: Object.fromEntries(this.#perOperation),
      perStatus: Object.fromEntries(this.#perStatus),
      createsPerStatus: Object.fromEntries(this.#createsPerStatus),
      journalDropped: this.dropped,
    };
  }
}

function increment(counts: Map<string, number>, name: string): void {
  counts.set(name, (counts.get(name) ?? 0) + 1);
}
