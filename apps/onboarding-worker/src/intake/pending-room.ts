import { type Queryable, countPending } from '#ledger';

const COUNT_TRUSTED_MS = 250;
/** Below this limit a few chunks fill the ledger, so every chunk asks for a fresh count. */
const TRUSTS_FROM_PENDING_MAX = 10_000;

/** Room for the records of one chunk, until it is left with how many onboardings they opened (null: not known). */
export interface Place {
  leave: (opened: number | null) => void;
}

/**
 * Keeps the promise of PENDING_MAX (contract 6): never more than that and one chunk a worker are open, so a backlog stays
 * in Kafka. Chunks of several partitions are taken at once; each counts as if all of its records opened an onboarding
 * until it is known how many did. The count of the ledger may be too high by that, never too low.
 */
export class PendingRoom {
  private opened = 0;
  private underWay = 0;
  private counted = { pending: 0, openedBefore: 0, atMs: Number.NEGATIVE_INFINITY };

  constructor(
    private readonly db: Queryable,
    private readonly pendingMax: number,
    private readonly nowMs: () => number,
  ) {}

  /** Null: the ledger is full. */
  async enter(records: number): Promise<Place | null> {
    if (!this.isTrusted()) await this.count();
    // No await between the look and the reservation: chunks of other partitions see it.
    if (this.estimate() >= this.pendingMax) return null;
    this.underWay += records;
    return { leave: (opened) => this.leave(records, opened) };
  }

  private leave(records: number, opened: number | null): void {
    this.underWay -= records;
    if (opened === null) this.counted.atMs = Number.NEGATIVE_INFINITY;
    else this.opened += opened;
  }

  private async count(): Promise<void> {
    const openedBefore = this.opened;
    const pending = await countPending(this.db);
    this.counted = { pending, openedBefore, atMs: this.nowMs() };
  }

  private estimate(): number {
    return this.counted.pending + this.opened - this.counted.openedBefore + this.underWay;
  }

  private isTrusted(): boolean {
    if (this.pendingMax < TRUSTS_FROM_PENDING_MAX) return false;
    return this.nowMs() - this.counted.atMs < COUNT_TRUSTED_MS && this.estimate() < this.pendingMax / 4;
  }
}
