import { errorFields } from './kafka-errors.js';
import type { KafkaLog } from './log.js';

interface Commit {
  readonly topic: string;
  readonly partition: number;
  readonly offset: string;
}

/**
 * Commits positions behind the back of the handlers: one request at a time, always the newest of each partition. The
 * ledger knows the true position, Kafka's is a hint, so a commit that fails is logged and not repeated.
 */
export class OffsetCommitter {
  private waiting = new Map<string, Commit>();
  private draining: Promise<void> | null = null;

  constructor(
    private readonly commit: (offsets: Commit[]) => Promise<void>,
    private readonly log: KafkaLog,
  ) {}

  note(topic: string, partition: number, nextOffset: bigint): void {
    this.waiting.set(`${topic}/${partition}`, { topic, partition, offset: String(nextOffset) });
    this.draining ??= this.drain();
  }

  /** Drops what waits: after a new assignment it may belong to another member. */
  forget(): void {
    this.waiting.clear();
  }

  /** Resolves when everything noted so far was sent. */
  async flush(): Promise<void> {
    await this.draining;
  }

  private async drain(): Promise<void> {
    await Promise.resolve();
    while (this.waiting.size > 0) {
      const offsets = [...this.waiting.values()];
      this.waiting.clear();
      await this.commit(offsets).catch((error: unknown) => {
        this.log.debug({ ...errorFields(error), partitions: offsets.length }, 'Offsets were not committed');
      });
    }
    this.draining = null;
  }
}
