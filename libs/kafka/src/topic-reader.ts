/**
 * Reads partitions of a topic directly, from one offset to another, without a consumer group: nothing joins, nothing is
 * committed, no group is left behind. Committed records only. Many readings may run at once on one reader.
 *
 * After an error the connections are thrown away and made anew (as AdminConnection does), so a leader that moved or a
 * broker that was restarted costs a moment; what stays unreachable is given up and thrown.
 */
import { setTimeout as sleep } from 'node:timers/promises';
import { createCluster, LATEST, READ_COMMITTED, READ_UNCOMMITTED, type Cluster } from './cluster.js';
import type { FetchedPartition } from './fetched.js';
import type { KafkaSettings } from './client.js';
import { withDeadline } from './deadline.js';
import { errorTypes, isFatal, isMissingTopic } from './kafka-errors.js';
import type { KafkaLog } from './log.js';
import { toKafkaRecord, type KafkaRecord } from './record.js';

/** First offset of a partition that is still there, and the offset after the last committed record. */
export interface PartitionBounds {
  readonly start: bigint;
  readonly end: bigint;
}

/**
 * Compressed bytes of a fetch, and all of it is unpacked at once: gzip makes at most about 1000 bytes of one, so a
 * reading commonly holds one MB and at most some 130; or one batch of a producer, which always comes whole.
 */
const FETCH_MAX_BYTES = 128 * 1024;
const FETCH_MAX_WAIT_MS = 250;
const DISCONNECT_DEADLINE_MS = 1_000;
const RETRY_DELAY_MIN_MS = 50;
const RETRY_DELAY_MAX_MS = 2_000;
const GIVE_UP_AFTER_MS = 20_000;
/** Somebody waits for one record with a partition in hand: better to fail and be asked again. */
const RECORD_WITHIN_MS = 2_000;
/** Fetches without a message below the end of the log after which an offset counts as gone (compacted away). */
const EMPTY_FETCHES_MAX = 5;

export class TopicReader {
  private opening: Promise<Cluster> | null = null;
  /** Of each broker: kafkajs opens the connection for fetches with the first one, and two for two that come at once. */
  private readonly firstFetches = new WeakMap<object, Promise<unknown>>();

  constructor(private readonly options: { readonly settings: KafkaSettings; readonly log: KafkaLog }) {}

  /** Bounds of every partition; empty when there is no such topic. Throws what kafkajs throws. */
  async bounds(topic: string): Promise<Map<number, PartitionBounds>> {
    return this.use(GIVE_UP_AFTER_MS, async (cluster) => {
      await cluster.addTargetTopic(topic);
      await cluster.refreshMetadata();
      const partitions = cluster
        .findTopicPartitionMetadata(topic)
        .map(({ partitionId }) => ({ partition: partitionId }));
      const [starts, ends] = await Promise.all([
        offsetsOf(cluster, topic, partitions, true),
        offsetsOf(cluster, topic, partitions, false),
      ]);
      return new Map(
        partitions.map(({ partition }) => [
          partition,
          { start: starts.get(partition) ?? 0n, end: ends.get(partition) ?? 0n },
        ]),
      );
    }).catch((error: unknown) => {
      if (isMissingTopic(error)) return new Map<number, PartitionBounds>();
      throw error;
    });
  }

  /**
   * The offset after the last record of every partition, whether its transaction has ended or not: whatever was published
   * before this is asked lies below. Empty when there is no such topic. Throws what kafkajs throws.
   */
  async writtenEnds(topic: string): Promise<Map<number, bigint>> {
    return this.use(GIVE_UP_AFTER_MS, async (cluster) => {
      await cluster.addTargetTopic(topic);
      await cluster.refreshMetadata();
      const byLeader = Map.groupBy(cluster.findTopicPartitionMetadata(topic), ({ leader }) => leader);
      const asked = [...byLeader].map(async ([nodeId, ofLeader]) => {
        const partitions = ofLeader.map(({ partitionId }) => ({ partition: partitionId, timestamp: LATEST }));
        const broker = await cluster.findBroker({ nodeId });
        const request = { isolationLevel: READ_UNCOMMITTED, topics: [{ topic, partitions }] };
        const { responses } = await broker.listOffsets(request);
        return responses.flatMap(({ partitions: found }) => found);
      });
      const found = (await Promise.all(asked)).flat();
      return new Map(found.map(({ partition, offset }) => [partition, BigInt(offset)]));
    }).catch((error: unknown) => {
      if (isMissingTopic(error)) return new Map<number, bigint>();
      throw error;
    });
  }

  /**
   * The committed records with `from` <= offset < `to`, in order, a fetch at a time. `to` must not be beyond the end
   * that {@link bounds} told. Throws what kafkajs throws, also when the log no longer reaches back to `from`.
   */
  async *read(topic: string, partition: number, from: bigint, to: bigint): AsyncGenerator<KafkaRecord[], void> {
    let next = from;
    for (let emptyFetches = 0; next < to;) {
      const { messages } = await this.fetch(topic, partition, next);
      const first = next;
      const last = messages.at(-1);
      if (last !== undefined && BigInt(last.offset) >= next) next = BigInt(last.offset) + 1n;
      else if (++emptyFetches < EMPTY_FETCHES_MAX) continue;
      else next += 1n;
      emptyFetches = 0;
      const records = messages
        .filter(({ isControlRecord }) => !isControlRecord)
        .map((message) => toKafkaRecord(topic, partition, message))
        .filter(({ offset }) => offset >= first && offset < to);
      if (records.length > 0) yield records;
    }
  }

