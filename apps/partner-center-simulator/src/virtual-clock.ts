import type { Clock } from './clock.js';

interface Timer {
  readonly dueAt: number;
  readonly run: () => void;
}

/**
 * A time that stands still until it is advanced, for tests that run the simulator in their own process. Sockets stay
 * real: a call must have arrived before the time it waits for can be advanced (`pending` tells how many are waiting).
 */
export class VirtualClock implements Clock {
  readonly isShifted = true;
  readonly #timers = new Set<Timer>();
  #nowMs: number;

  /** Starts at the given epoch milliseconds, 2026-01-01T00:00:00Z by default. */
  constructor(startMs = 1_767_225_600_000) {
    this.#nowMs = startMs;
  }

  readonly now = (): number => this.#nowMs;

  readonly stamp = this.now;

  /** How many timers are running: latencies, hanging calls, outages that end by themselves. */
  get pending(): number {
    return this.#timers.size;
  }

  /** When the next timer falls due, epoch milliseconds; undefined when nothing waits. */
  get nextDueAt(): number | undefined {
    return this.#next()?.dueAt;
  }

  after(delayMs: number, run: () => void): () => void {
    const timer = { dueAt: this.#nowMs + Math.max(0, delayMs), run };
    this.#timers.add(timer);
    return () => this.#timers.delete(timer);
  }

  /**
   * Goes through the timers one by one, each at its own time; what one of them sets going may set the next, which falls
   * due within the same advance.
   */
  async advance(ms: number): Promise<void> {
    const until = this.#nowMs + ms;
    for (let timer = this.#next(); timer && timer.dueAt <= until; timer = this.#next()) {
      this.#timers.delete(timer);
      this.#nowMs = Math.max(this.#nowMs, timer.dueAt);
      timer.run();
      await new Promise((resolve) => setImmediate(resolve));
    }
    this.#nowMs = Math.max(this.#nowMs, until);
  }

  #next(): Timer | undefined {
    let first: Timer | undefined;
    for (const timer of this.#timers) if (!first || timer.dueAt < first.dueAt) first = timer;
    return first;
  }
}
