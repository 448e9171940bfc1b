import { describeError } from './describe-error.js';
import { cutText } from './cut-text.js';

/**
 * The fields a log line may have; any other is dropped before it is written (P8), so that a payload or a secret that
 * someone passes by mistake never reaches a log. Ids, coordinates, counts and times only: never a domain, a name, an
 * address or text of a request. A new field is a decision and is added here.
 */
const LOG_FIELDS: ReadonlySet<string> = new Set([
  // one event
  ...['correlationId', 'requestId', 'msCorrelationId', 'msCv', 'tenantId', 'revision', 'attempt', 'attempts'],
  ...['outcome', 'code', 'state', 'fields', 'reason', 'result', 'operation', 'status', 'httpStatus', 'credentials'],
  ...['recovered', 'delayMs', 'dueInMs', 'dueAt', 'until', 'since', 'failedAt', 'replays', 'replayId'],
  // Kafka
  ...['topic', 'topics', 'partition', 'partitions', 'offset', 'position', 'logStart', 'timestampMs', 'groupId'],
  ...['memberId', 'clientId', 'clusterId', 'broker', 'brokers', 'records', 'lost', 'bytes', 'maxBytes', 'retentionMs'],
  ...['deadLetterLimit', 'generation', 'retryCount', 'retryTime', 'namespace', 'error'],
  ...['maxMessageBytes', 'errorTypes', 'errorCode', 'thrownAt'],
  // workers, relay and pauses
  ...['workerId', 'workers', 'ledgerId', 'term', 'batchId', 'rows', 'row', 'count', 'total', 'pending', 'held'],
  ...['open', 'limit', 'leaseMs', 'pause', 'kind', 'what', 'cause', 'concurrency'],
  // the process
  ...['component', 'context', 'setting', 'signal', 'port', 'pid', 'version', 'exitCode', 'type', 'detail'],
]);

const MAX_TEXT_CHARACTERS = 512;
const MAX_LIST_ITEMS = 50;

/** The allowed fields with bounded plain values; an Error under any of them, or as `err`, is described. */
export function allowListed(fields: Record<string, unknown>): Record<string, unknown> {
  const kept: Record<string, unknown> = {};
  for (const [name, value] of Object.entries(fields)) {
    if (name === 'err' || (LOG_FIELDS.has(name) && value instanceof Error)) kept[name] = describeError(value);
    else if (LOG_FIELDS.has(name)) kept[name] = plain(value);
  }
  return kept;
}

function plain(value: unknown): unknown {
  if (Array.isArray(value)) return value.slice(0, MAX_LIST_ITEMS).map(scalar);
  return scalar(value);
}

/** Objects are dropped: what is in them is on nobody's list. */
function scalar(value: unknown): string | number | boolean | null | undefined {
  switch (typeof value) {
    case 'string':
      return cutText(value, MAX_TEXT_CHARACTERS);
    case 'number':
    case 'boolean':
      return value;
    case 'bigint':
      return String(value);
    default:
      if (value instanceof Date) return Number.isNaN(value.getTime()) ? null : value.toISOString();
      return value === null ? null : undefined;
  }
}
