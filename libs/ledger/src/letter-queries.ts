import type { Queryable } from './database.js';
import type { Letter, LetterSelection, StoredLetter } from './dead-letters.js';
import { Bindings, conditionOf, countsOf, kindConditionOf } from './letter-selection.js';

/** Looks at the projection of the dead-letter topic. It is as old as the last catching up. */

/** Letters of the same kind (contract 8); `trend` counts the letters of each of the last 24 hours, this one last. */
export interface LetterGroup {
  fingerprint: string;
  code: string;
  httpStatus: number | null;
  fields: string[];
  count: number;
  firstFailedAt: string;
  lastFailedAt: string;
  example: string;
  trend: number[];
}

export interface LetterPage {
  order: 'newest-first' | 'oldest-first';
  limit: number;
  /** The last letter of the page before. */
  after?: Pick<Letter, 'failedAt' | 'partition' | 'offset'> | undefined;
}

const TREND_HOURS = 24;
const HISTORY_MAX = 100;
const KINDS_MAX = 200;

interface LetterRow {
  partition: number;
  record_offset: string;
  correlation_id: string | null;
  code: string;
  reason: string;
  message: string;
  fields: string[];
  http_status: number | null;
  request_id: string | null;
  fingerprint: string;
  consumer_group: string | null;
  attempts: number;
  replays: number;
  first_failed_at: Date;
  failed_at: Date;
  original_topic: string;
  original_partition: number;
  original_offset: string;
  original_timestamp_ms: string;
  replay_id: string | null;
  digest: Buffer;
  bytes: number;
}

/** A page of the selected letters in the order of their failing. */
export async function readLetters(
  db: Queryable,
  selection: LetterSelection,
  { order, limit, after }: LetterPage,
): Promise<StoredLetter[]> {
  const [direction, beyond] = order === 'newest-first' ? ['DESC', '<'] : ['ASC', '>'];
  const { values, bind } = new Bindings();
  const conditions = [conditionOf(selection, bind)];
  const kinds = await kindsOf(db, selection);
  if (kinds !== null) conditions.push(`fingerprint = ANY(${bind(kinds)})`);
  if (after !== undefined) {
    const last = [after.failedAt, after.partition, after.offset].map(bind).join(', ');
    conditions.push(`(failed_at, partition, record_offset) ${beyond} (${last})`);
  }
  const { rows } = await db.query<LetterRow>(
    `SELECT * FROM dead_letter WHERE ${conditions.join(' AND ')}
      ORDER BY failed_at ${direction}, partition ${direction}, record_offset ${direction} LIMIT ${bind(limit)}`,
    values,
  );
  return rows.map(toLetter);
}

/** One letter as the projection knows it. */
export async function readLetter(db: Queryable, partition: number, offset: bigint): Promise<StoredLetter | null> {
  const [letter] = await readLetters(db, { ids: [{ partition, offset }] }, { order: 'newest-first', limit: 1 });
  return letter ?? null;
}

/** What became of a letter: replays of it, and later letters of its onboarding; oldest first. */
export async function readLetterHistory(db: Queryable, letter: StoredLetter): Promise<{ at: string; what: string }[]> {
  const { rows } = await db.query<{ at: Date; what: string }>(
    `SELECT sent_at AS at, 'replayed by plan ' || plan_id AS what
       FROM replay_letter WHERE partition = $1 AND record_offset = $2 AND digest = $3 AND sent_at IS NOT NULL
     UNION ALL
     SELECT ended_at, 'the replay of plan ' || plan_id || ' ended: ' || state || coalesce(' ' || code, '')
       FROM replay_letter
      WHERE partition = $1 AND record_offset = $2 AND digest = $3 AND sent_at IS NOT NULL AND ended_at IS NOT NULL
     UNION ALL
     SELECT failed_at, 'failed again: ' || code || ', letter ' || partition || ':' || record_offset
       FROM dead_letter
      WHERE correlation_id = $4 AND (failed_at, partition, record_offset) > ($5::timestamptz, $1::int, $2::bigint)
     ORDER BY at LIMIT ${HISTORY_MAX}`,
    [letter.partition, letter.offset, letter.digest, letter.correlationId, letter.failedAt],
  );
  return rows.map(({ at, what }) => ({ at: at.toISOString(), what }));
}

