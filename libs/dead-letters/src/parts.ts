import type { KafkaLog, TopicNames, TopicReader } from '#kafka';
import type { Database } from '#ledger';

/** What work with dead letters stands on. The owner of `db` and `reader` closes them. */
export interface DeadLettersParts {
  db: Database;
  reader: TopicReader;
  topics: TopicNames;
  /** `KAFKA_GROUP_ID`. */
  groupId: string;
  log: KafkaLog;
}
