import { type KafkaRecord, recordDigest } from '#kafka';

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
