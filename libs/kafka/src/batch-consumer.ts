/**
 * One kafkajs consumer from its connection to its crash. Each fetched batch goes to the handler, and what the handler
 * returns moves the partition; nothing a handler does, a thrown TypeError included, reaches kafkajs, which would stop
 * the consumer for good. A batch that failed is fetched again after a growing wait while other partitions go on.
 * A crash of the process leaves nothing behind: positions are the handler's to keep.
 */
import type { Batch, Consumer, EachBatchPayload } from 'kafkajs';
import { BatchContext, type BatchResult, type RecordBatch, type TopicPartition } from './batch.js';
import { createKafka, type KafkaSettings } from './client.js';
import { withDeadline } from './deadline.js';
import { errorFields } from './kafka-errors.js';
import type { KafkaLog } from './log.js';
import { OffsetCommitter } from './offset-committer.js';
import { PartitionCursor } from './partition-cursor.js';
import { toKafkaRecord } from './record.js';

export interface BatchConsumerOptions {
  readonly settings: KafkaSettings;
  readonly log: KafkaLog;
  readonly groupId: string;
  readonly topics: readonly string[];
  readonly fromBeginning: boolean;
  readonly sessionTimeoutMs: number;
  readonly partitionsConsumedConcurrently: number;
  handle(batch: RecordBatch, context: BatchContext): Promise<BatchResult>;
  /** A new assignment; called before its first batch. */
  onJoined(partitions: TopicPartition[]): void;
  onRebalancing(): void;
  onProgress(): void;
  currentGeneration(): number;
}

/** How long a fetch waits at the broker when there is nothing new. Records written meanwhile end the wait at once. */
const MAX_WAIT_MS = 250;
const REBALANCE_TIMEOUT_MS = 10_000;
const RETRY_MIN_MS = 250;
const RETRY_MAX_MS = 10_000;
const PAUSE_MAX_MS = 60_000;
/** No fetch turned for so long although no handler runs: kafkajs has lost its way. */
const STALL_MS = 60_000;
const STALL_CHECK_MS = 5_000;
const HANDLERS_DEADLINE_MS = 3_000;
const COMMIT_DEADLINE_MS = 500;
const LEAVE_DEADLINE_MS = 1_000;

interface PartitionState {
  readonly cursor: PartitionCursor;
  failures: number;
  resumeTimer: NodeJS.Timeout | null;
}

export class BatchConsumer {
  private readonly consumer: Consumer;
  private readonly committer: OffsetCommitter;
  private readonly partitions = new Map<string, PartitionState>();
  private readonly running = new Set<Promise<void>>();
  private readonly crash = Promise.withResolvers<Error | null>();
  private stallTimer: NodeJS.Timeout | null = null;
  private lastProgress = performance.now();
  private closing = false;

  constructor(private readonly options: BatchConsumerOptions) {
    const { settings, log, groupId, sessionTimeoutMs } = options;
    this.consumer = createKafka(settings, log).consumer({
      groupId,
      sessionTimeout: sessionTimeoutMs,
      heartbeatInterval: this.heartbeatIntervalMs,
      rebalanceTimeout: REBALANCE_TIMEOUT_MS,
      metadataMaxAge: 60_000,
      allowAutoTopicCreation: false,
      minBytes: 1,
      maxBytes: 4_194_304,
      maxBytesPerPartition: 524_288,
      maxWaitTimeInMs: MAX_WAIT_MS,
      readUncommitted: false,
      retry: {
        initialRetryTime: 100,
        maxRetryTime: 1_000,
        multiplier: 2,
        factor: 0.2,
        retries: 5,
        restartOnFailure: () => Promise.resolve(false),
      },
    });
    this.committer = new OffsetCommitter((offsets) => this.consumer.commitOffsets(offsets), log);
  }

  /** Consumes until {@link stop} (then `null`) or until it crashes for whatever reason (then the error). */
  async run(): Promise<Error | null> {
    this.listen();
    this.stallTimer = setInterval(() => this.checkStall(), STALL_CHECK_MS);
    this.start().catch((error: unknown) =>
      this.crash.resolve(error instanceof Error ? error : new Error('The consumer could not start', { cause: error })),
    );
    const error = await this.crash.promise;
    await this.tearDown();
    return error;
  }

