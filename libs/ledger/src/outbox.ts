import type { Queryable } from './database.js';
import { wakeUpSql } from './wake-ups.js';

export type OutboxKind = 'created' | 'rejected' | 'dead-letter' | 'replay';

/** A record to publish. `headers` is JSON text `[[name, text], …]`; dead letters add it to the original headers. */
export interface OutboxEntry {
  kind: Exclude<OutboxKind, 'replay'>;
  correlationId: string | null;
  code: string | null;
  key: Buffer | null;
  value: Buffer | null;
  originalHeaders: Buffer | null;
  headers: string;
  recordTimestampMs: number | null;
}

export interface OutboxRow extends Omit<OutboxEntry, 'kind'> {
  id: bigint;
  kind: OutboxKind;
  /** Where a replay goes; null for the other kinds, whose topics are settings. */
  topic: string | null;
}

/** Writes records to publish inside the caller's transaction (P3: the row commits with the outcome that it tells). */
export async function writeOutbox(tx: Queryable, entries: OutboxEntry[]): Promise<void> {
  if (entries.length === 0) return;
  await tx.query(
    `INSERT INTO outbox (kind, correlation_id, code, key, value, original_headers, headers, record_timestamp_ms)
     SELECT kind, correlation_id, code, key, value, original_headers, headers, timestamp_ms
       FROM unnest($1::text[], $2::text[], $3::text[], $4::bytea[], $5::bytea[], $6::bytea[], $7::text[], $8::bigint[])
       WITH ORDINALITY AS t(kind, correlation_id, code, key, value, original_headers, headers, timestamp_ms, n)
      ORDER BY n`,
    [
      entries.map((e) => e.kind),
      entries.map((e) => e.correlationId),
      entries.map((e) => e.code),
      entries.map((e) => e.key),
      entries.map((e) => e.value),
      entries.map((e) => e.originalHeaders),
      entries.map((e) => e.headers),
      entries.map((e) => e.recordTimestampMs),
    ],
  );
  await tx.query(`SELECT ${wakeUpSql('outbox')}`);
}
