/**
 * How many create calls may be under way at once, learnt from how they end (AIMD, reference 3.4; ADR 0021). Pure.
 *
 * - After a pause (a throttle is one) it begins at 1, doubles with every round of calls that end well up to half of what it
 *   was before, and grows slowly from there.
 * - A window of calls (20, or fewer in 5 s) decides the rest. More than a quarter unclear: down by three tenths. The middle
 *   one of those that made a tenant took over a second and more than twice the best window since the last pause: down by a
 *   tenth. Else up by a twentieth of the most, if the limit was reached.
 *
 * One customer that hangs or fails is one call in a window and lowers nothing (P5).
 */
export type CallEnd = 'created' | 'refused' | 'unclear';

const WINDOW_CALLS = 20;
const WINDOW_MS = 5_000;
/** Fewer say nothing, of answers or of times. */
const WINDOW_CALLS_MIN = 4;
const UNCLEAR_SHARE = 0.25;
const SLOW_MS = 1_000;
const SLOW_FACTOR = 2;
/** The best window is forgotten slowly: a service that became slower for good is not taken for an overloaded one for ever. */
const BEST_GROWTH = 1.02;

export class ConcurrencyLimit {
  private limit: number;
  private slowStartUntil = 0;
  private windowSinceMs: number | null = null;
  private calls = 0;
  private unclear = 0;
  private tookMs: number[] = [];
  private wasReached = false;
  private bestMs = Number.POSITIVE_INFINITY;

  constructor(private readonly max: number) {
    this.limit = max;
  }

  /** At least 1. */
  get value(): number {
    return Math.max(1, Math.floor(this.limit));
  }

  /** As many calls as allowed are under way: more would be made. */
  reached(): void {
    this.wasReached = true;
  }

  /** All work pauses: what comes after begins with one call. A second pause before it came back remembers the first. */
  paused(): void {
    this.slowStartUntil = Math.max(this.slowStartUntil / 2, this.limit / 2);
    this.limit = 1;
    this.bestMs = Number.POSITIVE_INFINITY;
    this.forgetWindow();
  }

  /** Times are monotonic. */
  callEnded(end: CallEnd, call: { beganMs: number; endedMs: number }): void {
    if (end !== 'unclear' && this.limit < this.slowStartUntil) this.limit = Math.min(this.max, this.limit + 1);
    this.windowSinceMs ??= call.endedMs;
    this.calls += 1;
    if (end === 'unclear') this.unclear += 1;
    // A refusal is quick whatever the service bears.
    if (end === 'created') this.tookMs.push(call.endedMs - call.beganMs);
    const isFull = this.calls >= WINDOW_CALLS;
    const isOver = call.endedMs - this.windowSinceMs >= WINDOW_MS && this.calls >= WINDOW_CALLS_MIN;
    if (isFull || isOver) this.judgeWindow();
  }

  private judgeWindow(): void {
    const middleMs = this.tookMs.length >= WINDOW_CALLS_MIN ? middle(this.tookMs) : null;
    const isSlow = middleMs !== null && middleMs > SLOW_MS && middleMs > SLOW_FACTOR * this.bestMs;
    if (this.unclear > UNCLEAR_SHARE * this.calls) this.lower(0.7);
    else if (isSlow) this.lower(0.9);
    else if (this.wasReached) this.limit = Math.min(this.max, this.limit + Math.max(1, this.max / 20));
    if (middleMs !== null) this.bestMs = Math.min(middleMs, this.bestMs * BEST_GROWTH);
    this.forgetWindow();
  }

  private lower(factor: number): void {
    this.limit = Math.max(1, this.limit * factor);
    this.slowStartUntil = 0;
  }

  private forgetWindow(): void {
    this.windowSinceMs = null;
    this.calls = 0;
    this.unclear = 0;
    this.tookMs = [];
    this.wasReached = false;
  }
}

function middle(values: number[]): number {
  return values.toSorted((a, b) => a - b)[Math.floor(values.length / 2)] ?? 0;
}
