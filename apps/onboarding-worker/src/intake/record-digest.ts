import { createHash } from 'node:crypto';
import { type KafkaRecord, encodeHeaders } from '#kafka';

export interface SeenRecord {
  offset: bigint;
  timestampMs: number;
  digest: () => Buffer;
}

/** A timestamp that no clock shows counts as none: the ledger could not keep it. */
export function seenRecord(record: KafkaRecord): SeenRecord {
  const timestampMs = Number.isSafeInteger(record.timestampMs) ? record.timestampMs : -1;
  return { offset: record.offset, timestampMs, digest: () => recordDigest(record) };
}

/** What tells a record from another one at the same offset: key, value and headers. */
export function recordDigest({ key, value, headers }: KafkaRecord): Buffer {
  return createHash('sha256')
    .update(`${key?.length ?? -1}/${value?.length ?? -1}/`)
    .update(key ?? '')
    .update(value ?? '')
    .update(encodeHeaders(headers))
    .digest();
}