  /** Takes no further batch, lets running handlers end, commits, leaves the group. Ends within 5 s. */
  async stop(): Promise<void> {
    this.closing = true;
    await withDeadline(Promise.allSettled(this.running), HANDLERS_DEADLINE_MS, 'handlers').catch(() => undefined);
    await withDeadline(this.committer.flush(), COMMIT_DEADLINE_MS, 'committing').catch(() => undefined);
    await this.tearDown();
    this.crash.resolve(null);
  }

  /** Reads a partition on from `offset`; what is on its way for it is dropped. Nothing happens once closed. */
  seek({ topic, partition }: TopicPartition, offset: bigint): void {
    if (this.closing) return;
    this.consumer.seek({ topic, partition, offset: String(offset) });
    this.stateOf({ topic, partition }).cursor.moveTo(offset);
  }

  private async start(): Promise<void> {
    const { topics, fromBeginning, partitionsConsumedConcurrently } = this.options;
    await this.consumer.connect();
    await this.consumer.subscribe({ topics: [...topics], fromBeginning });
    if (this.closing) return this.disconnect();
    await this.consumer.run({
      autoCommit: false,
      eachBatchAutoResolve: false,
      partitionsConsumedConcurrently,
      eachBatch: (payload) => this.track(this.eachBatch(payload)),
    });
    if (this.closing) await this.disconnect();
  }

  private get heartbeatIntervalMs(): number {
    return Math.floor(this.options.sessionTimeoutMs / 4);
  }

  private listen(): void {
    const { CRASH, GROUP_JOIN, REBALANCING, FETCH, START_BATCH_PROCESS } = this.consumer.events;
    this.consumer.on(CRASH, ({ payload }) => this.crash.resolve(payload.error));
    this.consumer.on(REBALANCING, () => this.options.onRebalancing());
    this.consumer.on(GROUP_JOIN, ({ payload }) => this.joined(payload.memberAssignment));
    this.consumer.on(FETCH, () => this.progress());
    this.consumer.on(START_BATCH_PROCESS, ({ payload }) => {
      if (payload.batchSize > 0) return;
      const last = BigInt(payload.lastOffset);
      // The first offset is null when the fetch held only records below the one asked for.
      const first = payload.firstOffset as string | null;
      this.stateOf(payload).cursor.passOver(first === null ? last : BigInt(first), last);
    });
  }

  /** Emitted in the course of joining, so nothing of this generation was fetched yet. */
  private joined(assignment: Record<string, number[]>): void {
    this.committer.forget();
    this.progress();
    this.options.onJoined(
      Object.entries(assignment).flatMap(([topic, partitions]) =>
        partitions.map((partition) => {
          this.stateOf({ topic, partition }).cursor.reset();
          return { topic, partition };
        }),
      ),
    );
  }

  private async eachBatch({ batch, resolveOffset, heartbeat }: EachBatchPayload): Promise<void> {
    if (this.closing) return;
    const context = new BatchContext(
      batch.topic,
      batch.partition,
      this.options.currentGeneration(),
      this.options.currentGeneration,
    );
    const recordBatch = toRecordBatch(batch, this.stateOf(batch).cursor);
    const beating = setInterval(() => void heartbeat().catch(() => undefined), this.heartbeatIntervalMs);
    try {
      const result = checkResult(recordBatch, await this.options.handle(recordBatch, context));
      if (context.isCurrent()) this.apply(recordBatch, result, resolveOffset);
    } catch (error) {
      if (context.isCurrent()) this.retryLater(recordBatch, error);
    } finally {
      clearInterval(beating);
      this.progress();
    }
  }

  private apply(batch: RecordBatch, result: BatchResult, resolveOffset: (offset: string) => void): void {
    const state = this.stateOf(batch);
    state.failures = 0;
    if (result.kind === 'seek') return this.seek(batch, result.offset);
    if (result.nextOffset > batch.fetchOffset) {
      resolveOffset(String(result.nextOffset - 1n));
      state.cursor.moveTo(result.nextOffset);
      this.passOverMarkers(batch, result.nextOffset);
      this.committer.note(batch.topic, batch.partition, result.nextOffset);
    }
    if (result.kind === 'partial-pause') this.pause(batch, Math.min(result.resumeAfterMs, PAUSE_MAX_MS));
  }

