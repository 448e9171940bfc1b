import type { Queryable } from './database.js';
import type { KnownOnboarding } from './intake.js';
import type { LetterSelection } from './dead-letters.js';
import { Bindings, conditionOf } from './letter-selection.js';

/**
 * Making a plan of replays (P7): the statements of one transaction. Nobody sees the plan before it is committed, and a
 * crash leaves no part of it. What was selected is frozen by the cursor: it shows the letters as they were when it was
 * opened, whatever others bring in while the plan is made.
 */

/** What a replay will do. */
export interface Forecast {
  forecast: 'create' | 'announceAgain' | 'reconcile' | 'failAgain' | 'nothing';
  /** A sentence for people; none of the customer's data. */
  why: string;
}

/** A letter that was selected; ids are `P:O`. */
export interface SelectedLetter {
  id: string;
  partition: number;
  offset: bigint;
  correlationId: string | null;
  code: string;
  consumerGroup: string | null;
  originalTopic: string;
  replays: number;
  digest: Buffer;
  /** Of key, value and headers. */
  bytes: number;
  /** Its place in the order of sending, from 1: the oldest failure first. */
  n: number;
  /** The newest of the selected letters that have its correlation id; itself where it has none. */
  newestId: string;
  /** How many letters were selected. */
  total: number;
}

/** The parts of an onboarding on which another record of its correlation id is judged, and with which code it failed. */
export type JudgedOnboarding = Omit<KnownOnboarding, 'announcement' | 'revision'> & { code: string | null };

/** What another plan does, or did, with the very letter. */
export interface EarlierReplay {
  plan: string;
  /** It waits, or was sent and has no outcome, in a plan that was started and has not ended. */
  isUnderWay: boolean;
  /** The letter that stands for it since it failed again, if it is known by now. */
  newerId: string | null;
}

/** A letter of a plan with the bytes that will be sent; these are null where nothing is to be sent. */
export interface PlanLetter extends Forecast {
  letter: SelectedLetter;
  isEdited: boolean;
  send: { topic: string; key: Buffer | null; value: Buffer | null; headers: Buffer } | null;
}

export interface NewPlan {
  id: string;
  /** As texts, for people and to show it again. */
  selection: unknown;
  patch: unknown;
  madeBy: string;
}

/** Reading from a broker that is away may take longer than a transaction may commonly be idle. */
const IDLE_MAX_MS = 60_000;

export async function insertPlan(tx: Queryable, { id, selection, patch, madeBy }: NewPlan): Promise<void> {
  await tx.query(`SET LOCAL idle_in_transaction_session_timeout = ${IDLE_MAX_MS}`);
  await tx.query(`INSERT INTO replay_plan (id, state, selection, patch, made_by) VALUES ($1, 'planned', $2, $3, $4)`, [
    id,
    JSON.stringify(selection),
    patch === null ? null : JSON.stringify(patch),
    madeBy,
  ]);
}

/**
 * Freezes the selected letters, to be fetched in the order of the topic's partitions and offsets: each stretch of the topic
 * is read once. Only letters of `ours` displace older ones of their correlation id.
 */
export async function freezeSelection(
  tx: Queryable,
  selection: LetterSelection,
  ours: { topic: string; groupId: string },
): Promise<void> {
  const { bind, values } = new Bindings();
  await tx.query(
    `DECLARE frozen NO SCROLL CURSOR FOR
     SELECT partition, record_offset, correlation_id, code, consumer_group, original_topic, replays, digest, bytes,
            row_number() OVER (ORDER BY failed_at, partition, record_offset) AS n, count(*) OVER () AS total,
            CASE WHEN correlation_id IS NULL THEN partition ELSE first_value(partition) OVER newest_first END AS newest_partition,
            CASE WHEN correlation_id IS NULL THEN record_offset ELSE first_value(record_offset) OVER newest_first END AS newest_offset
       FROM dead_letter WHERE ${conditionOf(selection, bind)}
     WINDOW newest_first AS (PARTITION BY correlation_id, original_topic = ${bind(ours.topic)}
                               AND consumer_group IS NOT DISTINCT FROM ${bind(ours.groupId)}
                             ORDER BY failed_at DESC, partition DESC, record_offset DESC)
      ORDER BY partition, record_offset`,
    values,
  );
}

/** The next letters of the frozen selection; fewer than `limit` only at its end. */
export async function fetchSelected(tx: Queryable, limit: number): Promise<SelectedLetter[]> {
  const { rows } = await tx.query<{
    partition: number;
    record_offset: string;
    correlation_id: string | null;
    code: string;
    consumer_group: string | null;
    original_topic: string;
    replays: number;
    digest: Buffer;
    bytes: number;
    n: string;
    newest_partition: number;
    newest_offset: string;
    total: string;
  }>(`FETCH ${limit} FROM frozen`);
  return rows.map((row) => ({
    id: `${row.partition}:${row.record_offset}`,
    partition: row.partition,
    offset: BigInt(row.record_offset),
    correlationId: row.correlation_id,
    code: row.code,
    consumerGroup: row.consumer_group,
    originalTopic: row.original_topic,
    replays: row.replays,
    digest: row.digest,
    bytes: row.bytes,
    n: Number(row.n),
    newestId: `${row.newest_partition}:${row.newest_offset}`,
    total: Number(row.total),
  }));
}

