const MAX_IN_ROW = 10;
const FORGIVEN_PER_SECOND = 2;
const MAX_ADDRESSES = 10_000;

interface Failures {
  count: number;
  atMs: number;
}

/**
 * Slows down guessing: an address may fail ten times, then twice a second. While it may not, its tokens are not even
 * looked at, the right one neither; sessions are not touched by this.
 */
export class FailedAttempts {
  private readonly byAddress = new Map<string, Failures>();

  constructor(private readonly nowMs: () => number) {}

  mayTry(address: string): boolean {
    return this.countOf(address) <= MAX_IN_ROW - 1;
  }

  note(address: string): void {
    const count = this.countOf(address) + 1;
    this.byAddress.delete(address);
    this.byAddress.set(address, { count, atMs: this.nowMs() });
    const [longestAgo] = this.byAddress.keys();
    if (longestAgo !== undefined && this.byAddress.size > MAX_ADDRESSES) this.byAddress.delete(longestAgo);
  }

  private countOf(address: string): number {
    const failures = this.byAddress.get(address);
    if (!failures) return 0;
    return Math.max(0, failures.count - ((this.nowMs() - failures.atMs) / 1_000) * FORGIVEN_PER_SECOND);
  }
}
