import type { Environment } from './environment.js';

export interface KafkaGroup {
  brokers: string[];
  clientId: string;
  groupId: string;
  /** `null`: plain text. An empty object: TLS with the system's authorities. PEM texts otherwise. */
  ssl: { ca?: string; cert?: string; key?: string } | null;
  sasl: { mechanism: 'plain' | 'scram-sha-256' | 'scram-sha-512'; username: string; password: string } | null;
  topics: { requested: string; created: string; rejected: string; deadLetter: string };
  createTopics: boolean;
  /** Partitions of topics the worker makes. */
  partitions: number;
  /** `null`: the broker's default. */
  replication: number | null;
}

const BROKER = /^(\[[0-9a-f:.]+\]|[^\s:/@[\]]+):(\d{1,5})$/i;
const TOPIC = /^(?!\.{1,2}$)[\w.-]{1,249}$/;
const SSL_FILES = ['KAFKA_SSL_CA_FILE', 'KAFKA_SSL_CERT_FILE', 'KAFKA_SSL_KEY_FILE'] as const;
const MAX_REPLICATION = 100;

export function readKafka(env: Environment): KafkaGroup {
  const hasReplication = env.optional('KAFKA_TOPIC_REPLICATION') !== null;
  const replication = env.integer('KAFKA_TOPIC_REPLICATION', { default: 1, min: 1, max: MAX_REPLICATION });
  return {
    brokers: readBrokers(env),
    clientId: env.optional('KAFKA_CLIENT_ID') ?? 'customer-onboarding',
    groupId: env.optional('KAFKA_GROUP_ID') ?? 'customer-onboarding',
    ssl: readSsl(env),
    sasl: readSasl(env),
    topics: readTopics(env),
    createTopics: env.boolean('KAFKA_CREATE_TOPICS') ?? true,
    partitions: env.integer('KAFKA_TOPIC_PARTITIONS', { default: 6, min: 1, max: 10_000 }),
    replication: hasReplication ? replication : null,
  };
}

function readBrokers(env: Environment): string[] {
  const list = env.required('KAFKA_BROKERS');
  const brokers = list.split(',').map((broker) => broker.trim());
  const isUsable = brokers.every((broker) => isPort(Number(BROKER.exec(broker)?.[2] ?? 0)));
  if (list !== '' && !isUsable) env.fault('KAFKA_BROKERS', 'must be a comma list of host:port');
  return brokers;
}

function isPort(port: number): boolean {
  return port > 0 && port <= 65_535;
}

function readTopics(env: Environment): KafkaGroup['topics'] {
  const requested = topic(env, 'TOPIC_CUSTOMER_REQUESTED', 'onboarding.customer-requested');
  const topics = {
    requested,
    created: topic(env, 'TOPIC_CUSTOMER_CREATED', 'onboarding.customer-created'),
    rejected: topic(env, 'TOPIC_CUSTOMER_REJECTED', 'onboarding.customer-rejected'),
    deadLetter: topic(env, 'TOPIC_DEAD_LETTER', 'onboarding.customer-requested.dead-letter'),
  };
  if (new Set(Object.values(topics)).size < 4) {
    env.faults.push(
      'TOPIC_CUSTOMER_REQUESTED, _CREATED, _REJECTED and TOPIC_DEAD_LETTER must be four different topics',
    );
  }
  return topics;
}

function topic(env: Environment, name: string, byDefault: string): string {
  const value = env.optional(name) ?? byDefault;
  if (!TOPIC.test(value)) env.fault(name, 'must be a Kafka topic name: 1 to 249 letters, digits, ".", "_" or "-"');
  return value;
}

/** The files alone turn TLS on: whoever names them does not want plain text. */
function readSsl(env: Environment): KafkaGroup['ssl'] {
  const isOn = env.boolean('KAFKA_SSL');
  const [ca, cert, key] = SSL_FILES.map((name) => env.file(name));
  const given = SSL_FILES.filter((name) => env.optional(name) !== null);
  if (isOn === false && given.length > 0) env.fault('KAFKA_SSL', `is false, but ${given.join(', ')} is given`);
  if (given.includes('KAFKA_SSL_CERT_FILE') !== given.includes('KAFKA_SSL_KEY_FILE')) {
    env.fault('KAFKA_SSL_CERT_FILE', 'and KAFKA_SSL_KEY_FILE must be given together');
  }
  if (isOn !== true && given.length === 0) return null;
  return { ...(ca && { ca }), ...(cert && { cert }), ...(key && { key }) };
}

function readSasl(env: Environment): KafkaGroup['sasl'] {
  const mechanism = env.oneOf('KAFKA_SASL_MECHANISM', ['plain', 'scram-sha-256', 'scram-sha-512']);
  if (mechanism !== null) {
    return {
      mechanism,
      username: env.required('KAFKA_SASL_USERNAME'),
      password: env.requiredSecret('KAFKA_SASL_PASSWORD'),
    };
  }
  if (env.optional('KAFKA_SASL_USERNAME') !== null || env.secret('KAFKA_SASL_PASSWORD') !== null) {
    env.fault('KAFKA_SASL_MECHANISM', 'is required where KAFKA_SASL_USERNAME or KAFKA_SASL_PASSWORD is given');
  }
  return null;
}
