export { BatchContext, type BatchResult, type RecordBatch, type TopicPartition } from './batch.js';
export { BrokerUnreachableError, BrokerUnsupportedError, checkBrokerSupport } from './broker-support.js';
export { createKafka, type KafkaSettings } from './client.js';
export type { KafkaLog } from './log.js';
export {
  decodeHeaders,
  encodeHeaders,
  fromKafkajsHeaders,
  nullHeaderNames,
  toKafkajsHeaders,
  toKafkaRecord,
  type KafkaRecord,
  type RecordHeaders,
} from './record.js';
export {
  ensureTopics,
  MissingTopicsError,
  type TopicFacts,
  type TopicNames,
  type TopicsReport,
  type TopicsSpec,
} from './topics.js';