  /**
   * The committed record at this offset; null where the log has none (deleted, compacted away, another log). Throws what
   * kafkajs throws, and a DeadlineError, all within two seconds.
   */
  async recordAt(topic: string, partition: number, offset: bigint): Promise<KafkaRecord | null> {
    // A fetch brings the batch of its offset whole, however few bytes it asks for.
    const fetching = this.fetch(topic, partition, offset, { maxBytes: 1, giveUpAfterMs: RECORD_WITHIN_MS });
    const mine = this.opening;
    try {
      const { messages } = await withDeadline(
        fetching,
        RECORD_WITHIN_MS,
        `reading ${topic}[${partition}] at ${offset}`,
      );
      const found = messages.find((message) => BigInt(message.offset) === offset && !message.isControlRecord);
      return found === undefined ? null : toKafkaRecord(topic, partition, found);
    } catch (error) {
      if (isOutOfRange(error)) return null;
      // A connection that does not answer is not asked again.
      if (mine !== null && this.opening === mine) void this.discard(mine);
      throw error;
    }
  }

  /** Ends within a second. */
  async close(): Promise<void> {
    const { opening } = this;
    if (opening !== null) await this.discard(opening);
  }

  private async fetch(
    topic: string,
    partition: number,
    offset: bigint,
    { maxBytes = FETCH_MAX_BYTES, giveUpAfterMs = GIVE_UP_AFTER_MS } = {},
  ): Promise<FetchedPartition> {
    return this.use(giveUpAfterMs, async (cluster) => {
      await cluster.addTargetTopic(topic);
      const leader = cluster.findTopicPartitionMetadata(topic).find(({ partitionId }) => partitionId === partition);
      if (leader === undefined) throw new Error(`Topic ${topic} has no partition ${partition}`);
      const broker = await cluster.findBroker({ nodeId: leader.leader });
      const first = this.firstFetches.get(broker);
      if (first !== undefined) await first.catch(() => undefined);
      const fetching = broker.fetch({
        isolationLevel: READ_COMMITTED,
        maxWaitTime: FETCH_MAX_WAIT_MS,
        minBytes: 1,
        maxBytes,
        topics: [{ topic, partitions: [{ partition, fetchOffset: String(offset), maxBytes }] }],
      });
      if (first === undefined) this.firstFetches.set(broker, fetching);
      const { responses } = await fetching;
      const fetched = responses[0]?.partitions[0];
      if (fetched === undefined) throw new Error(`A fetch from ${topic}/${partition} was answered with nothing`);
      return fetched;
    });
  }

  /** Runs `work` with the connected cluster, and again with a new one, until it succeeds or there is no hope. */
  private async use<T>(giveUpAfterMs: number, work: (cluster: Cluster) => Promise<T>): Promise<T> {
    const giveUpAt = performance.now() + giveUpAfterMs;
    for (let delayMs = RETRY_DELAY_MIN_MS; ; delayMs = Math.min(delayMs * 2, RETRY_DELAY_MAX_MS)) {
      const mine = (this.opening ??= this.open());
      try {
        return await work(await mine);
      } catch (error) {
        // That is an answer: the connection is as good as before.
        if (isOutOfRange(error)) throw error;
        await this.discard(mine);
        if (isHopeless(error) || performance.now() > giveUpAt) throw error;
        if (delayMs === RETRY_DELAY_MIN_MS) {
          const fields = { errorTypes: [...new Set(errorTypes(error))] };
          this.options.log.warn(fields, `Kafka does not answer: it is tried again for ${giveUpAfterMs / 1_000} s`);
        }
        await sleep(delayMs);
      }
    }
  }

  private async open(): Promise<Cluster> {
    const cluster = createCluster(this.options.settings, this.options.log);
    await cluster.connect();
    return cluster;
  }

  private async discard(opening: Promise<Cluster>): Promise<void> {
    if (this.opening === opening) this.opening = null;
    const disconnecting = opening.then((cluster) => cluster.disconnect());
    await withDeadline(disconnecting, DISCONNECT_DEADLINE_MS, 'disconnecting').catch(() => undefined);
  }
}

async function offsetsOf(
  cluster: Cluster,
  topic: string,
  partitions: { partition: number }[],
  fromBeginning: boolean,
): Promise<Map<number, bigint>> {
  const [found] = await cluster.fetchTopicsOffset([{ topic, partitions, fromBeginning }]);
  return new Map((found?.partitions ?? []).map(({ partition, offset }) => [partition, BigInt(offset)]));
}

function isHopeless(error: unknown): boolean {
  return isFatal(error) || isMissingTopic(error);
}

function isOutOfRange(error: unknown): boolean {
  return errorTypes(error).includes('KafkaJSOffsetOutOfRange');
}