/** The kinds of failure among the selected letters, the most frequent first. */
export async function readLetterGroups(db: Queryable, selection: LetterSelection): Promise<LetterGroup[]> {
  const { values, bind } = new Bindings();
  const { rows } = await db.query<{
    fingerprint: string;
    code: string;
    http_status: number | null;
    fields: string[];
    letters: string;
    first_failed_at: Date;
    last_failed_at: Date;
    example: string;
    trend: Record<string, number>;
  }>(
    `WITH counts AS (${countsOf(selection, bind)}), kinds AS (
       SELECT fingerprint, sum(letters) AS letters, min(first_failed_at) AS first_failed_at,
              max(last_failed_at) AS last_failed_at,
              coalesce(jsonb_object_agg(floor(extract(epoch FROM now() - hour) / 3600), letters)
                FILTER (WHERE hour > now() - interval '${TREND_HOURS} hours' AND hour <= now()), '{}') AS trend
         FROM counts GROUP BY fingerprint)
     SELECT fingerprint, code, http_status, fields, letters, first_failed_at, last_failed_at, trend,
            example_partition || ':' || example_offset AS example
       FROM kinds JOIN dead_letter_group USING (fingerprint) ORDER BY letters DESC, fingerprint`,
    values,
  );
  return rows.map((row) => ({
    fingerprint: row.fingerprint,
    code: row.code,
    httpStatus: row.http_status,
    fields: row.fields,
    count: Number(row.letters),
    firstFailedAt: row.first_failed_at.toISOString(),
    lastFailedAt: row.last_failed_at.toISOString(),
    example: row.example,
    trend: Array.from({ length: TREND_HOURS }, (_, index) => row.trend[String(TREND_HOURS - 1 - index)] ?? 0),
  }));
}

/** How many letters are selected. */
export async function countLetters(db: Queryable, selection: LetterSelection): Promise<number> {
  const { values, bind } = new Bindings();
  const { rows } = await db.query<{ total: string | null }>(
    `SELECT sum(letters) AS total FROM (${countsOf(selection, bind)}) AS counts`,
    values,
  );
  return Number(rows[0]?.total ?? 0);
}

/**
 * The kinds that a code or reason means, so that the index by kind finds the letters of a rare one; null when the index
 * is not needed, or would be looked up too often.
 */
async function kindsOf(db: Queryable, selection: LetterSelection): Promise<string[] | null> {
  const { group, code, reason, correlationId, ids } = selection;
  if (group !== undefined || correlationId !== undefined || ids !== undefined) return null;
  if (code === undefined && reason === undefined) return null;
  const { values, bind } = new Bindings();
  const { rows } = await db.query<{ fingerprint: string }>(
    `SELECT fingerprint FROM dead_letter_group WHERE ${kindConditionOf(selection, bind)} LIMIT ${bind(KINDS_MAX + 1)}`,
    values,
  );
  return rows.length > KINDS_MAX ? null : rows.map(({ fingerprint }) => fingerprint);
}

function toLetter(row: LetterRow): StoredLetter {
  return {
    id: `${row.partition}:${row.record_offset}`,
    partition: row.partition,
    offset: row.record_offset,
    correlationId: row.correlation_id,
    code: row.code,
    reason: row.reason,
    message: row.message,
    fields: row.fields,
    httpStatus: row.http_status,
    requestId: row.request_id,
    fingerprint: row.fingerprint,
    attempts: row.attempts,
    replays: row.replays,
    firstFailedAt: row.first_failed_at.toISOString(),
    failedAt: row.failed_at.toISOString(),
    original: {
      topic: row.original_topic,
      partition: row.original_partition,
      offset: row.original_offset,
      timestamp: Number(row.original_timestamp_ms),
    },
    consumerGroup: row.consumer_group,
    replayId: row.replay_id,
    digest: row.digest,
    bytes: row.bytes,
  };
}
