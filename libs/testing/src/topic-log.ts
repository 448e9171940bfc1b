import kafkajs, { type Admin, type Kafka, type Producer } from 'kafkajs';
import { createTopic } from './create-topic.js';
import type { CrmRecord } from './customer-request.js';
import { type RawCodec, type RawRecord, produceRaw } from './raw-records.js';

/** A record as it was read back from a topic, read committed. */
export interface ReadRecord {
  partition: number;
  offset: number;
  timestampMs: number;
  key: Buffer | null;
  value: Buffer | null;
  headers: Record<string, string>;
  rawHeaders: Record<string, Buffer | (Buffer | string)[] | string | undefined>;
  /** Every header with its bytes; among headers of one name in their order. */
  headerList: [name: string, value: Buffer | null][];
}

const LAST_RECORD_MS = 250;

/** Reads and writes topics the way a client of another make would: nothing of the worker's code is used. */
export class TopicLog {
  private readonly kafka: Kafka;
  private producer: Promise<Producer> | null = null;
  private readonly readers: string[] = [];

  constructor(readonly brokers: string) {
    this.kafka = new kafkajs.Kafka({
      brokers: brokers.split(','),
      logLevel: kafkajs.logLevel.NOTHING,
      retry: { retries: 8 },
    });
  }

  async createTopic(topic: string, partitions: number, config: Record<string, string> = {}): Promise<void> {
    const configEntries = Object.entries(config).map(([name, value]) => ({ name, value }));
    await this.admin((admin) => createTopic(admin, { topic, numPartitions: partitions, configEntries }));
  }

  /** What an operator does: offsets, topics, their settings. */
  async admin<T>(work: (admin: Admin) => Promise<T>): Promise<T> {
    const admin = this.kafka.admin();
    await admin.connect();
    try {
      return await work(admin);
    } finally {
      await admin.disconnect();
    }
  }

  /** Writes one batch of records to a partition byte by byte, past every client library. */
  async writeRaw(topic: string, partition: number, records: RawRecord[], codec?: RawCodec): Promise<number> {
    const leader = await this.admin(async (admin) => {
      const { topics } = await admin.fetchTopicMetadata({ topics: [topic] });
      const node = topics[0]?.partitions.find(({ partitionId }) => partitionId === partition)?.leader;
      return (await admin.describeCluster()).brokers.find(({ nodeId }) => nodeId === node);
    });
    if (!leader) throw new Error(`${topic}[${partition}] has no leader`);
    return produceRaw({ host: leader.host, port: leader.port, topic, partition }, records, codec);
  }

  async write(topic: string, records: CrmRecord[], compression = kafkajs.CompressionTypes.None): Promise<void> {
    const producer = await (this.producer ??= this.connectProducer());
    for (let start = 0; start < records.length; start += 500) {
      await producer.send({ topic, messages: records.slice(start, start + 500), acks: -1, compression });
    }
  }

  /** All committed records of a topic from its start to its end as it is now, in order of partition and offset. */
  async readAll(topic: string): Promise<ReadRecord[]> {
    const ends = await this.ends(topic);
    const open = new Map(
      [...ends].filter(([, { low, high }]) => high > low).map(([partition, { high }]) => [partition, high]),
    );
    const records: ReadRecord[] = [];
    if (open.size === 0) return records;
    const groupId = `reader-${crypto.randomUUID()}`;
    this.readers.push(groupId);
    const consumer = this.kafka.consumer({
      groupId,
      maxWaitTimeInMs: 50,
      readUncommitted: false,
    });
    await consumer.connect();
    try {
      await consumer.subscribe({ topic, fromBeginning: true });
      await new Promise<void>((resolve, reject) => {
        const timer = setTimeout(() => reject(new Error(`${topic} could not be read to its end in 30 s`)), 30_000);
        const close = (partition: number): void => {
          open.delete(partition);
          if (open.size > 0) return;
          clearTimeout(timer);
          resolve();
        };
        consumer.on(consumer.events.END_BATCH_PROCESS, ({ payload: { partition, lastOffset } }) => {
          const high = open.get(partition);
          if (high === undefined || Number(lastOffset) + 2 < high) return;
          // The one offset left is a transaction marker that is delivered to nobody, or a record that shows in a moment.
          if (Number(lastOffset) + 1 >= high) close(partition);
          else setTimeout(close, LAST_RECORD_MS, partition);
        });
        void consumer.run({
          autoCommit: false,
          eachBatch: ({ batch }) => {
            for (const message of batch.messages) {
              if (Number(message.offset) >= (ends.get(batch.partition)?.high ?? 0)) continue;
              records.push(toReadRecord(batch.partition, message));
            }
            return Promise.resolve();
          },
        });
      });
    } finally {
      await consumer.disconnect();
    }
    return records.sort((a, b) => a.partition - b.partition || a.offset - b.offset);
  }

