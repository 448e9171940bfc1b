import kafkajs, { type Kafka, type KafkaConfig, type SASLOptions } from 'kafkajs';
import { hideAbortedRecords } from './aborted-records.js';
import { kafkajsLogCreator } from './client-log.js';
import { registerCodecs } from './codecs.js';
import type { KafkaLog } from './log.js';
import { stopIdleTimers } from './request-queue.js';

/** How to reach the cluster (contract 6, group Kafka). Durations in ms. */
export interface KafkaSettings {
  readonly brokers: readonly string[];
  readonly clientId: string;
  /** `null`: plain text. An empty object: TLS with the system's authorities. PEM texts otherwise. */
  readonly ssl: { readonly ca?: string; readonly cert?: string; readonly key?: string } | null;
  readonly sasl: {
    readonly mechanism: 'plain' | 'scram-sha-256' | 'scram-sha-512';
    readonly username: string;
    readonly password: string;
  } | null;
  /** Default 3000. */
  readonly connectionTimeoutMs?: number;
  /** Default 15000. A broker frozen for longer counts as gone. */
  readonly requestTimeoutMs?: number;
}

export const DEFAULT_CONNECTION_TIMEOUT_MS = 3_000;
const DEFAULT_REQUEST_TIMEOUT_MS = 15_000;

type ClientConfig = KafkaConfig & Required<Pick<KafkaConfig, 'logLevel' | 'logCreator'>>;

/**
 * Makes a kafkajs client with every codec registered, logs mapped and idle timers stopped. Nothing connects yet.
 * kafkajs keeps committed offsets by group in the client object: use one client for one consumer.
 */
export function createKafka(settings: KafkaSettings, log: KafkaLog): Kafka {
  return new kafkajs.Kafka(clientConfig(settings, log));
}

/** Every option of a kafkajs client; makes the process fit for one. */
export function clientConfig(settings: KafkaSettings, log: KafkaLog): ClientConfig {
  registerCodecs();
  stopIdleTimers();
  hideAbortedRecords();
  return {
    brokers: [...settings.brokers],
    clientId: settings.clientId,
    ...(settings.ssl && { ssl: tlsOptions(settings.ssl) }),
    ...(settings.sasl && { sasl: { ...settings.sasl } as SASLOptions }),
    connectionTimeout: settings.connectionTimeoutMs ?? DEFAULT_CONNECTION_TIMEOUT_MS,
    authenticationTimeout: 10_000,
    reauthenticationThreshold: 10_000,
    requestTimeout: settings.requestTimeoutMs ?? DEFAULT_REQUEST_TIMEOUT_MS,
    enforceRequestTimeout: true,
    retry: { initialRetryTime: 100, maxRetryTime: 1_000, multiplier: 2, factor: 0.2, retries: 5 },
    logLevel: kafkajs.logLevel.INFO,
    logCreator: kafkajsLogCreator(log),
  };
}

/** `undefined` members are left out: Node reads an explicit `ca: undefined` differently from an absent one. */
export function tlsOptions(ssl: NonNullable<KafkaSettings['ssl']>): { ca?: string[]; cert?: string; key?: string } {
  return {
    ...(ssl.ca !== undefined && { ca: [ssl.ca] }),
    ...(ssl.cert !== undefined && { cert: ssl.cert }),
    ...(ssl.key !== undefined && { key: ssl.key }),
  };
}
