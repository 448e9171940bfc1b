/**
 * The dead letters as operators see them. The topic is the archive and nobody copies it all the time: whoever wants to
 * look brings the projection up to date first, from the position of each partition to the end of its committed records.
 * Any number of processes may do so at once. The projection of another topic, or of a log that was made anew or cut off,
 * is thrown away and read again.
 */
import type { KafkaLog, KafkaRecord, PartitionBounds, RecordHeaders, TopicNames, TopicReader } from '#kafka';
import {
  beginLetters,
  countLetters,
  emptyLetters,
  hasLettersOfOtherTopic,
  readLetter,
  readLetterGroups,
  readLetterPositions,
  readLetters,
  takeLetters,
  type Database,
  type Letter,
  type LetterGroup,
  type LetterSelection,
  type StoredLetter,
} from '#ledger';
import { letterOf } from './letter.js';

export interface DeadLettersParts {
  db: Database;
  reader: TopicReader;
  topics: TopicNames;
  /** `KAFKA_GROUP_ID`. */
  groupId: string;
  log: KafkaLog;
}

/** A letter with the bytes of its record, read from the topic. */
export interface LetterWithRecord extends Letter {
  key: Buffer | null;
  value: Buffer | null;
  headers: RecordHeaders;
  /** What is known of its life, oldest first. */
  history: { at: string; what: string }[];
}

/** How many records of how many were read. */
export type Progress = (done: number, total: number) => void;

interface PartitionToRead {
  partition: number;
  /** The position, and where the log begins if that is later. */
  from: bigint;
  start: bigint;
  to: bigint;
}

const PARTITIONS_AT_ONCE = 3;
/** Times the projection may be emptied under a catching up before it gives up. */
const RESTARTS_MAX = 5;

export class DeadLetters {
  constructor(private readonly parts: DeadLettersParts) {}

  /** Reads what the topic has and the projection has not. Throws what Kafka or the database throw. */
  async catchUp(onProgress: Progress = () => undefined): Promise<void> {
    for (let restarts = 0; restarts < RESTARTS_MAX; restarts += 1) {
      if (await this.readToEnd(onProgress)) return;
    }
    throw new Error('The projection of the dead letters was emptied again and again by others');
  }

  /** Throws the projection away and reads all of the topic. */
  async rebuild(onProgress?: Progress): Promise<{ letters: number }> {
    await emptyLetters(this.parts.db);
    await this.catchUp(onProgress);
    return { letters: await countLetters(this.parts.db, { all: true }) };
  }

  /** The selected letters, newest first; `after` is the id of the last letter of the page before. */
  async list(selection: LetterSelection, limit: number, after?: string): Promise<{ total: number; letters: Letter[] }> {
    const { db } = this.parts;
    const total = await countLetters(db, selection);
    const last = after === undefined ? undefined : await this.letterById(after);
    if (last === null) return { total, letters: [] };
    const letters = await readLetters(db, selection, { order: 'newest-first', limit, after: last });
    return { total, letters: letters.map(shown) };
  }

  /** The kinds of failure among the selected letters, the most frequent first. */
  async groups(selection: LetterSelection): Promise<{ total: number; groups: LetterGroup[] }> {
    const groups = await readLetterGroups(this.parts.db, selection);
    return { total: groups.reduce((sum, { count }) => sum + count, 0), groups };
  }

  /** One letter with its record; null when the topic has no such letter. */
  async show(partition: number, offset: bigint): Promise<LetterWithRecord | null> {
    const record = await this.record(partition, offset);
    if (record === null) return null;
    const { key, value, headers } = record;
    const letter = shown(letterOf(record));
    const history = [
      { at: letter.firstFailedAt, what: 'failed for the first time' },
      { at: letter.failedAt, what: `failed: ${letter.code}` },
    ];
    return { ...letter, key, value, headers, history };
  }

  private async record(partition: number, offset: bigint): Promise<KafkaRecord | null> {
    const { reader, topics } = this.parts;
    const bounds = (await reader.bounds(topics.deadLetter)).get(partition);
    if (bounds === undefined || offset < bounds.start || offset >= bounds.end) return null;
    for await (const [record] of reader.read(topics.deadLetter, partition, offset, offset + 1n)) return record ?? null;
    return null;
  }

  private async letterById(id: string): Promise<StoredLetter | null> {
    const [partition, offset] = /^(\d{1,9}):(\d{1,18})$/.exec(id)?.slice(1) ?? [];
    if (partition === undefined || offset === undefined) return null;
    return readLetter(this.parts.db, Number(partition), BigInt(offset));
  }

  /** False: the projection was emptied meanwhile, by a rebuild of somebody else. */
  private async readToEnd(onProgress: Progress): Promise<boolean> {
    const { db, reader, topics, log } = this.parts;
    const topic = topics.deadLetter;
    const bounds = await reader.bounds(topic);
    if (await this.isOutdated(bounds)) {
      log.warn({ topic }, 'The dead-letter topic is another one or was made anew: all letters are read again');
      await emptyLetters(db);
    }
    const positions = await readLetterPositions(db, topic);
    const toRead = [...bounds].map(([partition, { start, end }]) => {
      const from = positions.get(partition) ?? start;
      return { partition, from, start: from < start ? start : from, to: end };
    });
    const total = toRead.reduce((sum, { from, to }) => sum + Number(to - from), 0);
    let done = 0;
    onProgress(done, total);
    const advance = (records: number): void => onProgress((done += records), total);
    const waiting = toRead.filter(({ from, to }) => from < to);
    let isWhole = true;
    const lane = async (): Promise<void> => {
      for (let next = waiting.shift(); next !== undefined && isWhole; next = waiting.shift()) {
        await beginLetters(db, topic, next.partition, next.from);
        isWhole = (await this.readPartition(next, advance)) && isWhole;
      }
    };
    await Promise.all(Array.from({ length: PARTITIONS_AT_ONCE }, lane));
    return isWhole;
  }

  private async isOutdated(bounds: ReadonlyMap<number, PartitionBounds>): Promise<boolean> {
    const { db, topics } = this.parts;
    if (bounds.size === 0) return false;
    if (await hasLettersOfOtherTopic(db, topics.deadLetter)) return true;
    const positions = await readLetterPositions(db, topics.deadLetter);
    return [...positions].some(([partition, position]) => position > (bounds.get(partition)?.end ?? 0n));
  }

  private async readPartition(
    { partition, from, start, to }: PartitionToRead,
    advance: (records: number) => void,
  ): Promise<boolean> {
    const { db, reader, topics } = this.parts;
    const topic = topics.deadLetter;
    let next = from;
    const take = async (end: bigint, letters: StoredLetter[]): Promise<boolean> => {
      const taken = await takeLetters(db, { topic, partition, from: next, to: end, letters });
      advance(Number(end - next));
      next = end;
      return taken !== null;
    };
    for await (const records of reader.read(topic, partition, start, to)) {
      const last = records.at(-1);
      if (last !== undefined && !(await take(last.offset + 1n, records.map(letterOf)))) return false;
    }
    return next === to || take(to, []);
  }
}

/** What contract 8 shows of a letter. */
function shown({
  consumerGroup: _group,
  replayId: _replay,
  digest: _digest,
  bytes: _bytes,
  ...letter
}: StoredLetter): Letter {
  return letter;
}
