import { setTimeout as sleep } from 'node:timers/promises';
import type { Kafka, Producer } from 'kafkajs';
import kafkajs from 'kafkajs';
import {
  createKafka,
  KafkaBatchServer,
  type BatchResult,
  type KafkaBatchServerOptions,
  type RecordBatch,
} from '#kafka';
import type { BatchContext, KafkaLog, KafkaSettings } from '#kafka';
import { createTopic } from '#testing';

const brokers = process.env['KAFKA_BROKERS'];
if (brokers === undefined) throw new Error('KAFKA_BROKERS is not set: tests in this folder need a real broker');

export const settings: KafkaSettings = {
  brokers: brokers.split(','),
  clientId: 'kafka-tests',
  ssl: null,
  sasl: null,
};

export interface LogLine {
  readonly level: string;
  readonly fields: object;
  readonly message: string;
}

export function recordingLog(): KafkaLog & { lines: LogLine[] } {
  const lines: LogLine[] = [];
  const at = (level: string) => (fields: object, message: string) => void lines.push({ level, fields, message });
  return { lines, debug: at('debug'), info: at('info'), warn: at('warn'), error: at('error') };
}

let counter = 0;

export function uniqueName(prefix: string): string {
  return `${prefix}-${process.pid}-${Date.now().toString(36)}-${counter++}`;
}

export function kafka(): Kafka {
  return createKafka(settings, recordingLog());
}

export async function newTopic(
  options: { partitions?: number; config?: Record<string, string> } = {},
): Promise<string> {
  const topic = uniqueName('topic');
  const admin = kafka().admin();
  await admin.connect();
  const configEntries = Object.entries(options.config ?? {}).map(([name, value]) => ({ name, value }));
  await createTopic(admin, { topic, numPartitions: options.partitions ?? 1, configEntries });
  await admin.disconnect();
  return topic;
}

export async function newProducer(options: { transactionalId?: string } = {}): Promise<Producer> {
  const producer = kafka().producer({
    createPartitioner: kafkajs.Partitioners.DefaultPartitioner,
    retry: { initialRetryTime: 10, retries: 10 },
    ...(options.transactionalId !== undefined && { transactionalId: options.transactionalId, maxInFlightRequests: 1 }),
  });
  await producer.connect();
  return producer;
}

export async function eventually<T>(what: string, probe: () => T | undefined | false, ms = 20_000): Promise<T> {
  const end = Date.now() + ms;
  for (;;) {
    const found = probe();
    if (found !== undefined && found !== false) return found;
    if (Date.now() > end) throw new Error(`Waited ${ms} ms for: ${what}`);
    await sleep(10);
  }
}

export type Handler = (batch: RecordBatch, context: BatchContext) => Promise<BatchResult>;

export const takeAll: Handler = (batch) => Promise.resolve({ kind: 'taken', nextOffset: batch.nextOffset });

/** A server that calls `handler` for the batches of `topic`, without a Nest application around it. */
export function startServer(
  topic: string,
  handler: Handler,
  options: Partial<KafkaBatchServerOptions> = {},
): KafkaBatchServer & AsyncDisposable {
  const server = new KafkaBatchServer({
    settings,
    log: recordingLog(),
    groupId: uniqueName('group'),
    onFatal: () => undefined,
    ...options,
  });
  server.addHandler(topic, handler, true);
  server.listen((error) => {
    if (error !== undefined) throw error;
  });
  return Object.assign(server, { [Symbol.asyncDispose]: () => server.close() });
}

/** Reads a topic's committed records from the beginning until `count` of them are there. */
export async function readTopic(topic: string, count: number): Promise<RecordBatch['records'][number][]> {
  const records: RecordBatch['records'][number][] = [];
  await using _server = startServer(topic, (batch) => {
    records.push(...batch.records);
    return takeAll(batch, undefined as never);
  });
  await eventually(`${count} records on ${topic}, have ${records.length}`, () => records.length >= count);
  return records;
}
