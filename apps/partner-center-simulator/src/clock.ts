/** The simulator's time in epoch milliseconds: the machine's clock plus what the control API has advanced it by. */
export class SimulatorClock {
  #offsetMs = 0;

  constructor(private readonly base: () => number = Date.now) {}

  now(): number {
    return this.base() + this.#offsetMs;
  }

  /** Moves windows, token expiry and visibility delays forward; timers that already run are not shortened. */
  advance(ms: number): void {
    this.#offsetMs += ms;
  }
}

/** Resolves after `ms`; 0 or less resolves without a timer. */
export function wait(ms: number): Promise<void> | undefined {
  return ms > 0 ? new Promise((resolve) => setTimeout(resolve, ms)) : undefined;
}
