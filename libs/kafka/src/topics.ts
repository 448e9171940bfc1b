/**
 * Topics at start (contract 1): creates what is missing, or says what is missing; warns of topics that forget too
 * early. Any number of workers may do this at once: whoever comes second finds the topic there.
 */
import { setTimeout as delay } from 'node:timers/promises';
import kafkajs, { type Admin, type ITopicConfig } from 'kafkajs';
import { errorTypes } from './kafka-errors.js';
import type { KafkaLog } from './log.js';

export interface TopicNames {
  readonly requested: string;
  readonly created: string;
  readonly rejected: string;
  readonly deadLetter: string;
}

export interface TopicsSpec {
  readonly names: TopicNames;
  /** `false`: a missing topic throws {@link MissingTopicsError} and nothing is created. */
  readonly createTopics: boolean;
  readonly partitions: number;
  /** `null`: the broker's default. */
  readonly replication: number | null;
}

/** What the rest of the program needs to know of one topic. */
export interface TopicFacts {
  readonly partitions: number;
  /** Largest record batch in bytes, compressed, that the topic takes (`max.message.bytes`). */
  readonly maxMessageBytes: number;
}

export interface TopicsReport {
  readonly clusterId: string;
  readonly facts: Readonly<Record<keyof TopicNames, TopicFacts>>;
  /** Names of the topics this call created. */
  readonly created: readonly string[];
}

/** Topics that do not exist although `KAFKA_CREATE_TOPICS=false` (exit 78). */
export class MissingTopicsError extends Error {
  readonly code = 'TOPICS_MISSING';
  override readonly name = 'MissingTopicsError';

  constructor(readonly topics: readonly string[]) {
    super(`Kafka topics are missing and KAFKA_CREATE_TOPICS is false: ${topics.join(', ')}`);
  }
}

const DAY_MS = 86_400_000;
const RETENTION_MS = 30 * DAY_MS;
const SHORT_RETENTION_MS = 14 * DAY_MS;
/** Room for the `dead-letter-*` headers beside a record that filled the request topic's limit. */
const DEAD_LETTER_HEADROOM_BYTES = 65_536;
/** Kafka's own default, for brokers that do not let us read the configuration. */
const DEFAULT_MAX_MESSAGE_BYTES = 1_048_588;
const CREATE_TIMEOUT_MS = 15_000;
const KNOWN_WITHIN_MS = 15_000;
const KNOWN_RETRY_MS = 100;

type TopicConfig = ReadonlyMap<string, string>;

/** Creates or checks the four topics; `admin` is connected. Throws {@link MissingTopicsError} or what kafkajs throws. */
export async function ensureTopics(admin: Admin, spec: TopicsSpec, log: KafkaLog): Promise<TopicsReport> {
  const { names } = spec;
  const existing = new Set(await admin.listTopics());
  const missing = new Set(topicsOf(names).filter((name) => !existing.has(name)));
  if (missing.size > 0 && !spec.createTopics) throw new MissingTopicsError([...missing]);

  const created: string[] = [];
  const create = async (topic: string, settings: Record<string, string>): Promise<void> => {
    if (missing.has(topic) && (await createTopic(admin, topic, settings, spec))) created.push(topic);
  };
  const kept = { 'retention.ms': String(RETENTION_MS), 'cleanup.policy': 'delete' };
  await create(names.requested, kept);
  await create(names.created, kept);
  await create(names.rejected, kept);
  const requestLimit = maxMessageBytes(await readConfig(admin, names.requested, log));
  const deadLetterLimit = String(requestLimit + DEAD_LETTER_HEADROOM_BYTES);
  await create(names.deadLetter, {
    'retention.ms': '-1',
    'cleanup.policy': 'delete',
    'max.message.bytes': deadLetterLimit,
  });
  if (created.length > 0) log.info({ topics: created }, 'Kafka topics created');
  return report(admin, names, { created, deadLetterLimit: Number(deadLetterLimit) }, log);
}

function topicsOf({ requested, created, rejected, deadLetter }: TopicNames): string[] {
  return [requested, created, rejected, deadLetter];
}

