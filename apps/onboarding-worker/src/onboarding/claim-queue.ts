import { type ClaimedOnboarding, type Database, claimOnboardings, freeForgottenClaims, handBack } from '#ledger';

const FORGOTTEN_EVERY_MS = 5_000;
/** A claim that found no slot for so long goes back to workers that have room (P5). */
const PATIENCE_MS = 1_000;
/**
 * No call begins later after its claim: who takes a lost claim over counts its window from there (contract 6). Time for a
 * slot, for the looks before the call (10 s together), for a token and a socket.
 */
export const BEGINS_WITHIN_MS = 15_000;

interface Waiting {
  onboarding: ClaimedOnboarding;
  /** Just before the ledger was asked, monotonic. */
  claimedMs: number;
}

/**
 * What this worker holds in the ledger (P1): claims that wait for a slot, claims being worked on, and claims on their way
 * back. Whatever else the ledger says is claimed by this worker got lost on its way here, with a broken connection or a step that
 * failed: it is given up, for a claim without anybody who works on it would never end.
 */
export class ClaimQueue {
  private waiting: Waiting[] = [];
  private returning: ClaimedOnboarding[] = [];
  /** With the time of the claim. */
  private readonly begun = new Map<ClaimedOnboarding, number>();
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
    const claimedMs = this.parts.nowMs();
    const claimed = await this.claimAs({ limit, probe: false });
    this.waiting.push(...claimed.map((onboarding) => ({ onboarding, claimedMs })));
    return claimed.length;
  }

  /** Claims the one onboarding that probes a pause; it counts as begun. */
  async claimProbe(): Promise<ClaimedOnboarding | null> {
    const claimedMs = this.parts.nowMs();
    const [probe] = await this.claimAs({ limit: 1, probe: true });
    if (!probe) return null;
    this.begun.set(probe, claimedMs);
    return probe;
  }

  /** The next claim to work on; tell `ended` when its outcome is recorded, or can never be. */
  next(): ClaimedOnboarding | null {
    const next = this.waiting.shift();
    if (!next) return null;
    this.begun.set(next.onboarding, next.claimedMs);
    return next.onboarding;
  }

  /** A call for this claim may still begin. Asked again when its socket is there. */
  mayBegin(onboarding: ClaimedOnboarding): boolean {
    const claimedMs = this.begun.get(onboarding);
    return claimedMs !== undefined && this.parts.nowMs() - claimedMs < BEGINS_WITHIN_MS;
  }

  /** Claims wait here while they could be worked on elsewhere. */
  isOverdue(): boolean {
    const [oldest] = this.waiting;
    return oldest !== undefined && this.parts.nowMs() - oldest.claimedMs > PATIENCE_MS;
  }

  ended(onboarding: ClaimedOnboarding): void {
    this.begun.delete(onboarding);
  }

  /** Hands back what was not begun. If the ledger cannot be told it throws, and `returnOwed` tells it later. */
  async handBack(): Promise<void> {
    this.returning.push(...this.waiting.splice(0).map(({ onboarding }) => onboarding));
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
    const waiting = this.waiting.map(({ onboarding }) => onboarding);
    const known = [...waiting, ...this.returning, ...this.begun.keys()];
    return freeForgottenClaims(db, lease.workerId, known, callTimeoutMs);
  }

  /** A claim that comes back under another id than it was made with belongs to others by now. */
  private async claimAs(what: { limit: number; probe: boolean }): Promise<ClaimedOnboarding[]> {
    const { workerId } = this.parts.lease;
    const claimed = await claimOnboardings(this.parts.db, { workerId, ...what });
    return this.parts.lease.workerId === workerId ? claimed : [];
  }
}
