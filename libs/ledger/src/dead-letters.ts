import { type AuditNote, writeAudit } from './audit.js';
import type { Database, Queryable } from './database.js';

/**
 * The projection of the dead-letter topic: what the headers of each letter say, never its payload. The topic is the
 * archive; everything here can be thrown away and read again.
 *
 * Any number of processes may bring it up to date at once: a stretch of a partition is written in one transaction that
 * holds the partition's position, so each letter is written, and counted, once. A crash leaves a stretch written and its
 * position moved, or neither.
 */

/** One dead letter (contract 8). Offsets are decimal text, times ISO 8601 UTC, the timestamp is epoch ms. */
export interface Letter {
  /** `<partition>:<offset>` on the dead-letter topic. */
  id: string;
  partition: number;
  offset: string;
  correlationId: string | null;
  code: string;
  reason: string;
  message: string;
  fields: string[];
  httpStatus: number | null;
  requestId: string | null;
  fingerprint: string;
  attempts: number;
  replays: number;
  firstFailedAt: string;
  failedAt: string;
  original: { topic: string; partition: number; offset: string; timestamp: number };
}

/** What the projection keeps of a letter beside what is shown. */
export interface StoredLetter extends Letter {
  /** The group that failed; null for a record that is no letter of ours. */
  consumerGroup: string | null;
  /** The replay that failed, if the letter stands for one. */
  replayId: string | null;
  /** SHA-256 of key, value and headers. */
  digest: Buffer;
  /** Of key, value and headers. */
  bytes: number;
}

/** All of its members must hold; any of `ids`. Times are of `failedAt`: from `since` on, before `until`. */
export interface LetterSelection {
  all?: true;
  group?: string;
  code?: string;
  reason?: string;
  since?: Date;
  until?: Date;
  correlationId?: string;
  ids?: { partition: number; offset: bigint }[];
}

/** Letters forgotten in one transaction. */
export const FORGET_MAX = 20_000;

/** A stretch of one partition: `letters` is all there is from offset `from` up to, not including, `to`. */
export interface LetterStretch {
  topic: string;
  partition: number;
  from: bigint;
  to: bigint;
  letters: StoredLetter[];
}

/** How far a partition was read, and its first and last letter: the last one tells another log from this one. */
export interface LetterPosition {
  topic: string;
  partition: number;
  nextOffset: bigint;
  firstOffset: bigint | null;
  last: { offset: bigint; digest: Buffer } | null;
}

/** The positions of all topics: more than one topic is there when the setting was changed. */
export async function readLetterPositions(db: Queryable): Promise<LetterPosition[]> {
  const { rows } = await db.query<{
    topic: string;
    partition: number;
    next_offset: string;
    first_offset: string | null;
    last_offset: string | null;
    digest: Buffer;
  }>(
    `SELECT p.topic, p.partition, p.next_offset, first.record_offset AS first_offset,
            last.record_offset AS last_offset, last.digest
       FROM dead_letter_position p
       LEFT JOIN LATERAL (SELECT record_offset FROM dead_letter WHERE partition = p.partition
                           ORDER BY record_offset LIMIT 1) first ON true
       LEFT JOIN LATERAL (SELECT record_offset, digest FROM dead_letter WHERE partition = p.partition
                           ORDER BY record_offset DESC LIMIT 1) last ON true`,
  );
  return rows.map((row) => ({
    topic: row.topic,
    partition: row.partition,
    nextOffset: BigInt(row.next_offset),
    firstOffset: row.first_offset === null ? null : BigInt(row.first_offset),
    last: row.last_offset === null ? null : { offset: BigInt(row.last_offset), digest: row.digest },
  }));
}

/** Makes the position of a partition that was never read. Somebody else's is left as it is. */
export async function beginLetters(db: Queryable, topic: string, partition: number, offset: bigint): Promise<void> {
  await db.query(
    `INSERT INTO dead_letter_position (topic, partition, next_offset) VALUES ($1, $2, $3) ON CONFLICT DO NOTHING`,
    [topic, partition, offset.toString()],
  );
}

/**
 * Writes a stretch and moves the position to its end; what others wrote meanwhile is left out. Returns the position, or
 * null when the projection was emptied meanwhile: read the positions again.
 */
