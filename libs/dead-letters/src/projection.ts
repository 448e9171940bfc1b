/**
 * Brings the projection of the dead-letter topic up to date: from the position of each partition to the end of its
 * committed records. Any number of processes may do so at once, also while one of them rebuilds (see
 * libs/ledger/src/dead-letters.ts). A crash leaves a projection that is behind; the next one to look reads on.
 *
 * The positions are those of one log. Another topic name, a log that ends before its position or holds another record
 * where the last letter was read: then the projection is thrown away and all of the topic is read. A log that now
 * begins later (records were deleted) only loses the letters before its start.
 */
import { type KafkaRecord, type PartitionBounds, recordDigest } from '#kafka';
import {
  beginLetters,
  emptyLetters,
  FORGET_MAX,
  forgetLetters,
  type LetterPosition,
  readLetterPositions,
  refreshLetterStatistics,
  type StoredLetter,
  takeLetters,
} from '#ledger';
import { letterOf } from './letter.js';
import type { DeadLettersParts } from './parts.js';
import { SharedRun } from './shared-run.js';

/** How many offsets of how many were read. */
export type Progress = (done: number, total: number) => void;

interface PartitionToRead {
  partition: number;
  /** The position, and where the log begins if that is later. */
  position: bigint;
  start: bigint;
  end: bigint;
}

const PARTITIONS_AT_ONCE = 3;
const MANY_LETTERS = 10_000;
/** How often others may empty the projection under one catching up before it gives up. */
const RESTARTS_MAX = 5;

export class Projection {
  private readonly reading = new SharedRun((onProgress: Progress) => this.readAll(onProgress));
  /** Partitions whose log this process has seen to be the one that was read. */
  private readonly known = new Set<number>();
  private isMissingTold = false;

  constructor(private readonly parts: DeadLettersParts) {}

  /** What was on the topic when this was called is in the projection when it resolves. Calls that come meanwhile share a run. */
  async catchUp(onProgress: Progress = () => undefined): Promise<void> {
    return this.reading.join(onProgress);
  }

  /** Throws the projection away and reads all of the topic; leaves everything as it is where the topic cannot be read. */
  async rebuild(who: string, onProgress: Progress = () => undefined): Promise<void> {
    await this.boundsOfTopic();
    await emptyLetters(this.parts.db, { who, what: 'projection rebuilt', subject: this.parts.topics.deadLetter });
    await this.catchUp(onProgress);
  }

  private async readAll(onProgress: Progress): Promise<void> {
    for (let restarts = 0; restarts < RESTARTS_MAX; restarts += 1) {
      if (await this.readToEnd(onProgress)) return;
    }
    throw new Error('The projection of the dead letters was emptied by others again and again');
  }

  /** False: somebody emptied the projection meanwhile. */
  private async readToEnd(onProgress: Progress): Promise<boolean> {
    const { db, topics } = this.parts;
    const bounds = await this.boundsOfTopic();
    const positions = await this.positionsIn(bounds);
    const toRead = [...bounds].map(([partition, { start, end }]): PartitionToRead => {
      const position = positions.find((known) => known.partition === partition)?.nextOffset ?? start;
      return { partition, position, start: position < start ? start : position, end };
    });
    const total = toRead.reduce((sum, { start, end }) => sum + Number(end - start), 0);
    let done = 0;
    onProgress(done, total);
    const waiting = toRead.filter(({ position, end }) => position < end);
    let isWhole = true;
    const lane = async (): Promise<void> => {
      for (let next = waiting.shift(); next !== undefined && isWhole; next = waiting.shift()) {
        await beginLetters(db, topics.deadLetter, next.partition, next.position);
        isWhole = (await this.readPartition(next, (read) => onProgress((done += read), total))) && isWhole;
      }
    };
    await Promise.all(Array.from({ length: PARTITIONS_AT_ONCE }, lane));
    if (done >= MANY_LETTERS) await refreshLetterStatistics(db);
    return isWhole;
  }

