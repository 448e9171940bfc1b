import { inject } from 'vitest';
import { deadLetterHeaders, type DeadLetter } from '#events';
import { type KafkaLog, type KafkaSettings, TopicReader } from '#kafka';
import { Database } from '#ledger';
import { startPostgres, TopicLog } from '#testing';
import { DeadLetters, type DeadLettersParts } from '../src/index.js';

const settings: KafkaSettings = {
  brokers: inject('kafkaBrokers').split(','),
  clientId: 'dead-letters-tests',
  ssl: null,
  sasl: null,
};

let counter = 0;

function uniqueTopic(): string {
  return `dead-letter-${process.pid}-${Date.now().toString(36)}-${counter++}`;
}

export interface Desk extends AsyncDisposable {
  topic: string;
  log: TopicLog;
  db: Database;
  reader: TopicReader;
  letters: DeadLetters;
  /** What others at this desk work with. */
  parts: DeadLettersParts;
  warnings: string[];
}

/** A dead-letter topic and a migrated ledger of its own, and somebody who looks at them. */
export async function openDesk(): Promise<Desk> {
  const topic = uniqueTopic();
  const log = new TopicLog(inject('kafkaBrokers'));
  await createTopic(log, topic);
  return sitDown(log, topic, await (await startPostgres()).createDatabase());
}

/** Another process at the desk: connections of its own to the same topic, or to `topic`, and the same ledger. */
export async function anotherAt(desk: Desk, topic = desk.topic): Promise<Desk> {
  return sitDown(new TopicLog(inject('kafkaBrokers')), topic, desk.db.settings.url);
}

export async function createTopic(log: TopicLog, topic: string): Promise<void> {
  await log.createTopic(topic, 2, { 'max.message.bytes': '2000000' });
}

async function sitDown(log: TopicLog, topic: string, url: string): Promise<Desk> {
  const db = new Database({ url, poolMax: 5 });
  await db.migrate();
  const warnings: string[] = [];
  const kafkaLog = recordingLog(warnings);
  const reader = new TopicReader({ settings, log: kafkaLog });
  const parts = { db, reader, log: kafkaLog, groupId: 'customer-onboarding', topics: topicsWith(topic) };
  const letters = new DeadLetters(parts);
  const close = async (): Promise<void> => {
    await reader.close();
    await db.close();
    await log.close();
  };
  return { topic, log, db, reader, letters, parts, warnings, [Symbol.asyncDispose]: close };
}

function topicsWith(deadLetter: string): {
  requested: string;
  created: string;
  rejected: string;
  deadLetter: string;
} {
  return { requested: 'requested', created: 'created', rejected: 'rejected', deadLetter };
}

function recordingLog(warnings: string[]): KafkaLog {
  const drop = (): void => undefined;
  return { debug: drop, info: drop, warn: (_fields, message) => void warnings.push(message), error: drop };
}

/** Headers of a letter as the worker writes them. */
export function letterHeaders(with_: Partial<DeadLetter> = {}): [string, string][] {
  return deadLetterHeaders({
    original: { topic: 'requested', partition: 1, offset: 41n, timestampMs: 1_700_000_000_000 },
    consumerGroup: 'customer-onboarding',
    correlationId: 'north-bakery',
    code: 'EVENT_INVALID',
    message: 'The city is missing.',
    fields: ['billingProfile.defaultAddress.city'],
    httpStatus: null,
    requestId: null,
    firstFailedAt: '2026-01-02T03:04:05.678Z',
    failedAt: '2026-01-02T03:04:05.678Z',
    attempts: 0,
    replays: 0,
    ...with_,
  });
}

/** Writes letters, one for each of `letters`, to a partition of the desk's topic. */
export async function writeLetters(desk: Desk, partition: number, letters: Partial<DeadLetter>[]): Promise<void> {
  const records = letters.map((letter) => ({
    key: 'key',
    value: '{}',
    headers: Object.fromEntries(letterHeaders(letter)),
    partition,
  }));
  await desk.log.write(desk.topic, records);
}