export async function takeLetters(db: Database, stretch: LetterStretch): Promise<bigint | null> {
  return db.transaction(async (tx) => {
    const { rows } = await tx.query<{ next_offset: string }>(
      `SELECT next_offset FROM dead_letter_position WHERE topic = $1 AND partition = $2 FOR UPDATE`,
      [stretch.topic, stretch.partition],
    );
    const position = rows[0] === undefined ? null : BigInt(rows[0].next_offset);
    if (position === null || position < stretch.from) return null;
    if (position >= stretch.to) return position;
    const letters = stretch.letters.filter(({ offset }) => BigInt(offset) >= position);
    await insertLetters(tx, letters);
    await countLetters(tx, letters);
    await tx.query(`UPDATE dead_letter_position SET next_offset = $3 WHERE topic = $1 AND partition = $2`, [
      stretch.topic,
      stretch.partition,
      stretch.to.toString(),
    ]);
    return stretch.to;
  });
}

/**
 * Empties the projection. The lock waits for every stretch that is being written and keeps new ones out, so that none is
 * half forgotten; readers of letters wait for the moment it takes. `note`: who wants it, where a person does.
 */
export async function emptyLetters(db: Database, note?: AuditNote): Promise<void> {
  await db.transaction(async (tx) => {
    if (note) await writeAudit(tx, note);
    await tx.query(`LOCK TABLE dead_letter_position IN EXCLUSIVE MODE`);
    await tx.query(`TRUNCATE dead_letter, dead_letter_group, dead_letter_count`);
    await tx.query(`DELETE FROM dead_letter_position`);
  });
}

/** After many letters came at once: without statistics a page of a frequent kind would be sorted, not read from its index. */
export async function refreshLetterStatistics(db: Queryable): Promise<void> {
  await db.query(`ANALYZE dead_letter, dead_letter_group, dead_letter_count`);
}

/**
 * Forgets letters that Kafka deleted: those of a partition below its first offset, at most {@link FORGET_MAX} a call.
 * Returns how many. Counts of the hours concerned are made anew under the lock that keeps new stretches out.
 */
export async function forgetLetters(db: Database, partition: number, before: bigint): Promise<number> {
  return db.transaction(async (tx) => {
    await tx.query(`LOCK TABLE dead_letter_position IN EXCLUSIVE MODE`);
    const { rows } = await tx.query<{ fingerprint: string; hour: Date; letters: string }>(
      `WITH gone AS (
         DELETE FROM dead_letter WHERE partition = $1 AND record_offset IN (
           SELECT record_offset FROM dead_letter WHERE partition = $1 AND record_offset < $2
            ORDER BY record_offset LIMIT ${FORGET_MAX}) RETURNING fingerprint, failed_at)
       SELECT fingerprint, date_trunc('hour', failed_at, 'UTC') AS hour, count(*) AS letters FROM gone GROUP BY 1, 2`,
      [partition, before.toString()],
    );
    if (rows.length === 0) return 0;
    await recount(tx, rows);
    return rows.reduce((sum, { letters }) => sum + Number(letters), 0);
  });
}

async function recount(tx: Queryable, hours: { fingerprint: string; hour: Date }[]): Promise<void> {
  const kinds = hours.map(({ fingerprint }) => fingerprint);
  const values = [kinds, hours.map(({ hour }) => hour)];
  const changed = `unnest($1::text[], $2::timestamptz[]) AS t(fingerprint, hour)`;
  await tx.query(`DELETE FROM dead_letter_count WHERE (fingerprint, hour) IN (SELECT * FROM ${changed})`, values);
  await tx.query(
    `INSERT INTO dead_letter_count (fingerprint, hour, letters, first_failed_at, last_failed_at)
     SELECT fingerprint, hour, count(*), min(failed_at), max(failed_at)
       FROM ${changed} JOIN dead_letter l USING (fingerprint)
      WHERE failed_at >= hour AND failed_at < hour + interval '1 hour' GROUP BY 1, 2`,
    values,
  );
  await tx.query(
    `WITH kind AS (
       SELECT fingerprint, oldest.partition, oldest.record_offset
         FROM dead_letter_group g LEFT JOIN LATERAL (
              SELECT partition, record_offset FROM dead_letter l WHERE l.fingerprint = g.fingerprint
               ORDER BY failed_at, partition, record_offset LIMIT 1) oldest ON true
        WHERE fingerprint = ANY($1)),
     empty AS (DELETE FROM dead_letter_group WHERE fingerprint IN (SELECT fingerprint FROM kind WHERE partition IS NULL))
     UPDATE dead_letter_group g SET example_partition = kind.partition, example_offset = kind.record_offset
       FROM kind WHERE g.fingerprint = kind.fingerprint AND kind.partition IS NOT NULL`,
    [kinds],
  );
}

