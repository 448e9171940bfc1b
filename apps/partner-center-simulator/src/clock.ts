/** Where all time of a simulator comes from: windows, token expiry, visibility delays, latencies, outages, journal. */
export interface Clock {
  /** Epoch milliseconds. */
  now(): number;
  /** Epoch milliseconds for the journal; never goes back. */
  stamp(): number;
  /** Runs once `delayMs` have passed, never at once. The returned function takes it back. */
  after(delayMs: number, run: () => void): () => void;
  /** Moves the time forward; resolves when everything that fell due meanwhile has run. */
  advance(ms: number): Promise<void>;
  /** Whether the time is another one than the machine's, so that the Date header must tell it. */
  readonly isShifted: boolean;
}

/** The machine's clock plus what the control API has advanced it by. Timers that already run are not shortened. */
export class SystemClock implements Clock {
  #offsetMs = 0;

  constructor(private readonly base: () => number = Date.now) {}

  get isShifted(): boolean {
    return this.#offsetMs !== 0 || this.base !== Date.now;
  }

  now(): number {
    return this.base() + this.#offsetMs;
  }

  stamp(): number {
    return performance.timeOrigin + performance.now();
  }

  after(delayMs: number, run: () => void): () => void {
    const timer = setTimeout(run, Math.min(delayMs, TIMER_MAX_MS));
    return () => clearTimeout(timer);
  }

  advance(ms: number): Promise<void> {
    this.#offsetMs += ms;
    return Promise.resolve();
  }
}

const TIMER_MAX_MS = 2_147_483_647;

/** Resolves after `ms`; 0 or less resolves without a timer. */
export function wait(clock: Clock, ms: number): Promise<void> | undefined {
  return ms > 0 ? new Promise((resolve) => clock.after(ms, resolve)) : undefined;
}
