import type { Queryable } from './database.js';
import { wakeUpSql } from './wake-ups.js';

/**
 * The ledger's half of intake (P1): every function here is one statement inside the transaction of one batch, so a crash
 * leaves either the whole batch taken and its position moved, or nothing.
 */

/** How far a partition was taken, and which record was the last one: it tells another log from this one. */
export interface IntakePosition {
  nextOffset: bigint;
  last: { offset: bigint; timestampMs: number; digest: Buffer } | null;
}

/** A record that opens an onboarding, or a correction that reopens one. */
export interface RequestRecord {
  correlationId: string;
  topic: string;
  partition: number;
  offset: bigint;
  timestampMs: number;
  key: Buffer | null;
  value: Buffer | null;
  headers: Buffer;
  data: string;
  digest: Buffer;
  domain: string;
  country: string;
  associatedPartnerId: string | null;
  causationId: string | null;
  traceparent: string | null;
  /** How often it was replayed, as its header says; 0 for a record that is no replay. */
  replays: number;
}

/** What intake must know of an onboarding to judge the same correlation id in another record. */
export interface KnownOnboarding {
  correlationId: string;
  state: 'open' | 'held' | 'created' | 'rejected' | 'unresolved';
  revision: number;
  digests: Buffer[];
  correctionDigest: Buffer | null;
  /** A create call without a settled outcome: recorded as such, or claimed at this moment. */
  unsettled: boolean;
  failedAtMs: number | null;
  announcement: { headers: string; value: string } | null;
}

/** How an onboarding is tried anew (contract 2). */
export interface Reopening {
  record: RequestRecord;
  how: 'new-revision' | 'same-revision' | 'correction';
  isReplay: boolean;
}

export async function lockPosition(tx: Queryable, topic: string, partition: number): Promise<IntakePosition | null> {
  const { rows } = await tx.query<{
    next_offset: string;
    last_offset: string | null;
    last_timestamp_ms: string;
    last_digest: Buffer;
  }>(
    `SELECT next_offset, last_offset, last_timestamp_ms, last_digest FROM intake_position
      WHERE topic = $1 AND partition = $2 FOR UPDATE`,
    [topic, partition],
  );
  const row = rows[0];
  if (!row) return null;
  const last = row.last_offset === null ? null : BigInt(row.last_offset);
  return {
    nextOffset: BigInt(row.next_offset),
    last: last === null ? null : { offset: last, timestampMs: Number(row.last_timestamp_ms), digest: row.last_digest },
  };
}

/** The offset after the last one taken, of each partition that was read. */
export async function readPositions(db: Queryable, topic: string): Promise<Map<number, bigint>> {
  const { rows } = await db.query<{ partition: number; next_offset: string }>(
    `SELECT partition, next_offset FROM intake_position WHERE topic = $1`,
    [topic],
  );
  return new Map(rows.map((row) => [row.partition, BigInt(row.next_offset)]));
}

/**
 * Makes the position of a partition that was never read. False: another first reader was quicker, and what it took is
 * committed now; lock the position and decide again.
 */
export async function beginPosition(tx: Queryable, topic: string, partition: number, offset: bigint): Promise<boolean> {
  const { rowCount } = await tx.query(
    `INSERT INTO intake_position (topic, partition, next_offset) VALUES ($1, $2, $3) ON CONFLICT DO NOTHING`,
    [topic, partition, offset.toString()],
  );
  return rowCount === 1;
}

export async function movePosition(
  tx: Queryable,
  topic: string,
  partition: number,
  to: IntakePosition & { recordsLost: bigint },
): Promise<void> {
  await tx.query(
    `UPDATE intake_position SET next_offset = $3, last_offset = $4, last_timestamp_ms = $5, last_digest = $6,
            records_lost = records_lost + $7
      WHERE topic = $1 AND partition = $2`,
    [
      topic,
      partition,
      to.nextOffset.toString(),
      to.last?.offset.toString() ?? null,
      to.last?.timestampMs ?? null,
      to.last?.digest ?? null,
      to.recordsLost.toString(),
    ],
  );
}

/**
 * Opens an onboarding for each record whose correlation id is new, and says which those are. The others exist already, or
 * were committed by another worker meanwhile: read them with `lockKnown`.
 * Callers pass one record per correlation id, sorted by it: workers that share ids then wait instead of deadlocking.
 */
