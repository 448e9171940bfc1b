const WINDOWS_MAX = 100_000;

/** Counts calls under a name within windows of fixed length; a window begins with the first call after the last one. */
export class CallCounter {
  readonly #windows = new Map<string, { endsAt: number; calls: number }>();

  constructor(private readonly windowMs: number) {}

  /** Counts one call. How long to wait until the next window if `limit` is exceeded by it, else 0; milliseconds. */
  count(name: string, limit: number, now: number): number {
    let window = this.#windows.get(name);
    if (!window || window.endsAt <= now) {
      if (this.#windows.size >= WINDOWS_MAX) this.#windows.clear();
      window = { endsAt: now + this.windowMs, calls: 0 };
      this.#windows.set(name, window);
    }
    return ++window.calls > limit ? window.endsAt - now : 0;
  }
}
