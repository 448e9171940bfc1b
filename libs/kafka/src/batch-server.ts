/**
 * Nest's door to Kafka: `@EventPattern(topic)` methods get whole batches and answer with a {@link BatchResult}. Keeps
 * P1 open towards Kafka: nothing is committed that a handler has not taken.
 *
 * How Nest hands the answer over (nest-microservices 12.1.1): the controller method is wrapped in a proxy that awaits
 * it, returns its value as it is, and turns an error into an Observable that fails with what the exception filters
 * made of it (`context/rpc-proxy.js`); Nest's own filter replaces the error, {@link BatchErrorFilter} keeps it. A
 * second handler of the same event would be joined to the first (`forkJoinHandlersIfAttached`) and spoil the answer,
 * so it is refused. `propagatesEventHandlerErrors` tells Nest that errors are reported here.
 *
 * A consumer that crashed is replaced for ever with a bounded wait; only what no new consumer gets past is handed to
 * `onFatal`. Groups are left by `close()`, so that others take over at once.
 */
import { Server, type CustomTransportStrategy, type MessageHandler } from '@nestjs/microservices';
import { setTimeout as sleep } from 'node:timers/promises';
import { lastValueFrom } from 'rxjs';
import { AdminConnection } from './admin-connection.js';
import { BatchConsumer } from './batch-consumer.js';
import type { BatchContext, BatchResult, RecordBatch, TopicPartition } from './batch.js';
import type { KafkaSettings } from './client.js';
import { errorFields, isFatal, isMissingTopic } from './kafka-errors.js';
import type { KafkaLog } from './log.js';

/** `connecting`: not yet joined; `running`: joined; `rebalancing`: joining again; `down`: crashed, being replaced. */
export type ConsumerStatus = 'connecting' | 'running' | 'rebalancing' | 'down';

export interface KafkaBatchServerOptions {
  readonly settings: KafkaSettings;
  readonly log: KafkaLog;
  readonly groupId: string;
  /** The topic of an `@EventPattern`; by default the pattern is the topic. */
  topicOf?(pattern: string): string;
  /** Where a partition without a committed offset begins. Default `true`. */
  readonly fromBeginning?: boolean;
  /** 6000–10000; default 6000. After that silence the group gives the partitions to others. */
  readonly sessionTimeoutMs?: number;
  /** Handlers that run at once. Default 2. */
  readonly partitionsConsumedConcurrently?: number;
  /** Called after each (re)join, before the first batch of that generation. */
  onAssigned?(partitions: readonly TopicPartition[], generation: number): void;
  /** Called once, when consuming is impossible for good: rights, credentials, versions, a topic that stays away. */
  onFatal(error: Error): void;
}

const REBUILD_MIN_MS = 200;
const REBUILD_MAX_MS = 2_000;
/** A topic may vanish and come back (recreated by hand); longer than this it is gone. */
const MISSING_TOPIC_GRACE_MS = 30_000;

export class KafkaBatchServer extends Server<never, ConsumerStatus> implements CustomTransportStrategy {
  override readonly propagatesEventHandlerErrors = true;
  private readonly admin: AdminConnection;
  private readonly closed = new AbortController();
  private consumer: BatchConsumer | null = null;
  private supervising: Promise<void> | null = null;
  private state: ConsumerStatus = 'connecting';
  private progressAt = new Date();
  private assigned: readonly TopicPartition[] = [];
  private joins = 0;
  private handlersByTopic = new Map<string, MessageHandler>();
  private missingSince: number | null = null;

  constructor(private readonly options: KafkaBatchServerOptions) {
    super();
    this.admin = new AdminConnection(options.settings, options.log);
  }

  /** Where the consumer stands; `status` of the base class is the same as a stream. */
  get consumerStatus(): ConsumerStatus {
    return this.state;
  }

  /** When a fetch or a handler last came back. While partitions are idle or paused fetches still turn. */
  get lastProgressAt(): Date {
    return this.progressAt;
  }

  /** Number of the current assignment; grows with every join of this process. */
  get generation(): number {
    return this.joins;
  }

  get assignment(): readonly TopicPartition[] {
    return this.assigned;
  }

  /** Begins to consume and calls back at once: a cluster that is down now is waited for. */
  listen(callback: (error?: unknown) => void): void {
    try {
      this.checkHandlers();
    } catch (error) {
      callback(error);
      return;
    }
    this.supervising = this.supervise();
    callback();
  }

