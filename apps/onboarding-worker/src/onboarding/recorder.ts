import { setTimeout as delay } from 'node:timers/promises';
import {
  type Database,
  type Recorded,
  type ServiceNews,
  type ServiceState,
  type Transition,
  isTransient,
  recordTransitions,
} from '#ledger';
import type { Logger } from '#observability';
import { Wake } from '../lease/wake.js';

/** What an answer tells about the service as a whole, beside its transition. */
export interface Verdict {
  transition: Transition;
  /** Set when a create had an unclear end: when its call began, monotonic. */
  unclearSinceMs: number | null;
  firstHeld: { country: string; partnerId: string | null } | null;
  /** `MS-CV` of the answer to a create, for the log. */
  msCv?: string | null;
}

export type RecordResult =
  | { kind: 'recorded' }
  | { kind: 'claim-lost' }
  | { kind: 'tenant-conflict' }
  /** The database cannot hold a value of it, now or ever. */
  | { kind: 'unwritable'; error: Error };

interface Waiting {
  verdict: Verdict;
  resolve: (result: RecordResult) => void;
}

const BATCH_MAX = 250;
const RETRY_MS = 250;
/** Under load a round trip begins at most this often: more outcomes share it. A lone outcome does not wait for others. */
const LONE_ROUND_MS = 15;
const SHARED_ROUND_MS = 60;
const SHARED_FROM = 3;

/**
 * Writes what became of onboardings, many in one round trip: while one batch is on its way the next one gathers. An answer
 * is kept in memory until the ledger has it, also through a restart of the database: a 201 must not be forgotten.
 */
export class Recorder {
  private waiting: Waiting[] = [];
  private readonly wake = new Wake();
  private running: Promise<void> | null = null;
  private isClosing = false;

  constructor(
    private readonly parts: {
      db: Database;
      log: Logger;
      workerId: () => string;
      nowMs: () => number;
      onRecorded: (service: ServiceState | null, published: number) => void;
    },
  ) {}

  start(): void {
    this.running = this.run();
  }

  record(verdict: Verdict): Promise<RecordResult> {
    return new Promise((resolve) => {
      this.waiting.push({ verdict, resolve });
      this.wake.set();
    });
  }

  /** Ends when everything given so far is recorded. */
  async close(): Promise<void> {
    this.isClosing = true;
    this.wake.set();
    await this.running;
  }

  private async run(): Promise<void> {
    let nextRoundMs = Number.NEGATIVE_INFINITY;
    while (!this.isClosing || this.waiting.length > 0) {
      if (this.waiting.length === 0) await this.wake.wait(1_000);
      const earlyMs = nextRoundMs - this.parts.nowMs();
      if (earlyMs > 0) await delay(earlyMs);
      const batch = this.nextBatch();
      nextRoundMs = this.parts.nowMs() + (batch.length < SHARED_FROM ? LONE_ROUND_MS : SHARED_ROUND_MS);
      if (batch.length > 0) await this.write(batch);
    }
  }

  /** A correlation id comes once in a batch: an answer that came late may wait beside that of a newer claim. */
  private nextBatch(): Waiting[] {
    const ids = new Set<string>();
    for (const { verdict } of this.waiting) {
      if (ids.size === BATCH_MAX || ids.has(verdict.transition.correlationId)) break;
      ids.add(verdict.transition.correlationId);
    }
    return this.waiting.splice(0, ids.size);
  }

  private async write(batch: Waiting[]): Promise<void> {
    for (;;) {
      try {
        const transitions = batch.map(({ verdict }) => verdict.transition);
        const recorded = await recordTransitions(
          this.parts.db,
          this.parts.workerId(),
          transitions,
          newsOf(batch, this.parts.nowMs()),
        );
        this.parts.onRecorded(recorded.service, transitions.flatMap((t) => t.publish).length);
        for (const { verdict, resolve } of batch) resolve(resultOf(verdict.transition, recorded));
        return;
      } catch (error) {
        // Not transient: still nothing better than to try again and to say so; the answers exist only here.
        const level = isTransient(error) ? 'warn' : 'error';
        this.parts.log[level]({ err: error, count: batch.length }, 'outcomes could not be recorded yet');
        await delay(RETRY_MS);
      }
    }
  }
}

/** Null when there is no trouble to tell. A first hold that an accepted create followed in the same batch is none. */
function newsOf(batch: Waiting[], nowMs: number): ServiceNews | null {
  const lastAccepted = batch.findLastIndex(({ verdict: { transition } }) => transition.definite && transition.created);
  const unclear = batch.flatMap(({ verdict: { transition, unclearSinceMs } }) =>
    unclearSinceMs === null
      ? []
      : [{ correlationId: transition.correlationId, beganMsAgo: Math.max(0, nowMs - unclearSinceMs) }],
  );
  const firstHeld = batch.flatMap(({ verdict }, n) =>
    verdict.firstHeld && n > lastAccepted
      ? [{ correlationId: verdict.transition.correlationId, ...verdict.firstHeld }]
      : [],
  );
  return unclear.length + firstHeld.length === 0 ? null : { unclear, firstHeld };
}

function resultOf(transition: Transition, recorded: Recorded): RecordResult {
  if (recorded.applied.has(transition.correlationId)) return { kind: 'recorded' };
  if (recorded.tenantConflicts.has(transition.correlationId)) return { kind: 'tenant-conflict' };
  const error = recorded.unwritable.get(transition.correlationId);
  return error ? { kind: 'unwritable', error } : { kind: 'claim-lost' };
}