async function insertLetters(tx: Queryable, letters: StoredLetter[]): Promise<void> {
  if (letters.length === 0) return;
  await tx.query(
    `INSERT INTO dead_letter (partition, record_offset, correlation_id, code, reason, message, fields, http_status,
            request_id, fingerprint, consumer_group, attempts, replays, first_failed_at, failed_at, original_topic,
            original_partition, original_offset, original_timestamp_ms, replay_id, digest, bytes)
     SELECT * FROM unnest($1::int[], $2::bigint[], $3::text[], $4::text[], $5::text[], $6::text[], $7::jsonb[], $8::int[],
            $9::text[], $10::text[], $11::text[], $12::int[], $13::int[], $14::timestamptz[], $15::timestamptz[],
            $16::text[], $17::int[], $18::bigint[], $19::bigint[], $20::text[], $21::bytea[], $22::int[])`,
    [
      letters.map((l) => l.partition),
      letters.map((l) => l.offset),
      letters.map((l) => l.correlationId),
      letters.map((l) => l.code),
      letters.map((l) => l.reason),
      letters.map((l) => l.message),
      letters.map((l) => JSON.stringify(l.fields)),
      letters.map((l) => l.httpStatus),
      letters.map((l) => l.requestId),
      letters.map((l) => l.fingerprint),
      letters.map((l) => l.consumerGroup),
      letters.map((l) => l.attempts),
      letters.map((l) => l.replays),
      letters.map((l) => l.firstFailedAt),
      letters.map((l) => l.failedAt),
      letters.map((l) => l.original.topic),
      letters.map((l) => l.original.partition),
      letters.map((l) => l.original.offset),
      letters.map((l) => l.original.timestamp),
      letters.map((l) => l.replayId),
      letters.map((l) => l.digest),
      letters.map((l) => l.bytes),
    ],
  );
}

/** Last in its transaction and sorted: stretches of different partitions count the same kinds, and wait for each other here. */
async function countLetters(tx: Queryable, letters: StoredLetter[]): Promise<void> {
  if (letters.length === 0) return;
  const offsets = letters.map((letter) => letter.offset);
  await tx.query(
    `INSERT INTO dead_letter_group (fingerprint, code, reason, http_status, fields, example_partition, example_offset)
     SELECT DISTINCT ON (fingerprint) fingerprint, code, reason, http_status, fields, partition, record_offset
       FROM dead_letter WHERE partition = $1 AND record_offset BETWEEN $2 AND $3 ORDER BY fingerprint, record_offset
     ON CONFLICT DO NOTHING`,
    [letters[0]?.partition, offsets[0], offsets.at(-1)],
  );
  await tx.query(
    `INSERT INTO dead_letter_count (fingerprint, hour, letters, first_failed_at, last_failed_at)
     SELECT fingerprint, date_trunc('hour', failed_at, 'UTC') AS hour, count(*), min(failed_at), max(failed_at)
       FROM dead_letter WHERE partition = $1 AND record_offset BETWEEN $2 AND $3 GROUP BY 1, 2 ORDER BY 1, 2
     ON CONFLICT (fingerprint, hour) DO UPDATE SET letters = dead_letter_count.letters + excluded.letters,
            first_failed_at = least(dead_letter_count.first_failed_at, excluded.first_failed_at),
            last_failed_at = greatest(dead_letter_count.last_failed_at, excluded.last_failed_at)`,
    [letters[0]?.partition, offsets[0], offsets.at(-1)],
  );
}
