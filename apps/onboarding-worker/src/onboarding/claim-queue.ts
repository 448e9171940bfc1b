import { type ClaimedOnboarding, type Database, claimOnboardings, freeForgottenClaims, handBack } from '#ledger';

const FORGOTTEN_EVERY_MS = 5_000;

/**
 * What this worker holds in the ledger (P1): claims that wait for a slot, claims being worked on, and claims on their way
 * back. Whatever else the ledger says is claimed by this worker got lost on its way here, with a broken connection or a step that
 * failed: it is given up, for a claim without anybody who works on it would never end.
 */
export class ClaimQueue {
  private waiting: ClaimedOnboarding[] = [];
  private returning: ClaimedOnboarding[] = [];
  private readonly begun = new Set<ClaimedOnboarding>();
  private lastLookMs: number;

  constructor(
    private readonly parts: {
      db: Database;
      lease: { readonly workerId: string };
      nowMs: () => number;
      callTimeoutMs: number;
    },
  ) {
    this.lastLookMs = parts.nowMs();
  }

  get length(): number {
    return this.waiting.length;
  }

  /** Claims up to `limit` due onboardings; returns how many. */
  async claim(limit: number): Promise<number> {
    const claimed = await this.claimAs({ limit, probe: false });
    this.waiting.push(...claimed);
    return claimed.length;
  }

  /** Claims the one onboarding that probes a pause; it counts as begun. */
  async claimProbe(): Promise<ClaimedOnboarding | null> {
    const [probe] = await this.claimAs({ limit: 1, probe: true });
    if (!probe) return null;
    this.begun.add(probe);
    return probe;
  }

  /** The next claim to work on; tell `ended` when its outcome is recorded, or can never be. */
  next(): ClaimedOnboarding | null {
    const next = this.waiting.shift();
    if (!next) return null;
    this.begun.add(next);
    return next;
  }

  ended(onboarding: ClaimedOnboarding): void {
    this.begun.delete(onboarding);
  }

  /** Hands back what was not begun. If the ledger cannot be told it throws, and `returnOwed` tells it later. */
  async handBack(): Promise<void> {
    this.returning.push(...this.waiting.splice(0));
    await this.returnOwed();
  }

  /** Tells the ledger what it could not be told when it was handed back. Nobody else can: this worker is alive. */
  async returnOwed(): Promise<void> {
    if (this.returning.length === 0) return;
    const back = [...this.returning];
    await handBack(this.parts.db, this.parts.lease.workerId, back);
    this.returning = this.returning.filter((each) => !back.includes(each));
  }

  /** This worker was taken for dead: what was claimed and not begun is not its own any more. */
  forget(): void {
    this.waiting = [];
    this.returning = [];
  }

  /** Gives up, now and then, what the ledger holds for this worker and this worker does not know. Returns how many. */
  async freeForgotten(): Promise<number> {
    const { db, lease, nowMs, callTimeoutMs } = this.parts;
    if (nowMs() - this.lastLookMs < FORGOTTEN_EVERY_MS) return 0;
    this.lastLookMs = nowMs();
    const known = [...this.waiting, ...this.returning, ...this.begun];
    return freeForgottenClaims(db, lease.workerId, known, callTimeoutMs);
  }

  /** A claim that comes back under another id than it was made with belongs to others by now. */
  private async claimAs(what: { limit: number; probe: boolean }): Promise<ClaimedOnboarding[]> {
    const { workerId } = this.parts.lease;
    const claimed = await claimOnboardings(this.parts.db, { workerId, ...what });
    return this.parts.lease.workerId === workerId ? claimed : [];
  }
}
