const WINDOW_MS = 250;
/** Claims for so long are held ahead of need: longer than a claim's round trip under load. */
const AHEAD_MS = 100;

/**
 * How fast calls end, and so how many claims to hold ahead of need. A claim that waits in one worker's queue keeps the
 * onboarding from every other worker: with a slow API few are held, with one that hangs none (P5), with a fast one enough
 * that no slot waits for the ledger.
 */
export class Pace {
  private ended = 0;
  private sinceMs: number;
  private perMs = 0;

  /** `nowMs` is monotonic here and below. */
  constructor(
    nowMs: number,
    private readonly max: number,
  ) {
    this.sinceMs = nowMs;
  }

  callEnded(nowMs: number): void {
    this.turn(nowMs);
    this.ended += 1;
  }

  claimsAhead(nowMs: number): number {
    this.turn(nowMs);
    return Math.min(this.max, Math.ceil(this.perMs * AHEAD_MS));
  }

  private turn(nowMs: number): void {
    const passedMs = nowMs - this.sinceMs;
    if (passedMs < WINDOW_MS) return;
    this.perMs = this.ended / passedMs;
    this.ended = 0;
    this.sinceMs = nowMs;
  }
}
