/** A clock that stands still until a test moves it. `now` can be passed on its own: it is bound to the clock. */
export class MutableClock {
  #nowMs: number;

  /** Starts at the given ISO time. Throws on anything that is not a time. */
  constructor(iso = '2026-01-01T00:00:00.000Z') {
    this.#nowMs = MutableClock.#parse(iso);
  }

  /** Epoch milliseconds. */
  readonly now = (): number => this.#nowMs;

  readonly date = (): Date => new Date(this.#nowMs);

  advance(ms: number): void {
    this.#nowMs += ms;
  }

  set(iso: string): void {
    this.#nowMs = MutableClock.#parse(iso);
  }

  static #parse(iso: string): number {
    const ms = Date.parse(iso);
    if (Number.isNaN(ms)) throw new Error(`not a time: ${iso}`);
    return ms;
  }
}
