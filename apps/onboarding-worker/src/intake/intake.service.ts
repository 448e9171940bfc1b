import {
  type BatchContext,
  type BatchResult,
  type KafkaRecord,
  type RecordBatch,
  recordDigest,
  type TopicPartition,
} from '#kafka';
import {
  type Database,
  type IntakePosition,
  type Queryable,
  beginPosition,
  isDataError,
  lockPosition,
  movePosition,
} from '#ledger';
import type { Logger, Metrics } from '#observability';
import { chunksOf, singlesOf } from './chunks.js';
import { type LastTaken, type LogBounds, type PositionDecision, decidePosition, isSameRecord } from './log-position.js';
import { PendingRoom } from './pending-room.js';
import { seenRecord } from './seen-record.js';
import type { PreparedRecord, RecordTaker, TakenCounts } from './record-taker.js';
import { startingPoint } from './starting-point.js';

export interface IntakeParts {
  db: Database;
  taker: RecordTaker;
  logBounds: (topic: string) => Promise<Map<number, LogBounds>>;
  /** The record at an offset of the log as it is now; null where there is none. */
  recordAt: (partition: TopicPartition, offset: bigint) => Promise<KafkaRecord | null>;
  /** Reads a partition of this assignment on from an offset. */
  seek: (partition: TopicPartition, offset: bigint, generation: number) => void;
  settings: { pendingMax: number };
  metrics: Metrics;
  log: Logger;
  nowMs: () => number;
  onTaken: () => void;
}

interface Taken {
  kind: 'taken';
  nextOffset: bigint;
  counts: TakenCounts;
  /** Records that Kafka deleted before they were read. */
  lost: bigint;
  last: LastTaken | null;
}
/** Where an assignment stands in a log: its last record taken; null while it has taken none. */
interface Foothold {
  generation: number;
  last: LastTaken | null;
}
type ChunkResult = Taken | { kind: 'seek'; offset: bigint };
type TakeDecision = Extract<PositionDecision, { kind: 'take' }>;

interface Chunk {
  batch: RecordBatch;
  generation: number;
  /** Found in the log after the batch was fetched; null when it was not. */
  proven: Foothold | null;
  prepared: PreparedRecord[];
  asked: AskedBounds | null;
}
/** Bounds of a log that were asked for when its position was seen there; null where it had none. */
interface AskedBounds {
  nextOffset: bigint | null;
  bounds: LogBounds;
}
interface NeedsBounds {
  kind: 'need-bounds';
  nextOffset: bigint | null;
}

const FULL_RECHECK_MS = 500;
const BEGIN_RETRY_MS = 1_000;
const TYPES_LOGGED_MAX = 100;

/**
 * Intake (P1): Kafka → ledger, exactly once. A chunk of a fetched batch is one transaction: the partition's position row is
 * locked, what lies before it is dropped, records are opened, judged or refused, the position moves. A crash anywhere
 * leaves the chunk taken as a whole or not at all; Kafka's committed offset is only a hint.
 */
export class IntakeService {
  private readonly footholds = new Map<number, Foothold>();
  private readonly knownTypes = new Set<string>();
  private readonly room: PendingRoom;
  private generation = 0;

  constructor(private readonly parts: IntakeParts) {
    this.room = new PendingRoom(parts.db, parts.settings.pendingMax, parts.nowMs);
  }

  /**
   * A new assignment: every partition is read from where the ledger stands, also when nothing new would ever arrive
   * where the group's offset stands. Until that is known the batches say where to seek.
   */
  async begin(partitions: readonly TopicPartition[], generation: number): Promise<void> {
    this.generation = generation;
    for (let waiting = partitions; this.generation === generation;) {
      const failed: TopicPartition[] = [];
      let cause: unknown;
      for (const partition of waiting) {
        await this.beginPartition(partition, generation).catch((error: unknown) => {
          failed.push(partition);
          cause = error;
        });
      }
      if (failed.length === 0) return;
      this.parts.log.warn({ err: cause, generation }, 'the positions of the partitions could not be read yet');
      await new Promise((resolve) => setTimeout(resolve, BEGIN_RETRY_MS).unref());
      waiting = failed;
    }
  }

