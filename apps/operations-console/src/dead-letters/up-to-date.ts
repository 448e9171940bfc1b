import type { DeadLetters } from '#dead-letters';

/**
 * Brings the projection of the dead letters up to date before it is read. Whoever asks while that is under way is
 * served by the next time, together: what was on the topic when a request came is in its answer.
 */
export class UpToDate {
  private underWay: Promise<void> | null = null;
  private next: Promise<void> | null = null;

  constructor(private readonly deadLetters: Pick<DeadLetters, 'catchUp'>) {}

  /** Throws what Kafka or the database throw. */
  async reached(): Promise<void> {
    if (this.underWay === null) return this.run();
    this.next ??= this.underWay.then(
      () => this.run(),
      () => this.run(),
    );
    return this.next;
  }

  /** The same, but in time for an answer that can do without: false when it took longer or failed. */
  async reachedWithin(limitMs: number): Promise<boolean> {
    let timer: NodeJS.Timeout | undefined;
    const late = new Promise<false>((resolve) => (timer = setTimeout(resolve, limitMs, false)));
    const reached = this.reached().then(
      () => true,
      () => false,
    );
    return Promise.race([reached, late]).finally(() => clearTimeout(timer));
  }

  private async run(): Promise<void> {
    this.next = null;
    const run = this.deadLetters.catchUp();
    this.underWay = run;
    try {
      await run;
    } finally {
      if (this.underWay === run) this.underWay = null;
    }
  }
}
