import type { CreateAnswer } from '#partner-center';
import type { RuleBroken } from './create-step.js';
import { ConcurrencyLimit } from './concurrency-limit.js';
import { Pace } from './pace.js';

const TELLS_NOTHING = new Set(['throttled', 'not-sent', 'token-failed', 'rule-broken']);
/** At most so many claims ahead of need for each slot. */
const AHEAD_SHARE_MAX = 2;

/** Calls under way and how many more may begin; how many claims are wanted for them. */
export class Slots {
  private underWay = 0;
  private readonly limit: ConcurrencyLimit;
  private readonly pace: Pace;

  constructor(
    max: number,
    private readonly nowMs: () => number,
  ) {
    this.limit = new ConcurrencyLimit(max);
    this.pace = new Pace(nowMs(), AHEAD_SHARE_MAX * max);
  }

  hasRoom(): boolean {
    const hasRoom = this.underWay < this.limit.value;
    if (!hasRoom) this.limit.reached();
    return hasRoom;
  }

  begin(): void {
    this.underWay += 1;
  }

  end(): void {
    this.underWay -= 1;
    this.pace.callEnded(this.nowMs());
  }

  /** A create call that began at `beganMs` was answered just now. What was not executed tells nothing, a 429 pauses. */
  learn(answer: CreateAnswer | RuleBroken, beganMs: number): void {
    if (TELLS_NOTHING.has(answer.kind)) return;
    const end = answer.kind === 'unclear' ? 'unclear' : 'well';
    this.limit.callEnded(end, { beganMs, endedMs: this.nowMs() });
  }

  paused(): void {
    this.limit.paused();
  }

  /** How many more to claim while `waiting` claims wait for a slot; 0 while there are enough ahead. */
  wanted(waiting: number): number {
    const ahead = this.pace.claimsAhead(this.nowMs());
    if (waiting > ahead / 2) return 0;
    return Math.max(0, this.limit.value - this.underWay + ahead - waiting);
  }
}