  /** When the last record itself is resolved, kafkajs goes on behind the markers that follow it in the same fetch. */
  private passOverMarkers(batch: RecordBatch, nextOffset: bigint): void {
    const lastRecord = batch.records.at(-1);
    if (lastRecord?.offset !== nextOffset - 1n || nextOffset === batch.nextOffset) return;
    this.stateOf(batch).cursor.passOver(nextOffset, batch.nextOffset - 1n);
  }

  private retryLater(batch: RecordBatch, error: unknown): void {
    const { topic, partition, fetchOffset } = batch;
    const state = this.stateOf(batch);
    const delayMs = Math.min(RETRY_MIN_MS * 2 ** state.failures, RETRY_MAX_MS);
    state.failures = Math.min(state.failures + 1, 16);
    const fields = { topic, partition, offset: String(fetchOffset), delayMs, ...errorFields(error) };
    this.options.log.error(fields, 'Batch handler failed, the batch is fetched again');
    this.seek(batch, fetchOffset);
    this.pause(batch, delayMs);
  }

  private pause({ topic, partition }: TopicPartition, ms: number): void {
    if (this.closing) return;
    const state = this.stateOf({ topic, partition });
    this.consumer.pause([{ topic, partitions: [partition] }]);
    if (state.resumeTimer !== null) clearTimeout(state.resumeTimer);
    state.resumeTimer = setTimeout(() => {
      state.resumeTimer = null;
      if (!this.closing) this.consumer.resume([{ topic, partitions: [partition] }]);
    }, ms);
  }

  private track(work: Promise<void>): Promise<void> {
    this.running.add(work);
    return work.finally(() => this.running.delete(work));
  }

  private progress(): void {
    this.lastProgress = performance.now();
    this.options.onProgress();
  }

  private checkStall(): void {
    if (this.running.size > 0 || performance.now() - this.lastProgress < STALL_MS) return;
    this.crash.resolve(new Error(`Nothing was fetched for ${STALL_MS} ms`));
  }

  private stateOf({ topic, partition }: TopicPartition): PartitionState {
    const key = `${topic}/${partition}`;
    const known = this.partitions.get(key);
    if (known !== undefined) return known;
    const state: PartitionState = { cursor: new PartitionCursor(), failures: 0, resumeTimer: null };
    this.partitions.set(key, state);
    return state;
  }

  private async tearDown(): Promise<void> {
    this.closing = true;
    if (this.stallTimer !== null) clearInterval(this.stallTimer);
    for (const { resumeTimer } of this.partitions.values()) if (resumeTimer !== null) clearTimeout(resumeTimer);
    await this.disconnect();
  }

  private async disconnect(): Promise<void> {
    await withDeadline(this.consumer.disconnect(), LEAVE_DEADLINE_MS, 'leaving the group').catch(() => undefined);
  }
}

/** `fetchedOffset` is there at run time, though not in kafkajs' types. */
function toRecordBatch(batch: Batch, cursor: PartitionCursor): RecordBatch {
  const { fetchedOffset } = batch as Batch & { readonly fetchedOffset: string };
  return {
    topic: batch.topic,
    partition: batch.partition,
    fetchOffset: cursor.startOf(BigInt(fetchedOffset)),
    nextOffset: BigInt(batch.lastOffset()) + 1n,
    records: batch.messages.map((message) => toKafkaRecord(batch.topic, batch.partition, message)),
    highWatermark: BigInt(batch.highWatermark),
  };
}

/** A handler without a result, or one that claims progress without making any, would spin: that is its failure. */
function checkResult(batch: RecordBatch, result: BatchResult): BatchResult {
  switch (result?.kind) {
    case 'seek':
      return result;
    case 'partial-pause':
      if (result.nextOffset >= batch.fetchOffset) return result;
      break;
    case 'taken':
      if (result.nextOffset > batch.fetchOffset) return result;
  }
  throw new Error('The batch handler returned no usable BatchResult');
}
