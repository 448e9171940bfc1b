/**
 * Cuts a batch of outgoing records into sends that a topic accepts. `max.message.bytes` limits a record batch as it
 * is stored, and kafkajs makes one record batch for each partition of a send: a send whose records together stay
 * below the limit fits whatever partitions they fall on.
 */
import type { RecordHeaders } from './record.js';

/** A record to be published. Null key, null value (tombstone) and duplicate headers are kept. */
export interface OutgoingRecord {
  readonly topic: string;
  readonly key: Buffer | null;
  readonly value: Buffer | null;
  readonly headers: RecordHeaders;
}

/** One `send` inside the transaction: one topic, so that an error names its topic. */
export interface RelaySend {
  readonly topic: string;
  readonly records: readonly OutgoingRecord[];
  readonly isCompressed: boolean;
}

export interface SendLimits {
  /** `max.message.bytes` by topic; Kafka's default for topics that are not listed. */
  readonly maxMessageBytes: ReadonlyMap<string, number>;
  /** Topics always written with gzip: the dead-letter topic takes what arrived compressed (contract 1). */
  readonly compressedTopics: ReadonlySet<string>;
}

const DEFAULT_MAX_MESSAGE_BYTES = 1_048_588;
/** Header of a record batch (61 bytes) and a reserve. */
const BATCH_OVERHEAD_BYTES = 512;
/** Attributes, timestamp and offset delta, and the lengths of record, key, value and header list, at their longest. */
const RECORD_OVERHEAD_BYTES = 1 + 10 + 5 + 4 * 5;
const HEADER_OVERHEAD_BYTES = 2 * 5;

/**
 * Keeps the order of records within a topic. A record that alone is above the limit gets a send of its own, with
 * gzip: it may have been smaller compressed than it is plain.
 */
export function planSends(records: readonly OutgoingRecord[], limits: SendLimits): RelaySend[] {
  return [...Map.groupBy(records, ({ topic }) => topic)].flatMap(([topic, ofTopic]) => {
    const limit = (limits.maxMessageBytes.get(topic) ?? DEFAULT_MAX_MESSAGE_BYTES) - BATCH_OVERHEAD_BYTES;
    return cut(ofTopic, limit).map(({ part, bytes }) => ({
      topic,
      records: part,
      isCompressed: limits.compressedTopics.has(topic) || bytes > limit,
    }));
  });
}

/** Upper bound of the bytes a record takes in an uncompressed record batch. */
export function recordBytes({ key, value, headers }: OutgoingRecord): number {
  const headerBytes = headers.reduce(
    (sum, [name, content]) => sum + HEADER_OVERHEAD_BYTES + Buffer.byteLength(name) + (content?.length ?? 0),
    0,
  );
  return RECORD_OVERHEAD_BYTES + (key?.length ?? 0) + (value?.length ?? 0) + headerBytes;
}

function cut(records: readonly OutgoingRecord[], limit: number): { part: OutgoingRecord[]; bytes: number }[] {
  const parts: { part: OutgoingRecord[]; bytes: number }[] = [];
  for (const record of records) {
    const bytes = recordBytes(record);
    const last = parts.at(-1);
    if (last === undefined || last.bytes + bytes > limit) parts.push({ part: [record], bytes });
    else {
      last.part.push(record);
      last.bytes += bytes;
    }
  }
  return parts;
}
