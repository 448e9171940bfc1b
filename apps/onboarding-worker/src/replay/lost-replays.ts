import { setTimeout as delay } from 'node:timers/promises';
import type { TopicReader } from '#kafka';
import { type Database, type SentLetter, giveUpReplays, readPositions, readUntakenReplays } from '#ledger';
import type { Logger } from '#observability';
import { Wake } from '../lease/wake.js';
import { type PartitionInSight, unreadOf } from './unread.js';

const LOOK_EVERY_MS = 5_000;
/** Commonly a replay is taken long before. */
const LATE_AFTER_MS = 10_000;
const LETTERS_MAX = 1_000;
const CLOSE_MAX_MS = 1_000;

/** Letters that were on the topic when it was this long, by partition. */
interface Watch {
  letters: SentLetter[];
  written: Map<number, bigint>;
}

/**
 * Finds replays that will never be taken (P7), so that their plans come to an end: Kafka deleted the record before intake
 * read it, or the topic was made anew. Looks at Kafka only while a letter is late. The order is what makes it certain:
 *
 *   the letter is on the topic → how long are its partitions now? → intake has read all of that → still no note of it
 *
 * Every worker does so; what one of them has seen is forgotten with it and costs another look.
 */
export class LostReplays {
  private readonly wake = new Wake();
  private loop: Promise<void> | null = null;
  private isClosing = false;
  private watch: Watch | null = null;

  constructor(
    private readonly parts: {
      db: Database;
      reader: Pick<TopicReader, 'bounds' | 'read' | 'writtenEnds'>;
      /** Of the requests. */
      topic: string;
      log: Logger;
    },
  ) {}

  start(): void {
    this.loop = this.run();
  }

  /** A look that still waits for Kafka is left alone: it changes nothing any more. */
  async close(): Promise<void> {
    this.isClosing = true;
    this.wake.set();
    await Promise.race([this.loop, delay(CLOSE_MAX_MS, null, { ref: false })]);
  }

  /** Goes on with the watch, or begins one for what is late. Throws what Kafka and the database throw. */
  async look(lateAfterMs = LATE_AFTER_MS): Promise<void> {
    const { db, reader, topic } = this.parts;
    const letters =
      this.watch?.letters ?? (await readUntakenReplays(db, topic, { sentBeforeMs: lateAfterMs, limit: LETTERS_MAX }));
    if (letters.length === 0) return;
    const written = shorter(await reader.writtenEnds(topic), this.watch?.written);
    this.watch = { letters, written };
    if (!(await this.isAllRead(written)) || this.isClosing) return;
    this.watch = null;
    this.tell(await giveUpReplays(db, letters));
  }

  private async run(): Promise<void> {
    while (!this.isClosing) {
      await this.look().catch((error: unknown) =>
        this.parts.log.warn({ err: error }, 'replays that were not taken could not be looked for yet'),
      );
      await this.wake.wait(LOOK_EVERY_MS);
    }
  }

  /** Also false without any partition: a topic that is gone may come back as it was. */
  private async isAllRead(written: Map<number, bigint>): Promise<boolean> {
    const { db, reader, topic } = this.parts;
    const positions = await readPositions(db, topic);
    const bounds = await reader.bounds(topic);
    for (const [partition, upTo] of written) {
      const log = bounds.get(partition);
      if (log === undefined) return false;
      const at = { written: upTo, position: positions.get(partition) ?? null, ...log };
      if (!(await this.isRead(partition, at))) return false;
    }
    return written.size > 0;
  }

  private async isRead(partition: number, at: PartitionInSight): Promise<boolean> {
    const unread = unreadOf(at);
    switch (unread.kind) {
      case 'nothing':
        return true;
      case 'not-known':
        return false;
      case 'stretch':
        for await (const _records of this.parts.reader.read(this.parts.topic, partition, unread.from, unread.to)) {
          return false;
        }
        return true;
    }
  }

  private tell(count: number): void {
    if (count === 0) return;
    this.parts.log.error(
      { count },
      'replays were deleted by Kafka before they were read: their letters became nothing',
    );
  }
}

/** A log that is shorter than it was is another one, or lost its end: no record of it lies beyond its present end. */
function shorter(written: Map<number, bigint>, before: Map<number, bigint> | undefined): Map<number, bigint> {
  if (before === undefined) return written;
  return new Map(
    [...written].map(([partition, end]) => {
      const earlier = before.get(partition) ?? 0n;
      return [partition, earlier < end ? earlier : end];
    }),
  );
}