async function createTopic(
  admin: Admin,
  topic: string,
  settings: Record<string, string>,
  { partitions, replication }: TopicsSpec,
): Promise<boolean> {
  const config: ITopicConfig = {
    topic,
    numPartitions: partitions,
    replicationFactor: replication ?? -1,
    configEntries: Object.entries(settings).map(([name, value]) => ({ name, value })),
  };
  // Whoever created it, `onceKnown` waits for it; kafkajs would not wait for a topic that its broker does not know yet.
  return admin.createTopics({ topics: [config], waitForLeaders: false, timeout: CREATE_TIMEOUT_MS });
}

/**
 * A topic exists once the controller says so; brokers hear of it, and of its leaders, a moment later. Until then they
 * deny it: to the worker that created it, and to those that start beside it.
 */
async function onceKnown<T>(ask: () => Promise<T>): Promise<T> {
  const endMs = performance.now() + KNOWN_WITHIN_MS;
  for (;;) {
    try {
      return await ask();
    } catch (error) {
      if (!isNotKnownYet(error) || performance.now() > endMs) throw error;
      await delay(KNOWN_RETRY_MS);
    }
  }
}

function isNotKnownYet(error: unknown): boolean {
  const types = errorTypes(error);
  return types.includes('UNKNOWN_TOPIC_OR_PARTITION') || types.includes('LEADER_NOT_AVAILABLE');
}

async function report(
  admin: Admin,
  names: TopicNames,
  done: { created: readonly string[]; deadLetterLimit: number },
  log: KafkaLog,
): Promise<TopicsReport> {
  const { topics } = await onceKnown(() => admin.fetchTopicMetadata({ topics: topicsOf(names) }));
  const partitionsOf = new Map(topics.map(({ name, partitions }) => [name, partitions.length]));
  const factsOf = async (topic: string): Promise<TopicFacts> => {
    const config = await readConfig(admin, topic, log);
    if (!done.created.includes(topic)) warnOfShortRetention(topic, config, log);
    return { partitions: partitionsOf.get(topic) ?? 0, maxMessageBytes: maxMessageBytes(config) };
  };
  const facts = {
    requested: await factsOf(names.requested),
    created: await factsOf(names.created),
    rejected: await factsOf(names.rejected),
    deadLetter: await factsOf(names.deadLetter),
  };
  if (facts.deadLetter.maxMessageBytes < done.deadLetterLimit) {
    const fields = { topic: names.deadLetter, maxMessageBytes: facts.deadLetter.maxMessageBytes };
    log.warn(fields, `Dead-letter topic takes less than ${done.deadLetterLimit} bytes: large records may not fit`);
  }
  const { clusterId } = await admin.describeCluster();
  return { clusterId, facts, created: done.created };
}

/** The settings in force for a topic, broker defaults included; empty when we may not read them. */
async function readConfig(admin: Admin, topic: string, log: KafkaLog): Promise<TopicConfig> {
  try {
    const configNames = ['max.message.bytes', 'retention.ms', 'cleanup.policy'];
    const resource = { type: kafkajs.ConfigResourceTypes.TOPIC, name: topic, configNames };
    const { resources } = await onceKnown(() =>
      admin.describeConfigs({ includeSynonyms: false, resources: [resource] }),
    );
    const entries = resources[0]?.configEntries ?? [];
    return new Map(entries.map(({ configName, configValue }) => [configName, configValue]));
  } catch (error) {
    if (!isNotAllowed(error)) throw error;
    log.warn({ topic }, 'Not allowed to read the topic configuration: Kafka defaults are assumed');
    return new Map();
  }
}

function maxMessageBytes(config: TopicConfig): number {
  const value = Number(config.get('max.message.bytes'));
  return Number.isSafeInteger(value) && value > 0 ? value : DEFAULT_MAX_MESSAGE_BYTES;
}

function warnOfShortRetention(topic: string, config: TopicConfig, log: KafkaLog): void {
  const retentionMs = Number(config.get('retention.ms') ?? -1);
  const isDeleting = (config.get('cleanup.policy') ?? 'delete').includes('delete');
  if (!isDeleting || retentionMs < 0 || retentionMs >= SHORT_RETENTION_MS) return;
  log.warn({ topic, retentionMs }, 'Topic keeps its records for less than 14 days');
}

function isNotAllowed(error: unknown): boolean {
  const type = (error as { type?: unknown }).type;
  return type === 'TOPIC_AUTHORIZATION_FAILED' || type === 'CLUSTER_AUTHORIZATION_FAILED';
}
