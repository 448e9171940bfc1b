import { errorTypes } from './kafka-errors.js';

/**
 * Whose fault a failed publish is.
 * - `record`: a record of the named topic can never be written as it is; the batch without it can.
 * - `topic`: the named topic cannot be written to now; other topics can.
 * - `broker`: anything else, being fenced by another relay included; begin again.
 */
export type PublishFault = 'record' | 'topic' | 'broker';

/** A publish or begin that failed. The producer is gone: the next call must be `begin()`. */
export class PublishError extends Error {
  readonly code = 'RELAY_PUBLISH_FAILED';
  override readonly name = 'PublishError';
  /** Topic whose send failed; `null` when the failure was not in a send. */
  readonly topic: string | null;
  readonly fault: PublishFault;

  constructor(message: string, { topic, cause }: { topic: string | null; cause: unknown }) {
    super(message, { cause });
    this.topic = topic;
    this.fault = topic === null ? 'broker' : faultOf(cause);
  }

  /** False exactly when the same records would fail again. */
  get retriable(): boolean {
    return this.fault !== 'record';
  }
}

const RECORD_FAULTS = new Set([
  'MESSAGE_TOO_LARGE',
  'RECORD_LIST_TOO_LARGE',
  'INVALID_RECORD',
  'INVALID_TIMESTAMP',
  'CORRUPT_MESSAGE',
  'UNSUPPORTED_FOR_MESSAGE_FORMAT',
  'TypeError',
  'RangeError',
]);

const TOPIC_FAULTS = new Set([
  'TOPIC_AUTHORIZATION_FAILED',
  'INVALID_TOPIC_EXCEPTION',
  'UNKNOWN_TOPIC_OR_PARTITION',
  'LEADER_NOT_AVAILABLE',
  'NOT_LEADER_FOR_PARTITION',
  'NOT_ENOUGH_REPLICAS',
  'NOT_ENOUGH_REPLICAS_AFTER_APPEND',
  'POLICY_VIOLATION',
  'KAFKA_STORAGE_ERROR',
  // A leader that does not answer, of this topic as far as anybody can tell: the other topics go on meanwhile.
  'DeadlineError',
]);

function faultOf(cause: unknown): PublishFault {
  const types = errorTypes(cause);
  if (types.some((type) => RECORD_FAULTS.has(type))) return 'record';
  return types.some((type) => TOPIC_FAULTS.has(type)) ? 'topic' : 'broker';
}