  private async beginPartition(at: TopicPartition, generation: number): Promise<void> {
    const { db, seek } = this.parts;
    const bounds = await this.boundsOf(at);
    const start = await db.transaction(async (tx) => {
      const position = await lockPosition(tx, at.topic, at.partition);
      const point = startingPoint(position, bounds);
      if (position && point.lost > 0n) {
        const to = { nextOffset: point.offset, last: position.last, recordsLost: point.lost };
        await movePosition(tx, at.topic, at.partition, to);
      }
      return point;
    });
    this.tellLost(at, start.offset, start.lost);
    seek(at, start.offset, generation);
  }

  async take(batch: RecordBatch, context: BatchContext): Promise<BatchResult> {
    let proven: Foothold | null = null;
    for (const [n, chunk] of chunksOf(batch).entries()) {
      const offset = chunk.fetchOffset;
      if (!context.isCurrent()) return { kind: 'seek', offset };
      const place = await this.room.enter(chunk.records.length);
      if (!place) return { kind: 'partial-pause', nextOffset: offset, resumeAfterMs: FULL_RECHECK_MS };
      let opened: number | null = null;
      try {
        if (n === 0) proven = await this.prove(batch, context.generation);
        const result = await this.takeChunk(chunk, context.generation, proven);
        proven = this.footholds.get(batch.partition) ?? null;
        opened = result.kind === 'taken' ? result.counts.opened : 0;
        if (result.kind === 'seek') return result;
      } finally {
        place.leave(opened);
      }
    }
    return { kind: 'taken', nextOffset: batch.nextOffset };
  }

  /**
   * Whether this is still the log that was read last: a topic may be made anew while a fetch waits at the broker, and
   * nobody tells. After the fetch, the last record taken is looked up once more.
   */
  private async prove(batch: RecordBatch, generation: number): Promise<Foothold | null> {
    const foothold = this.footholds.get(batch.partition);
    if (foothold?.generation !== generation) return null;
    if (foothold.last === null) return foothold;
    const found = await this.parts.recordAt(batch, foothold.last.offset);
    return found !== null && isSameRecord(seenRecord(found), foothold.last) ? foothold : null;
  }

  private async takeChunk(batch: RecordBatch, generation: number, proven: Foothold | null): Promise<ChunkResult> {
    const chunk: Chunk = { batch, generation, proven, prepared: this.parts.taker.prepare(batch.records), asked: null };
    try {
      return await this.takePrepared(chunk);
    } catch (error) {
      if (!isDataError(error)) throw error;
      return this.takeOneByOne(chunk, error);
    }
  }

  /** A value that the database refuses must stop neither the records around it nor the partition. */
  private async takeOneByOne(chunk: Chunk, cause: unknown): Promise<ChunkResult> {
    const { batch, generation } = chunk;
    if (batch.records.length === 1) {
      const { topic, partition, fetchOffset: offset } = batch;
      this.parts.log.error({ err: cause, topic, partition, offset }, 'a record cannot be stored and is refused');
      return this.takePrepared({ ...chunk, prepared: this.parts.taker.refuseUnstorable(batch.records) });
    }
    let last: ChunkResult | null = null;
    let opened = 0;
    let { proven } = chunk;
    for (const single of singlesOf(batch)) {
      last = await this.takeChunk(single, generation, proven);
      proven = this.footholds.get(batch.partition) ?? null;
      if (last.kind === 'seek') return last;
      opened += last.counts.opened;
    }
    if (last?.kind !== 'taken') throw new Error('a chunk holds no records', { cause });
    return { ...last, counts: { ...last.counts, opened } };
  }

  private async takePrepared(chunk: Chunk): Promise<ChunkResult> {
    for (let asked: AskedBounds | null = null; ;) {
      const result = await this.parts.db.transaction((tx) => this.takeLocked(tx, { ...chunk, asked }));
      if (result === 'decide-again') continue;
      if (result.kind === 'need-bounds') {
        asked = { nextOffset: result.nextOffset, bounds: await this.boundsOf(chunk.batch) };
        continue;
      }
      if (result.kind === 'taken') this.tell(chunk, result);
      return result;
    }
  }