/** Onboardings as they are now, by correlation id; not locked: a forecast is of this moment. */
export async function readJudged(db: Queryable, correlationIds: string[]): Promise<Map<string, JudgedOnboarding>> {
  const { rows } = await db.query<{
    correlation_id: string;
    state: JudgedOnboarding['state'];
    digests: Buffer[];
    correction_digest: Buffer | null;
    unsettled: boolean;
    failed_at_ms: string | null;
    code: string | null;
  }>(
    `SELECT o.correlation_id, o.state, o.digests, c.digest AS correction_digest, o.code,
            o.unsettled OR (o.worker_id IS NOT NULL AND o.step = 'create') AS unsettled,
            floor(extract(epoch FROM o.failed_at) * 1000)::bigint AS failed_at_ms
       FROM onboarding o LEFT JOIN request_record c ON c.correlation_id = o.correlation_id AND c.slot = 1
      WHERE o.correlation_id = ANY($1)`,
    [correlationIds],
  );
  const judged = rows.map((row) => ({
    correlationId: row.correlation_id,
    state: row.state,
    digests: row.digests,
    correctionDigest: row.correction_digest,
    unsettled: row.unsettled,
    failedAtMs: row.failed_at_ms === null ? null : Number(row.failed_at_ms),
    code: row.code,
  }));
  return new Map(judged.map((onboarding) => [onboarding.correlationId, onboarding]));
}

/**
 * What other plans do, or did, with these letters, by letter id: what is under way counts more than what is over. The digest
 * tells a letter from one that lay at its place on another topic, or before the topic was made anew.
 */
export async function readEarlierReplays(
  db: Queryable,
  letters: { partition: number; offset: bigint; digest: Buffer }[],
): Promise<Map<string, EarlierReplay>> {
  const { rows } = await db.query<{ id: string; plan_id: string; is_under_way: boolean; newer_id: string | null }>(
    `SELECT DISTINCT ON (l.partition, l.record_offset) l.partition || ':' || l.record_offset AS id, l.plan_id, r.is_under_way,
            newer.partition || ':' || newer.record_offset AS newer_id
       FROM unnest($1::int[], $2::bigint[], $3::bytea[]) AS t(partition, record_offset, digest)
       JOIN replay_letter l ON l.partition = t.partition AND l.record_offset = t.record_offset AND l.digest = t.digest
       JOIN replay_plan p ON p.id = l.plan_id
       LEFT JOIN dead_letter newer ON newer.replay_id = l.plan_id || '/' || l.n
             AND coalesce(newer.correlation_id = l.correlation_id, true)
      CROSS JOIN LATERAL (SELECT p.state IN ('running', 'paused', 'stopped') AND l.state IN ('waiting', 'sent') AS is_under_way) r
      WHERE r.is_under_way OR l.state = 'failed' OR newer.partition IS NOT NULL
      ORDER BY l.partition, l.record_offset, r.is_under_way DESC, newer.failed_at DESC NULLS LAST, l.plan_id`,
    [
      letters.map(({ partition }) => partition),
      letters.map(({ offset }) => offset.toString()),
      letters.map(({ digest }) => digest),
    ],
  );
  return new Map(
    rows.map((row) => [row.id, { plan: row.plan_id, isUnderWay: row.is_under_way, newerId: row.newer_id }]),
  );
}

/** Writes letters of the plan; what is forecast to do nothing has its state from the beginning. */
export async function insertPlanLetters(tx: Queryable, plan: string, letters: PlanLetter[]): Promise<void> {
  await tx.query(
    `INSERT INTO replay_letter (plan_id, state, n, partition, record_offset, digest, correlation_id, forecast, why, edited,
            replays, topic, key, value, headers)
     SELECT $1, CASE WHEN forecast = 'nothing' THEN 'nothing' ELSE 'waiting' END, t.*
       FROM unnest($2::int[], $3::int[], $4::bigint[], $5::bytea[], $6::text[], $7::text[], $8::text[], $9::bool[], $10::int[],
              $11::text[], $12::bytea[], $13::bytea[], $14::bytea[])
         AS t(n, partition, record_offset, digest, correlation_id, forecast, why, edited, replays, topic, key, value, headers)`,
    [
      plan,
      letters.map(({ letter }) => letter.n),
      letters.map(({ letter }) => letter.partition),
      letters.map(({ letter }) => letter.offset.toString()),
      letters.map(({ letter }) => letter.digest),
      letters.map(({ letter }) => letter.correlationId),
      letters.map(({ forecast }) => forecast),
      letters.map(({ why }) => why),
      letters.map(({ isEdited }) => isEdited),
      letters.map(({ letter }) => letter.replays),
      letters.map(({ send }) => send?.topic ?? null),
      letters.map(({ send }) => send?.key ?? null),
      letters.map(({ send }) => send?.value ?? null),
      letters.map(({ send }) => send?.headers ?? null),
    ],
  );
}
