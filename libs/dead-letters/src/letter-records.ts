import type { KafkaRecord, PartitionBounds, TopicReader } from '#kafka';

/** Records passed over rather than asked for anew: about what one fetch brings. */
const PASSED_OVER_MAX = 400n;

interface Reading {
  partition: number;
  batches: AsyncGenerator<KafkaRecord[], void>;
  /** The batch after this one, asked for while this one is worked on; only where a reading goes on. */
  following: Promise<IteratorResult<KafkaRecord[], void>> | null;
  batch: KafkaRecord[];
  index: number;
  next: bigint;
}

/**
 * Records of the dead-letter topic, asked for in the order of partition and offset: a dense selection is read as one
 * stream, a sparse one by jumps, and no more than two fetches are held.
 */
export class LetterRecords {
  private reading: Reading | null = null;

  constructor(
    private readonly reader: TopicReader,
    private readonly topic: string,
    private readonly bounds: ReadonlyMap<number, PartitionBounds>,
  ) {}

  /** The record at an offset; null when the topic does not have it any more. */
  async at(partition: number, offset: bigint): Promise<KafkaRecord | null> {
    const bounds = this.bounds.get(partition);
    if (bounds === undefined || offset < bounds.start || offset >= bounds.end) return null;
    const reading = await this.readingFor(partition, offset, bounds.end);
    for (;;) {
      for (; reading.index < reading.batch.length; reading.index += 1) {
        const record = reading.batch[reading.index];
        if (record !== undefined && record.offset >= offset) return record.offset === offset ? record : null;
      }
      if (!(await this.advance(reading))) return null;
    }
  }

  async close(): Promise<void> {
    const { reading } = this;
    this.reading = null;
    await reading?.following?.catch(() => undefined);
    await reading?.batches.return(undefined);
  }

  private async readingFor(partition: number, offset: bigint, end: bigint): Promise<Reading> {
    const { reading } = this;
    const isAhead = reading?.partition === partition && offset - reading.next <= PASSED_OVER_MAX;
    if (reading !== null && isAhead) return reading;
    await this.close();
    const batches = this.reader.read(this.topic, partition, offset, end);
    return (this.reading = { partition, batches, following: null, batch: [], index: 0, next: offset });
  }

  private async advance(reading: Reading): Promise<boolean> {
    const isGoingOn = reading.batch.length > 0;
    const next = await (reading.following ?? reading.batches.next());
    reading.following = null;
    if (next.done === true) return false;
    reading.batch = next.value;
    reading.index = 0;
    reading.next = (next.value.at(-1)?.offset ?? reading.next) + 1n;
    if (isGoingOn) {
      reading.following = reading.batches.next();
      // A failure is met by whoever waits for the batch.
      reading.following.catch(() => undefined);
    }
    return true;
  }
}