export async function openOnboardings(tx: Queryable, records: RequestRecord[]): Promise<Set<string>> {
  if (records.length === 0) return new Set();
  const { rows } = await tx.query<{ correlation_id: string }>(
    `WITH input AS (
       SELECT * FROM unnest($1::text[], $2::text[], $3::text[], $4::text[], $5::bytea[], $6::int[])
         AS t(correlation_id, domain, country, associated_partner_id, digest, replays)),
     opened AS (
       INSERT INTO onboarding (correlation_id, state, step, domain, country, associated_partner_id, digests, due_at, waiting_for, replays)
       SELECT correlation_id, 'open', 'create', domain, country, associated_partner_id, ARRAY[digest], now(), 'turn', replays
         FROM input ORDER BY correlation_id
       ON CONFLICT DO NOTHING RETURNING correlation_id)
     SELECT correlation_id, ${wakeUpSql('work')} FROM opened`,
    [
      records.map((r) => r.correlationId),
      records.map((r) => r.domain),
      records.map((r) => r.country),
      records.map((r) => r.associatedPartnerId),
      records.map((r) => r.digest),
      records.map((r) => r.replays),
    ],
  );
  const opened = new Set(rows.map((row) => row.correlation_id));
  await storeRecords(
    tx,
    records.filter((record) => opened.has(record.correlationId)),
    0,
  );
  return opened;
}

async function storeRecords(tx: Queryable, records: RequestRecord[], slot: 0 | 1): Promise<void> {
  if (records.length === 0) return;
  await tx.query(
    `INSERT INTO request_record (correlation_id, slot, topic, partition, record_offset, timestamp_ms,
            key, value, headers, data, digest, causation_id, traceparent)
     SELECT correlation_id, $14, topic, partition, record_offset, timestamp_ms,
            key, value, headers, data, digest, causation_id, traceparent
       FROM unnest($1::text[], $2::text[], $3::int[], $4::bigint[], $5::bigint[], $6::bytea[], $7::bytea[], $8::bytea[],
                   $9::text[], $10::bytea[], $11::text[], $12::text[], $13::int[])
         AS t(correlation_id, topic, partition, record_offset, timestamp_ms, key, value, headers, data, digest,
              causation_id, traceparent, n)
     ON CONFLICT (correlation_id, slot) DO UPDATE SET
            topic = excluded.topic, partition = excluded.partition, record_offset = excluded.record_offset,
            timestamp_ms = excluded.timestamp_ms, key = excluded.key, value = excluded.value, headers = excluded.headers,
            data = excluded.data, digest = excluded.digest, causation_id = excluded.causation_id,
            traceparent = excluded.traceparent`,
    [
      records.map((r) => r.correlationId),
      records.map((r) => r.topic),
      records.map((r) => r.partition),
      records.map((r) => r.offset.toString()),
      records.map((r) => r.timestampMs),
      records.map((r) => r.key),
      records.map((r) => r.value),
      records.map((r) => r.headers),
      records.map((r) => r.data),
      records.map((r) => r.digest),
      records.map((r) => r.causationId),
      records.map((r) => r.traceparent),
      records.map((_, index) => index),
      slot,
    ],
  );
}

/** Locks and reads the onboardings of these correlation ids, sorted by id. */
export async function lockKnown(tx: Queryable, correlationIds: string[]): Promise<KnownOnboarding[]> {
  if (correlationIds.length === 0) return [];
  const { rows } = await tx.query<{
    correlation_id: string;
    state: KnownOnboarding['state'];
    revision: number;
    digests: Buffer[];
    unsettled: boolean;
    failed_at_ms: string | null;
    announcement: string | null;
    announcement_headers: string | null;
  }>(
    `SELECT correlation_id, state, revision, digests, announcement, announcement_headers,
            unsettled OR (worker_id IS NOT NULL AND step = 'create') AS unsettled,
            floor(extract(epoch FROM failed_at) * 1000)::bigint AS failed_at_ms
       FROM onboarding WHERE correlation_id = ANY($1) ORDER BY correlation_id FOR UPDATE`,
    [correlationIds],
  );
  const corrections = await readCorrections(tx, correlationIds);
  return rows.map((row) => ({
    correlationId: row.correlation_id,
    state: row.state,
    revision: row.revision,
    digests: row.digests,
    correctionDigest: corrections.get(row.correlation_id) ?? null,
    unsettled: row.unsettled,
    failedAtMs: row.failed_at_ms === null ? null : Number(row.failed_at_ms),
    announcement:
      row.announcement === null ? null : { headers: row.announcement_headers ?? '[]', value: row.announcement },
  }));
}

