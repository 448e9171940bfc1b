import { createHash } from 'node:crypto';
import type { BatchContext, BatchResult, KafkaRecord, RecordBatch } from '#kafka';
import {
  type Database,
  type IntakePosition,
  type Queryable,
  beginPosition,
  countPending,
  lockPosition,
  movePosition,
} from '#ledger';
import type { Logger, Metrics } from '#observability';
import { type LogBounds, type PositionDecision, decidePosition } from './log-position.js';
import { type RecordTaker, type TakenCounts } from './record-taker.js';

export interface IntakeSettings {
  pendingMax: number;
}

const CHUNK_RECORDS_MAX = 500;
const FULL_RECHECK_MS = 500;
const PENDING_TRUSTED_MS = 1_000;

type ChunkResult = { kind: 'taken'; nextOffset: bigint; counts: TakenCounts } | { kind: 'seek'; offset: bigint };

/**
 * Intake (P1): Kafka → ledger, exactly once. A chunk of a fetched batch is one transaction: the partition's position row is
 * locked, what lies before it is dropped, records are opened, judged or refused, the position moves. A crash anywhere
 * leaves the chunk taken as a whole or not at all; Kafka's committed offset is only a hint.
 */
export class IntakeService {
  private readonly verified = new Map<number, number>();
  private readonly knownTypes = new Set<string>();
  private pending = { count: 0, takenSince: 0, atMs: Number.NEGATIVE_INFINITY };

  constructor(
    private readonly parts: {
      db: Database;
      taker: RecordTaker;
      logBounds: (topic: string) => Promise<Map<number, LogBounds>>;
      settings: IntakeSettings;
      metrics: Metrics;
      log: Logger;
      nowMs: () => number;
      onTaken: () => void;
    },
  ) {}

  async take(batch: RecordBatch, context: BatchContext): Promise<BatchResult> {
    let offset = batch.fetchOffset;
    const chunks = chunksOf(batch);
    for (const [index, records] of chunks.entries()) {
      if (!context.isCurrent()) return { kind: 'seek', offset };
      if (await this.isFull()) return { kind: 'partial-pause', nextOffset: offset, resumeAfterMs: FULL_RECHECK_MS };
      const isLast = index === chunks.length - 1;
      const nextOffset = isLast ? batch.nextOffset : (chunks[index + 1]?.[0]?.offset ?? batch.nextOffset);
      const result = await this.takeChunk({ ...batch, fetchOffset: offset, nextOffset, records }, context.generation);
      if (result.kind === 'seek') return result;
      this.tell(result.counts);
      offset = nextOffset;
    }
    return { kind: 'taken', nextOffset: offset };
  }

  private async takeChunk(batch: RecordBatch, generation: number): Promise<ChunkResult> {
    const prepared = this.parts.taker.prepare(batch.records);
    let bounds: LogBounds | null = null;
    for (;;) {
      const result = await this.parts.db.transaction((tx) =>
        this.takeLocked(tx, batch, { generation, bounds, prepared }),
      );
      if (result !== 'need-bounds') return result;
      const found = (await this.parts.logBounds(batch.topic)).get(batch.partition);
      if (!found) throw new Error(`the bounds of ${batch.topic}[${batch.partition}] are not known to the broker`);
      bounds = found;
    }
  }

  private async takeLocked(
    tx: Queryable,
    batch: RecordBatch,
    with_: { generation: number; bounds: LogBounds | null; prepared: ReturnType<RecordTaker['prepare']> },
  ): Promise<ChunkResult | 'need-bounds'> {
    const position = await lockPosition(tx, batch.topic, batch.partition);
    const verified = this.verified.get(batch.partition) === with_.generation;
    const decision = decidePosition(
      position,
      { ...batch, verified, records: batch.records.map(seenRecord) },
      with_.bounds,
    );
    switch (decision.kind) {
      case 'need-bounds':
        return 'need-bounds';
      case 'seek':
        return { kind: 'seek', offset: decision.offset };
      case 'restart':
        await this.restart(tx, batch, decision.offset);
        return { kind: 'seek', offset: decision.offset };
      case 'take':
        if (!position) await beginPosition(tx, batch.topic, batch.partition, decision.from);
        return this.takeFrom(tx, batch, { ...with_, position, decision });
    }
  }

