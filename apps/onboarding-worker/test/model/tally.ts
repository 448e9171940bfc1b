import type { Account } from './account.js';

/** What the sequences led to, so that a reader sees that they led everywhere. */
export class Tally {
  private readonly counts = new Map<string, number>();

  add({ onboardings, calls, looks, blindTurns, outbox }: Account): void {
    for (const { state, code, counted } of onboardings) {
      this.count(state === 'created' ? 'created' : `${state} ${code}`);
      this.count('attempts spent', counted);
    }
    this.count('adopted', outbox.filter(({ isRecovered }) => isRecovered).length);
    for (const kind of new Set([...looks.values()].flatMap(({ pauses }) => pauses.map((pause) => pause.kind)))) {
      this.count(`paused: ${kind}`);
    }
    this.count('turns', looks.size);
    this.count('turns with a crash, freeze or lost answer', blindTurns.size);
    for (const { operation } of calls) this.count(`calls: ${operation}`);
  }

  toString(): string {
    return [...this.counts]
      .sort()
      .map(([what, n]) => `${what} ${n}`)
      .join(', ');
  }

  private count(what: string, by = 1): void {
    this.counts.set(what, (this.counts.get(what) ?? 0) + by);
  }
}
