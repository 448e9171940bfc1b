export { BatchContext, type BatchResult, type RecordBatch, type TopicPartition } from './batch.js';
export { BrokerUnreachableError, BrokerUnsupportedError, checkBrokerSupport } from './broker-support.js';
export { createKafka, type KafkaSettings } from './client.js';
export type { KafkaLog } from './log.js';
export {
  decodeHeaders,
  encodeHeaders,
  fromKafkajsHeaders,
  nullHeaderNames,
  recordDigest,
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
export { KafkaBatchServer, type ConsumerStatus, type KafkaBatchServerOptions } from './batch-server.js';
export { isFatal as isFatalKafkaError, isOfKafka } from './kafka-errors.js';
export { BatchErrorFilter } from './batch-error.filter.js';
export { PublishError, type PublishFault } from './publish-error.js';
export { relayGroupId, type Marker, type RelayMarkers } from './relay-markers.js';
export { RelayPublisher, type RelayPublisherOptions } from './relay-publisher.js';
export type { OutgoingRecord } from './relay-sends.js';
export { TopicReader, type PartitionBounds } from './topic-reader.js';