  private async readPartition(
    { partition, position, start, end }: PartitionToRead,
    onRead: (offsets: number) => void,
  ): Promise<boolean> {
    const { db, reader, topics } = this.parts;
    const topic = topics.deadLetter;
    let from = position;
    const take = async (to: bigint, letters: StoredLetter[]): Promise<boolean> => {
      const taken = await takeLetters(db, { topic, partition, from, to, letters });
      onRead(Number(to - (from < start ? start : from)));
      from = to;
      return taken !== null;
    };
    for await (const records of reader.read(topic, partition, start, end)) {
      const last = records.at(-1);
      if (last !== undefined && !(await take(last.offset + 1n, records.map(letterOf)))) return false;
    }
    return from >= end || take(end, []);
  }

  /** Throws when the topic is not there, unless no letter was read yet: then no worker may have made it. */
  private async boundsOfTopic(): Promise<ReadonlyMap<number, PartitionBounds>> {
    const { db, log, reader } = this.parts;
    const topic = this.parts.topics.deadLetter;
    const bounds = await reader.bounds(topic);
    if (bounds.size > 0) return bounds;
    const positions = await readLetterPositions(db);
    const [read] = positions;
    if (positions.some((position) => position.topic === topic)) {
      throw new Error(`The dead-letter topic ${topic} is not there any more`);
    }
    if (read !== undefined) {
      throw new Error(`The dead-letter topic ${topic} is not there; the letters of this ledger are of ${read.topic}`);
    }
    if (!this.isMissingTold) {
      log.warn({ topic }, 'The dead-letter topic is not there: no worker has made it, or its name is wrong');
    }
    this.isMissingTold = true;
    return bounds;
  }

  /** The positions that hold for the log as it is; letters that it no longer has are forgotten. */
  private async positionsIn(bounds: ReadonlyMap<number, PartitionBounds>): Promise<LetterPosition[]> {
    const { db, log, topics } = this.parts;
    if (bounds.size === 0) return [];
    const positions = await readLetterPositions(db);
    if (await this.isOtherLog(positions, bounds)) {
      log.warn({ topic: topics.deadLetter }, 'The dead-letter topic is another one or was made anew: it is read again');
      await emptyLetters(db);
      return [];
    }
    for (const { partition, firstOffset } of positions) {
      const start = bounds.get(partition)?.start ?? 0n;
      if (firstOffset === null || firstOffset >= start) continue;
      log.warn(
        { topic: topics.deadLetter, partition, logStart: start },
        'Kafka deleted dead letters: they are forgotten',
      );
      while ((await forgetLetters(db, partition, start)) === FORGET_MAX);
    }
    return positions;
  }

  private async isOtherLog(
    positions: LetterPosition[],
    bounds: ReadonlyMap<number, PartitionBounds>,
  ): Promise<boolean> {
    if (positions.some(({ topic }) => topic !== this.parts.topics.deadLetter)) return true;
    const ends = ({ partition }: LetterPosition): bigint => bounds.get(partition)?.end ?? 0n;
    if (positions.some((position) => position.nextOffset > ends(position))) return true;
    const doubtful = positions.filter(
      (position) => position.nextOffset < ends(position) || !this.known.has(position.partition),
    );
    const verdicts = await Promise.all(
      doubtful.map(async ({ partition, last }) => {
        if (last === null || last.offset < (bounds.get(partition)?.start ?? 0n)) return false;
        const record = await readRecord(this.parts, partition, last.offset);
        return record === null || !recordDigest(record).equals(last.digest);
      }),
    );
    for (const { partition } of doubtful) this.known.add(partition);
    return verdicts.includes(true);
  }
}

/** The record at an offset within the bounds of its partition; null when it is not there any more. */
export async function readRecord(
  { reader, topics }: DeadLettersParts,
  partition: number,
  offset: bigint,
): Promise<KafkaRecord | null> {
  for await (const [record] of reader.read(topics.deadLetter, partition, offset, offset + 1n)) return record ?? null;
  return null;
}