/** A statement of its own, after the rows are locked: one that waited for a lock would see corrections as they were before. */
async function readCorrections(tx: Queryable, correlationIds: string[]): Promise<Map<string, Buffer>> {
  const { rows } = await tx.query<{ correlation_id: string; digest: Buffer }>(
    `SELECT correlation_id, digest FROM request_record WHERE slot = 1 AND correlation_id = ANY($1)`,
    [correlationIds],
  );
  return new Map(rows.map((row) => [row.correlation_id, row.digest]));
}

/**
 * Reopens onboardings that had failed for good. A new revision takes the new data at once; the same revision is
 * reconciled before anything is called; a correction waits in slot 1 until the old call is settled.
 */
export async function reopenOnboardings(tx: Queryable, reopenings: Reopening[]): Promise<void> {
  if (reopenings.length === 0) return;
  await storeRecords(tx, recordsOf(reopenings, 'new-revision'), 0);
  await storeRecords(tx, recordsOf(reopenings, 'same-revision'), 0);
  await storeRecords(tx, recordsOf(reopenings, 'correction'), 1);
  await tx.query(
    `UPDATE onboarding o SET
            state = 'open', opened_at = now(), due_at = now(), waiting_for = 'turn', finished_at = NULL,
            payload_erased = false, last_attempt_at = now(),
            attempts = 0, tries = 0, holds = 0, replays = CASE WHEN t.is_replay THEN greatest(o.replays + 1, t.record_replays) ELSE o.replays END,
            step = CASE WHEN t.how = 'new-revision' THEN 'create' ELSE 'reconcile' END,
            cause = CASE t.how WHEN 'correction' THEN 'correction' WHEN 'same-revision' THEN 'tried-anew' END,
            revision = CASE WHEN t.how = 'new-revision' THEN revision + 1 ELSE revision END,
            digests = CASE WHEN t.how = 'new-revision' THEN digests || t.digest ELSE digests END,
            domain = CASE WHEN t.how = 'new-revision' THEN t.domain ELSE o.domain END,
            country = CASE WHEN t.how = 'new-revision' THEN t.country ELSE o.country END,
            associated_partner_id = CASE WHEN t.how = 'new-revision' THEN t.partner ELSE o.associated_partner_id END
       FROM (SELECT * FROM unnest($1::text[], $2::text[], $3::bool[], $4::bytea[], $5::text[], $6::text[], $7::text[], $8::int[])
               AS t(correlation_id, how, is_replay, digest, domain, country, partner, record_replays)) t
      WHERE o.correlation_id = t.correlation_id`,
    [
      reopenings.map((r) => r.record.correlationId),
      reopenings.map((r) => r.how),
      reopenings.map((r) => r.isReplay),
      reopenings.map((r) => r.record.digest),
      reopenings.map((r) => r.record.domain),
      reopenings.map((r) => r.record.country),
      reopenings.map((r) => r.record.associatedPartnerId),
      reopenings.map((r) => r.record.replays),
    ],
  );
  await tx.query(
    `INSERT INTO history (correlation_id, revision, what)
     SELECT correlation_id, revision, 'tried anew' FROM onboarding WHERE correlation_id = ANY($1)`,
    [reopenings.map((r) => r.record.correlationId)],
  );
}

function recordsOf(reopenings: Reopening[], how: Reopening['how']): RequestRecord[] {
  return reopenings.filter((reopening) => reopening.how === how).map((reopening) => reopening.record);
}

/** Open and held onboardings now. Callers that need it before each batch keep the table of them small by pausing. */
export async function countPending(db: Queryable): Promise<number> {
  const { rows } = await db.query<{ n: string }>(
    `SELECT count(*) AS n FROM onboarding WHERE state IN ('open', 'held')`,
  );
  return Number(rows[0]?.n ?? 0);
}