  /** Stops fetching, lets running handlers end, commits, leaves the group; at most 7 s. */
  async close(): Promise<void> {
    this.closed.abort();
    await this.consumer?.stop();
    await this.supervising;
    await this.admin.close();
  }

  /**
   * Reads a partition of the assignment `generation` on from `offset`, whatever the group has committed; nothing happens
   * when that assignment is no longer the current one.
   */
  seek(partition: TopicPartition, offset: bigint, generation: number): void {
    if (generation === this.joins) this.consumer?.seek(partition, offset);
  }

  /** Start of the log (first offset still there) and its end (next offset to be written) by partition. */
  async logBounds(topic: string): Promise<Map<number, { start: bigint; end: bigint }>> {
    const offsets = await this.admin.use((client) => client.fetchTopicOffsets(topic));
    return new Map(
      offsets.map(({ partition, low, high }) => [partition, { start: BigInt(low), end: BigInt(high) }] as const),
    );
  }

  override on(): never {
    throw new Error('KafkaBatchServer has no events of its own; use status, onAssigned and onFatal');
  }

  // eslint-disable-next-line @typescript-eslint/no-unnecessary-type-parameters -- the signature is Nest's
  override unwrap<T>(): T {
    return this.consumer as T;
  }

  private checkHandlers(): void {
    if (this.messageHandlers.size === 0) throw new Error('No @EventPattern handler: there is no topic to read');
    for (const [topic, handler] of this.messageHandlers) {
      if (!handler.isEventHandler) throw new Error(`The handler of ${topic} must be an @EventPattern`);
      if (handler.next) throw new Error(`Topic ${topic} has more than one handler`);
      this.handlersByTopic.set(this.options.topicOf?.(topic) ?? topic, handler);
    }
  }

  private async supervise(): Promise<void> {
    for (let failures = 0; !this.closed.signal.aborted; failures++) {
      this.consumer = this.newConsumer();
      const joinsBefore = this.joins;
      const error = await this.consumer.run();
      if (error === null || this.closed.signal.aborted) return;
      this.setStatus('down');
      if (this.isFinal(error)) return this.options.onFatal(error);
      if (this.joins > joinsBefore) failures = 0;
      const delayMs = Math.min(REBUILD_MIN_MS * 2 ** Math.min(failures, 10), REBUILD_MAX_MS);
      this.options.log.warn({ ...errorFields(error), delayMs }, 'Kafka consumer crashed and is replaced');
      await sleep(delayMs, undefined, { signal: this.closed.signal }).catch(() => undefined);
    }
  }

  private isFinal(error: Error): boolean {
    if (isFatal(error)) return true;
    if (!isMissingTopic(error)) {
      this.missingSince = null;
      return false;
    }
    this.missingSince ??= performance.now();
    return performance.now() - this.missingSince > MISSING_TOPIC_GRACE_MS;
  }

  private newConsumer(): BatchConsumer {
    const { settings, log, groupId, fromBeginning, sessionTimeoutMs, partitionsConsumedConcurrently } = this.options;
    return new BatchConsumer({
      settings,
      log,
      groupId,
      topics: [...this.handlersByTopic.keys()],
      fromBeginning: fromBeginning ?? true,
      sessionTimeoutMs: sessionTimeoutMs ?? 6_000,
      partitionsConsumedConcurrently: partitionsConsumedConcurrently ?? 2,
      handle: (batch, context) => this.handle(batch, context),
      onJoined: (partitions) => this.joined(partitions),
      onRebalancing: () => this.setStatus('rebalancing'),
      onProgress: () => (this.progressAt = new Date()),
      currentGeneration: () => this.joins,
    });
  }

  private async handle(batch: RecordBatch, context: BatchContext): Promise<BatchResult> {
    const handler = this.handlersByTopic.get(batch.topic);
    if (handler === undefined) throw new Error(`No handler for ${batch.topic}`);
    const answer: unknown = await handler(batch, context);
    return (await lastValueFrom(this.transformToObservable(answer))) as BatchResult;
  }

  private joined(partitions: readonly TopicPartition[]): void {
    this.joins += 1;
    this.assigned = partitions;
    this.missingSince = null;
    this.options.onAssigned?.(partitions, this.joins);
    this.setStatus('running');
  }

  private setStatus(status: ConsumerStatus): void {
    this.state = status;
    this._status$.next(status);
  }
}