  private async takeLocked(tx: Queryable, chunk: Chunk): Promise<ChunkResult | NeedsBounds | 'decide-again'> {
    const { batch, asked } = chunk;
    const position = await lockPosition(tx, batch.topic, batch.partition);
    const nextOffset = position?.nextOffset ?? null;
    const bounds = asked?.nextOffset === nextOffset ? asked.bounds : null;
    const seen = { ...batch, verified: isAt(position, chunk.proven), records: batch.records.map(seenRecord) };
    const decision = decidePosition(position, seen, bounds);
    switch (decision.kind) {
      case 'need-bounds':
        return { kind: 'need-bounds', nextOffset };
      case 'seek':
        return { kind: 'seek', offset: decision.offset };
      case 'restart':
        await this.restart(tx, batch, decision.offset);
        return { kind: 'seek', offset: decision.offset };
      case 'take':
        if (!position && !(await beginPosition(tx, batch.topic, batch.partition, decision.from))) return 'decide-again';
        return this.takeFrom(tx, chunk, position, decision);
    }
  }

  private async takeFrom(
    tx: Queryable,
    { batch, prepared }: Chunk,
    position: IntakePosition | null,
    decision: TakeDecision,
  ): Promise<Taken> {
    const taken = prepared.filter(({ record }) => record.offset >= decision.from);
    const counts = await this.parts.taker.take(tx, taken);
    const lastRecord = taken.at(-1)?.record;
    const nextOffset = batch.nextOffset > decision.from ? batch.nextOffset : decision.from;
    const last = lastRecord
      ? { ...seenRecord(lastRecord), digest: recordDigest(lastRecord) }
      : (position?.last ?? null);
    const { lost } = decision;
    await movePosition(tx, batch.topic, batch.partition, { nextOffset, last, recordsLost: lost });
    return { kind: 'taken', nextOffset, counts, lost, last };
  }

  /** Another or a truncated log stands where the position was: what it holds is new. */
  private async restart(tx: Queryable, batch: RecordBatch, offset: bigint): Promise<void> {
    const { topic, partition } = batch;
    this.parts.log.error(
      { topic, partition, offset: offset.toString() },
      'the last record taken is not in this log: the topic was recreated or truncated; it is read from its start',
    );
    await movePosition(tx, topic, partition, { nextOffset: offset, last: null, recordsLost: 0n });
  }

  private async boundsOf({ topic, partition }: TopicPartition): Promise<LogBounds> {
    const found = (await this.parts.logBounds(topic)).get(partition);
    if (!found) throw new Error(`the bounds of ${topic}[${partition}] are not known to the broker`);
    return found;
  }

  /** After the commit: what was taken is taken. */
  private tell({ batch, generation }: Chunk, { counts, nextOffset, lost, last }: Taken): void {
    const { metrics, log, onTaken } = this.parts;
    this.footholds.set(batch.partition, { generation, last });
    this.tellLost(batch, nextOffset, lost);
    for (const [result, count] of Object.entries(counts.results)) metrics.recordsTotal.inc({ result }, count);
    for (const detail of counts.skippedTypes) {
      if (this.knownTypes.has(detail) || this.knownTypes.size >= TYPES_LOGGED_MAX) continue;
      this.knownTypes.add(detail);
      log.warn({ type: detail }, 'records of another type are skipped');
    }
    if (counts.opened + counts.published > 0) onTaken();
  }

  private tellLost({ topic, partition }: TopicPartition, offset: bigint, lost: bigint): void {
    if (lost === 0n) return;
    const fields = { topic, partition, offset: offset.toString(), count: Number(lost) };
    this.parts.log.error(fields, 'records were deleted by Kafka before they were read: requests are lost');
    this.parts.metrics.recordsLostTotal.inc(Number(lost));
  }
}

function isAt(position: IntakePosition | null, proven: Foothold | null): boolean {
  if (position === null || proven === null) return false;
  const { last } = position;
  if (last === null || proven.last === null) return last === proven.last;
  return isSameRecord({ ...last, digest: () => last.digest }, proven.last);
}
