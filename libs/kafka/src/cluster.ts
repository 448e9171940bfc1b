/**
 * kafkajs' connections to a cluster without one of its consumers around them: for reading a topic without a consumer
 * group. Its own consumer is made of these classes; they are no part of its public types, so the version is pinned.
 */
import { createRequire } from 'node:module';
import type { KafkaConfig } from 'kafkajs';
import { clientConfig, type KafkaSettings } from './client.js';
import type { FetchedPartition } from './fetched.js';
import type { KafkaLog } from './log.js';

interface FetchRequest {
  isolationLevel: number;
  maxWaitTime: number;
  minBytes: number;
  maxBytes: number;
  topics: { topic: string; partitions: { partition: number; fetchOffset: string; maxBytes: number }[] }[];
}

interface ListOffsetsRequest {
  isolationLevel: number;
  topics: { topic: string; partitions: { partition: number; timestamp: number }[] }[];
}

interface Broker {
  listOffsets(request: ListOffsetsRequest): Promise<{ responses: TopicOffsets[] }>;
  fetch(request: FetchRequest): Promise<{ responses: { partitions: FetchedPartition[] }[] }>;
}

interface TopicOffsets {
  partitions: { partition: number; offset: string }[];
}

export interface Cluster {
  connect(): Promise<void>;
  disconnect(): Promise<void>;
  addTargetTopic(topic: string): Promise<void>;
  refreshMetadata(): Promise<void>;
  findTopicPartitionMetadata(topic: string): { partitionId: number; leader: number }[];
  findBroker(node: { nodeId: number }): Promise<Broker>;
  fetchTopicsOffset(
    topics: { topic: string; partitions: { partition: number }[]; fromBeginning: boolean }[],
  ): Promise<TopicOffsets[]>;
}

/** Of the protocol: everything that all replicas have. */
export const READ_UNCOMMITTED = 0;
/** Of the protocol: the newest offset, instead of a time. */
export const LATEST = -1;
/** Of the protocol: records of open and aborted transactions are not served. */
export const READ_COMMITTED = 1;

/** A cluster that sees committed records only and creates no topic. Nothing connects yet. */
export function createCluster(settings: KafkaSettings, log: KafkaLog): Cluster {
  const load = createRequire(import.meta.url);
  const Cluster = load('kafkajs/src/cluster/index.js') as new (options: object) => Cluster;
  const { createLogger } = load('kafkajs/src/loggers/index.js') as { createLogger(options: object): unknown };
  const socketFactory = load('kafkajs/src/network/socketFactory.js') as () => KafkaConfig['socketFactory'];
  const { logLevel, logCreator, ...config } = clientConfig(settings, log);
  return new Cluster({
    ...config,
    logger: createLogger({ level: logLevel, logCreator }),
    socketFactory: socketFactory(),
    metadataMaxAge: 300_000,
    maxInFlightRequests: null,
    allowAutoTopicCreation: false,
    isolationLevel: READ_COMMITTED,
  });
}