  private async takeFrom(
    tx: Queryable,
    batch: RecordBatch,
    with_: {
      generation: number;
      position: IntakePosition | null;
      decision: Extract<PositionDecision, { kind: 'take' }>;
      prepared: ReturnType<RecordTaker['prepare']>;
    },
  ): Promise<ChunkResult> {
    const { decision, position, prepared } = with_;
    const taken = prepared.filter(({ record }) => record.offset >= decision.from);
    const counts = await this.parts.taker.take(tx, taken);
    const lastRecord = taken.at(-1)?.record;
    const nextOffset = batch.nextOffset > decision.from ? batch.nextOffset : decision.from;
    await movePosition(tx, batch.topic, batch.partition, {
      nextOffset,
      last: lastRecord ? { ...seenRecord(lastRecord), digest: digestOf(lastRecord) } : (position?.last ?? null),
      recordsLost: decision.lost,
    });
    this.verified.set(batch.partition, with_.generation);
    if (decision.lost > 0n) this.tellLost(batch, decision);
    return { kind: 'taken', nextOffset, counts };
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

  private tellLost(batch: RecordBatch, decision: { from: bigint; lost: bigint }): void {
    const { topic, partition } = batch;
    const fields = { topic, partition, offset: decision.from.toString(), count: Number(decision.lost) };
    this.parts.log.error(fields, 'records were deleted by Kafka before they were read: requests are lost');
    this.parts.metrics.recordsLostTotal.inc(Number(decision.lost));
  }

  /**
   * Is the ledger full? A fresh count unless the last one was far from the limit a moment ago, so that never more than
   * PENDING_MAX and one chunk a worker are open.
   */
  private async isFull(): Promise<boolean> {
    const { settings, db, nowMs } = this.parts;
    const isTrusted =
      nowMs() - this.pending.atMs < PENDING_TRUSTED_MS &&
      this.pending.count + this.pending.takenSince < settings.pendingMax / 2;
    if (!isTrusted) this.pending = { count: await countPending(db), takenSince: 0, atMs: nowMs() };
    return this.pending.count + this.pending.takenSince >= settings.pendingMax;
  }

  private tell(counts: TakenCounts): void {
    const { metrics, log } = this.parts;
    for (const [result, count] of Object.entries(counts.results)) metrics.recordsTotal.inc({ result }, count);
    this.pending.takenSince += counts.opened;
    for (const detail of counts.skippedTypes) {
      if (this.knownTypes.has(detail) || this.knownTypes.size >= 100) continue;
      this.knownTypes.add(detail);
      log.warn({ type: detail }, 'records of another type are skipped');
    }
    if (counts.opened + counts.published > 0) this.parts.onTaken();
  }
}

function chunksOf(batch: RecordBatch): KafkaRecord[][] {
  const chunks: KafkaRecord[][] = [];
  for (let start = 0; start < batch.records.length; start += CHUNK_RECORDS_MAX) {
    chunks.push(batch.records.slice(start, start + CHUNK_RECORDS_MAX));
  }
  return chunks;
}

function seenRecord(record: KafkaRecord): { offset: bigint; timestampMs: number; digest: () => Buffer } {
  return { offset: record.offset, timestampMs: record.timestampMs, digest: () => digestOf(record) };
}

/** What tells a record from another one at the same offset. */
function digestOf(record: KafkaRecord): Buffer {
  const hash = createHash('sha256');
  hash.update(`${record.key?.length ?? -1}/${record.value?.length ?? -1}/`);
  return hash
    .update(record.key ?? '')
    .update(record.value ?? '')
    .digest();
}
