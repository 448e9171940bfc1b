import type { Queryable } from './database.js';
import type { Letter, LetterSelection, StoredLetter } from './dead-letters.js';

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
  const where = new Where(selection);
  const [direction, beyond] = order === 'newest-first' ? ['DESC', '<'] : ['ASC', '>'];
  if (after !== undefined) {
    const { failedAt, partition, offset } = after;
    where.add(
      (bind) =>
        `(failed_at, partition, record_offset) ${beyond} (${bind(failedAt)}, ${bind(partition)}, ${bind(offset)})`,
    );
  }
  const { rows } = await db.query<LetterRow>(
    `SELECT * FROM dead_letter WHERE ${where.text}
      ORDER BY failed_at ${direction}, partition ${direction}, record_offset ${direction} LIMIT ${where.bind(limit)}`,
    where.values,
  );
  return rows.map(toLetter);
}

/** One letter as the projection knows it. */
export async function readLetter(db: Queryable, partition: number, offset: bigint): Promise<StoredLetter | null> {
  const [letter] = await readLetters(db, { ids: [{ partition, offset }] }, { order: 'newest-first', limit: 1 });
  return letter ?? null;
}

/** The kinds of failure among the selected letters, the most frequent first. */
export async function readLetterGroups(db: Queryable, selection: LetterSelection): Promise<LetterGroup[]> {
  const { source, values } = countsOf(selection);
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
    `WITH counts AS (${source}), kinds AS (
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
  const { source, values } = countsOf(selection);
  const { rows } = await db.query<{ total: string | null }>(
    `SELECT sum(letters) AS total FROM (${source}) AS counts`,
    values,
  );
  return Number(rows[0]?.total ?? 0);
}

/** Letters by kind and hour: read from the counts as long as the selection names nothing but kinds. */
function countsOf(selection: LetterSelection): { source: string; values: unknown[] } {
  const { group, code, reason, ...others } = selection;
  const kinds = new Where({
    ...(group !== undefined && { group }),
    ...(code !== undefined && { code }),
    ...(reason !== undefined && { reason }),
  });
  if (Object.entries(others).every(([name, value]) => name === 'all' || value === undefined)) {
    const source = `SELECT c.* FROM dead_letter_count c JOIN dead_letter_group USING (fingerprint) WHERE ${kinds.text}`;
    return { source, values: kinds.values };
  }
  const where = new Where(selection);
  const source = `SELECT fingerprint, date_trunc('hour', failed_at, 'UTC') AS hour, count(*) AS letters,
            min(failed_at) AS first_failed_at, max(failed_at) AS last_failed_at
       FROM dead_letter WHERE ${where.text} GROUP BY 1, 2`;
  return { source, values: where.values };
}

type Bind = (value: unknown) => string;

/** A condition and its values, numbered as they are bound. */
class Where {
  readonly values: unknown[] = [];
  private readonly conditions: string[] = ['true'];

  constructor(selection: LetterSelection) {
    const { group, code, reason, since, until, correlationId, ids } = selection;
    if (group !== undefined) this.add((bind) => `fingerprint = ${bind(group)}`);
    if (code !== undefined) this.add((bind) => `code = ${bind(code)}`);
    if (reason !== undefined) this.add((bind) => `reason = ${bind(reason)}`);
    if (since !== undefined) this.add((bind) => `failed_at >= ${bind(since.toISOString())}`);
    if (until !== undefined) this.add((bind) => `failed_at < ${bind(until.toISOString())}`);
    if (correlationId !== undefined) this.add((bind) => `correlation_id = ${bind(correlationId)}`);
    if (ids !== undefined) {
      const partitions = ids.map(({ partition }) => partition);
      const offsets = ids.map(({ offset }) => offset.toString());
      this.add(
        (bind) =>
          `(partition, record_offset) IN (SELECT * FROM unnest(${bind(partitions)}::int[], ${bind(offsets)}::bigint[]))`,
      );
    }
  }

  get text(): string {
    return this.conditions.join(' AND ');
  }

  readonly bind: Bind = (value) => `$${this.values.push(value)}`;

  add(condition: (bind: Bind) => string): void {
    this.conditions.push(condition(this.bind));
  }
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