  /** Calls back for each committed record that is written from now on, until it is closed. */
  async follow(topic: string, onRecord: (record: ReadRecord) => void): Promise<{ close: () => Promise<void> }> {
    const consumer = this.kafka.consumer({
      groupId: `follower-${crypto.randomUUID()}`,
      maxWaitTimeInMs: 100,
      readUncommitted: false,
    });
    await consumer.connect();
    await consumer.subscribe({ topic, fromBeginning: false });
    const joined = new Promise<void>((resolve) => consumer.on(consumer.events.GROUP_JOIN, () => resolve()));
    await consumer.run({
      autoCommit: false,
      eachMessage: ({ partition, message }) => Promise.resolve(onRecord(toReadRecord(partition, message))),
    });
    await joined;
    return { close: () => consumer.disconnect() };
  }

  /** First and next offset of each partition. */
  async ends(topic: string): Promise<Map<number, { low: number; high: number }>> {
    const offsets = await this.admin((admin) => admin.fetchTopicOffsets(topic));
    return new Map(offsets.map(({ partition, low, high }) => [partition, { low: Number(low), high: Number(high) }]));
  }

  /** True when a consumer group has committed everything that is on a topic. */
  async isConsumed(groupId: string, topic: string): Promise<boolean> {
    const ends = await this.ends(topic);
    const [committed] = await this.admin((admin) => admin.fetchOffsets({ groupId, topics: [topic] }));
    const offsets = new Map(committed?.partitions.map(({ partition, offset }) => [partition, Number(offset)]));
    return [...ends].every(([partition, { low, high }]) => high === low || (offsets.get(partition) ?? -1) >= high);
  }

  /** Takes topics and groups, its own too, off the broker; those that are not there are passed over. */
  async remove(topics: string[], groupIds: string[]): Promise<void> {
    const admin = this.kafka.admin();
    await admin.connect();
    try {
      const existing = new Set(await admin.listTopics());
      await admin.deleteTopics({ topics: topics.filter((topic) => existing.has(topic)) });
      const ours = new Set([...groupIds, ...this.readers]);
      const { groups } = await admin.listGroups();
      const left = groups.map(({ groupId }) => groupId).filter((groupId) => ours.has(groupId));
      if (left.length > 0) await admin.deleteGroups(left);
    } finally {
      await admin.disconnect();
    }
  }

  /** True when a consumer group has this many members and is not rebalancing. */
  async isStable(groupId: string, members: number): Promise<boolean> {
    const admin = this.kafka.admin();
    await admin.connect();
    try {
      const group = (await admin.describeGroups([groupId])).groups[0];
      return group?.state === 'Stable' && group.members.length === members;
    } finally {
      await admin.disconnect();
    }
  }

  async close(): Promise<void> {
    await (await this.producer)?.disconnect();
  }

  private async connectProducer(): Promise<Producer> {
    const producer = this.kafka.producer({ createPartitioner: kafkajs.Partitioners.DefaultPartitioner });
    await producer.connect();
    return producer;
  }
}

function toReadRecord(partition: number, message: kafkajs.KafkaMessage): ReadRecord {
  const rawHeaders = message.headers ?? {};
  const headers = Object.fromEntries(
    Object.entries(rawHeaders).map(([name, value]) => [
      name,
      String(Array.isArray(value) ? value.at(-1) : (value ?? '')),
    ]),
  );
  return {
    partition,
    offset: Number(message.offset),
    timestampMs: Number(message.timestamp),
    key: message.key,
    value: message.value,
    headers,
    rawHeaders,
    headerList: Object.keys(rawHeaders).flatMap((name) => headersOf(name, rawHeaders[name])),
  };
}

/** kafkajs puts something inherited in front of the values of names such as `__proto__`: only bytes were on the wire. */
function headersOf(name: string, stored: unknown): [string, Buffer | null][] {
  const values: unknown[] = Array.isArray(stored) ? stored : [stored];
  return values.flatMap((value): [string, Buffer | null][] =>
    value === null || Buffer.isBuffer(value) ? [[name, value]] : [],
  );
}
