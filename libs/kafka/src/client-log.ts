/**
 * Maps kafkajs' log entries to ours. kafkajs reports every retry of a normal protocol step at ERROR (a transaction
 * that waits for the markers of the one before it, a coordinator that is loading), each attempt to connect to a broker
 * that is down, and its own chatter at INFO. These become debug, so that a warning in our log is worth reading: what
 * stays wrong reaches the caller as an error, and the consumer reports its crashes itself.
 */
import kafkajs, { type LogEntry, type logCreator } from 'kafkajs';
import type { KafkaLog } from './log.js';

/** Fields taken over from kafkajs; anything else could one day hold a payload (P8). */
const FIELDS = ['broker', 'groupId', 'memberId', 'topic', 'partition', 'error', 'retryCount', 'retryTime'] as const;

const EXPECTED = [
  /concurrent transaction|another transaction|ongoing transaction|concurrent operation on the same transaction/i,
  /coordinator is (loading|not available)|not the correct coordinator|currently loading/i,
  /group is rebalancing|rebalance is in progress|should re-join|coordinator is not aware of this member/i,
  /^Crash: |connection (error|timeout|closed)|Failed to connect|Closed connection|No broker available/i,
  /Limiting retries for the idempotent producer/,
  /leadership election|not the leader for|does not host this topic-partition/i,
];

/** A `logCreator` for kafkajs that writes to `log`. */
export function kafkajsLogCreator(log: KafkaLog): logCreator {
  return () => (entry) => log[levelOf(entry)](fieldsOf(entry), entry.log.message);
}

/** The level at which an entry is worth showing. */
export function levelOf({ level, log }: LogEntry): 'debug' | 'warn' | 'error' {
  const { ERROR, WARN } = kafkajs.logLevel;
  if (level !== ERROR && level !== WARN) return 'debug';
  const text = `${log.message} ${String(log['error'] ?? '')}`;
  if (EXPECTED.some((pattern) => pattern.test(text))) return 'debug';
  return level === ERROR && log['retryCount'] === undefined ? 'error' : 'warn';
}

function fieldsOf({ namespace, log }: LogEntry): object {
  const taken = FIELDS.filter((name) => log[name] !== undefined).map((name) => [name, log[name] as unknown] as const);
  const fields: Record<string, unknown> = Object.fromEntries(taken);
  return { component: 'kafkajs', namespace, ...fields };
}
