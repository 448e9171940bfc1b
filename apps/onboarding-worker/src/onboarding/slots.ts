import type { CreateAnswer } from '#partner-center';
import { ConcurrencyLimit } from './concurrency-limit.js';
import type { RuleBroken } from './rule-broken.js';
import { Pace } from './pace.js';

/** At most so many claims ahead of need for each slot. */
const AHEAD_SHARE_MAX = 2;
/** A step that takes longer says nothing about what the service bears: its customer hangs, and delays no other (P5). */
const HANGS_MS = 20_000;
const TELLS_NOTHING = new Set(['throttled', 'not-sent', 'token-failed', 'rule-broken']);

/**
 * Steps under way and how many more may begin; how many claims are wanted for them. All of them count against the most that
 * is configured. Against what the service bears now count only those that began since the last pause and do not hang.
 */
export class Slots {
  private readonly underWay = new Map<object, { beganMs: number; round: number }>();
  /** Counts pauses that ended. */
  private round = 0;
  private isPaused = false;
  private readonly limit: ConcurrencyLimit;
  private readonly pace: Pace;

  constructor(
    private readonly max: number,
    private readonly nowMs: () => number,
  ) {
    this.limit = new ConcurrencyLimit(max);
    this.pace = new Pace(nowMs(), AHEAD_SHARE_MAX * max);
  }

  /** What the service bears now, as far as this worker knows. */
  get limitNow(): number {
    return this.limit.value;
  }

  hasRoom(): boolean {
    const hasRoom = this.room() > 0;
    if (!hasRoom) this.limit.reached();
    return hasRoom;
  }

  begin(step: object): void {
    this.underWay.set(step, { beganMs: this.nowMs(), round: this.round });
  }

  end(step: object): void {
    this.underWay.delete(step);
    this.pace.callEnded(this.nowMs());
  }

  /** The create call of a step, begun at `beganMs`, was answered just now. Probes and calls from before a pause do not count. */
  learn(step: object, answer: CreateAnswer | RuleBroken, beganMs: number): void {
    if (this.isPaused || this.underWay.get(step)?.round !== this.round || TELLS_NOTHING.has(answer.kind)) return;
    const end = answer.kind === 'created' || answer.kind === 'unclear' ? answer.kind : 'refused';
    this.limit.callEnded(end, { beganMs, endedMs: this.nowMs() });
  }

  /** Told again and again whether all work is paused. */
  pause(isPaused: boolean): void {
    if (isPaused === this.isPaused) return;
    this.isPaused = isPaused;
    if (isPaused) this.limit.paused();
    else this.round += 1;
  }

  /** How many more to claim while `waiting` claims wait for a slot; 0 while there are enough ahead. */
  wanted(waiting: number): number {
    const ahead = this.pace.claimsAhead(this.nowMs());
    if (waiting > ahead / 2) return 0;
    return Math.max(0, this.room() + ahead - waiting);
  }

  private room(): number {
    const room = this.max - this.underWay.size;
    return this.limit.value === this.max ? room : Math.min(room, this.limit.value - this.inThisRound());
  }

  private inThisRound(): number {
    const sinceMs = this.nowMs() - HANGS_MS;
    let count = 0;
    for (const { beganMs, round } of this.underWay.values()) if (round === this.round && beganMs > sinceMs) count += 1;
    return count;
  }
}
