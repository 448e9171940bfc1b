import type { Latency } from './setting-rules.js';

/** Seeded numbers (mulberry32), so that a run with chances in it can be repeated. */
export class Random {
  #state: number | undefined;

  constructor(private readonly seed: () => number) {}

  /** Starts again from the seed in force. */
  restart(): void {
    this.#state = undefined;
  }

  next(): number {
    this.#state = ((this.#state ?? this.seed()) + 0x6d2b79f5) | 0;
    let mixed = Math.imul(this.#state ^ (this.#state >>> 15), 1 | this.#state);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 4_294_967_296;
  }

  latency(latency: Latency): number {
    if (typeof latency === 'number') return latency;
    const [min, max] = latency;
    return Math.round(min + this.next() * (max - min));
  }
}
