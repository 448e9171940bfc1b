import { writeAudit } from './audit.js';
import type { Queryable } from './database.js';
import { wakeUpSql } from './wake-ups.js';

/**
 * Running a plan of replays (P7), on the workers' side. A turn is one transaction that holds the plan's row: what became of
 * sent letters is written, the next letters go to the outbox in the very transaction that marks them sent. A crash leaves
 * either all of a turn or nothing of it, so each planned letter is sent exactly once; any number of workers may drive.
 */

/** A plan as a turn finds it, its row locked. Times are the database's, in epoch ms. */
export interface PlanInTurn {
  id: string;
  isRunning: boolean;
  rate: number | null;
  ramp: number[];
  stopAt: number;
  /** Steps of the ramp that were begun, and letters of the last one that were not sent yet. */
  step: number;
  stepLeft: number;
  /** The moment for which the letter that was sent last was due by the rate. */
  lastSentAtMs: number | null;
  apiPausedSinceMs: number | null;
  /** Since the start or the last resume. */
  sent: number;
  failed: number;
  hasWaiting: boolean;
  /** Where the next one would have to go, if that is another topic than the workers read. */
  foreignTopic: string | null;
  /** Sent letters without an outcome; `held` of them wait for a person and hold up no step. */
  open: number;
  held: number;
  /** Why Partner Center is paused; null when it is not. */
  pauseReason: string | null;
  nowMs: number;
}

export type PlanProgress = Pick<PlanInTurn, 'step' | 'stepLeft' | 'lastSentAtMs' | 'apiPausedSinceMs' | 'sent'>;

/** Ids of plans that run, and of those that do not any more while some of what they sent has no outcome. */
export async function readPlansToDrive(db: Queryable): Promise<string[]> {
  const { rows } = await db.query<{ id: string }>(
    `SELECT id FROM replay_plan WHERE state = 'running' UNION SELECT plan_id FROM replay_letter WHERE state = 'sent'`,
  );
  return rows.map(({ id }) => id);
}

/**
 * Locks a plan, writes what became of its letters and tells how it stands; null while another worker has its turn. `topic`
 * is the one that the workers read.
 */
export async function beginTurn(tx: Queryable, plan: string, topic: string): Promise<PlanInTurn | null> {
  const { rows } = await tx.query<{ since: Date }>(
    `SELECT coalesce(resumed_at, started_at) AS since FROM replay_plan WHERE id = $1 FOR UPDATE SKIP LOCKED`,
    [plan],
  );
  if (!rows[0]) return null;
  await settleLetters(tx, plan);
  return readPlan(tx, plan, topic);
}

/**
 * Intake's note says what a replay was taken for; what intake skipped or never met became nothing. Whatever opened or
 * reopened an onboarding ends as that does, told by the revision that tries the letter's data: at a later revision they had
 * failed before; an earlier one that is created made the tenant with other data, and a correction was refused for that.
 */
async function settleLetters(tx: Queryable, plan: string): Promise<void> {
  await tx.query(
    `WITH taken AS (
       SELECT l.n, o.revision < l.taken_revision AND o.state = 'created' AS was_reused, o.code,
              CASE l.taken_as WHEN 'announced-again' THEN 'announced' WHEN 'refused' THEN 'failed' WHEN 'duplicate' THEN 'nothing'
                WHEN 'other-type' THEN 'nothing' WHEN 'other-group' THEN 'nothing' WHEN 'lost' THEN 'nothing'
                ELSE CASE WHEN o.revision > l.taken_revision OR o.state IN ('rejected', 'unresolved') THEN 'failed'
                          WHEN o.state = 'created' THEN CASE WHEN o.revision = l.taken_revision THEN 'created' ELSE 'failed' END
                     END
              END AS outcome
         FROM replay_letter l LEFT JOIN LATERAL (
                SELECT state, revision, code FROM onboarding WHERE correlation_id = l.correlation_id LIMIT 1) o ON true
        WHERE l.plan_id = $1 AND l.state = 'sent' AND l.taken_as IS NOT NULL),
     ended AS (
       UPDATE replay_letter l SET state = t.outcome, ended_at = now(),
              code = CASE WHEN t.outcome <> 'failed' THEN NULL WHEN t.was_reused THEN 'CORRELATION_ID_REUSED'
                          ELSE coalesce(l.code, t.code) END
         FROM taken t WHERE l.plan_id = $1 AND l.n = t.n AND t.outcome IS NOT NULL
       RETURNING l.state, l.sent_at)
     UPDATE replay_plan p SET failed = p.failed + e.failed
       FROM (SELECT count(*) AS failed FROM ended, replay_plan
              WHERE id = $1 AND ended.state = 'failed' AND sent_at >= coalesce(resumed_at, started_at)) e
      WHERE p.id = $1 AND e.failed > 0`,
    [plan],
  );
}

interface PlanRow {
  state: string;
  rate: number | null;
  ramp: number[];
  stop_at: number;
  step: number;
  step_left: number;
  sent: number;
  failed: number;
  last_sent_ms: number | null;
  paused_since_ms: number | null;
  has_waiting: boolean;
  foreign_topic: string | null;
  open: string;
  held: string;
  pause_reason: string | null;
  now_ms: number;
}

async function readPlan(tx: Queryable, plan: string, topic: string): Promise<PlanInTurn> {
  const { rows } = await tx.query<PlanRow>(
    `SELECT p.state, p.rate, p.ramp, p.stop_at, p.step, p.step_left, p.sent, p.failed,
            (extract(epoch FROM p.last_sent_at) * 1000)::float8 AS last_sent_ms,
            (extract(epoch FROM p.api_paused_since) * 1000)::float8 AS paused_since_ms,
            -- By the index of what waits: for an EXISTS the server may read the table in turn, past all that was sent.
            (SELECT true FROM replay_letter w WHERE w.plan_id = p.id AND w.state = 'waiting' ORDER BY w.n LIMIT 1)
              IS NOT NULL AS has_waiting,
            (SELECT nullif(w.topic, $2) FROM replay_letter w WHERE w.plan_id = p.id AND w.state = 'waiting' ORDER BY w.n LIMIT 1)
              AS foreign_topic,
            s.open, s.held, (extract(epoch FROM clock_timestamp()) * 1000)::float8 AS now_ms,
            (SELECT reason FROM pause WHERE kind <> 'throttled' OR until > now() ORDER BY since LIMIT 1) AS pause_reason
       FROM replay_plan p, (
              SELECT count(*) AS open, count(*) FILTER (WHERE o.state = 'held' AND l.taken_as IS NOT NULL) AS held
                FROM replay_letter l LEFT JOIN LATERAL (
                       SELECT state FROM onboarding WHERE correlation_id = l.correlation_id LIMIT 1) o ON true
               WHERE l.plan_id = $1 AND l.state = 'sent') s
      WHERE p.id = $1`,
    [plan, topic],
  );
  const [row] = rows;
  if (!row) throw new Error(`plan ${plan} is gone while its row is locked`);
  return toPlanInTurn(plan, row);
}

function toPlanInTurn(id: string, row: PlanRow): PlanInTurn {
  return {
    id,
    isRunning: row.state === 'running',
    rate: row.rate,
    ramp: row.ramp,
    stopAt: row.stop_at,
    step: row.step,
    stepLeft: row.step_left,
    lastSentAtMs: row.last_sent_ms,
    apiPausedSinceMs: row.paused_since_ms,
    sent: row.sent,
    failed: row.failed,
    hasWaiting: row.has_waiting,
    foreignTopic: row.foreign_topic,
    open: Number(row.open),
    held: Number(row.held),
    pauseReason: row.pause_reason,
    nowMs: row.now_ms,
  };
}

/**
 * Puts the next waiting letters of a plan into the outbox and erases their bytes here; fewer than asked for where all of
 * them together are larger than `bytesMax`, but at least one. Returns how many; none only if none waits.
 */
export async function sendLetters(tx: Queryable, plan: string, letters: number, bytesMax: number): Promise<number> {
  const { rows } = await tx.query<{ sent: string }>(
    `WITH next AS (
       SELECT plan_id, n FROM (
         SELECT plan_id, n, row_number() OVER w AS nth, sum(coalesce(octet_length(value), 0)) OVER w AS bytes
           FROM (SELECT plan_id, n, value FROM replay_letter WHERE plan_id = $1 AND state = 'waiting' ORDER BY n LIMIT $2) f
         WINDOW w AS (ORDER BY n)) s
        WHERE nth = 1 OR bytes <= $3),
     published AS (
       INSERT INTO outbox (kind, topic, correlation_id, key, value, original_headers, headers)
       SELECT 'replay', l.topic, l.correlation_id, l.key, l.value, l.headers, '[]'
         FROM replay_letter l JOIN next ON next.plan_id = l.plan_id AND next.n = l.n ORDER BY l.n
       RETURNING id),
     numbered AS (
       SELECT plan_id, n, id FROM (SELECT plan_id, n, row_number() OVER (ORDER BY n) AS nth FROM next) l
         JOIN (SELECT id, row_number() OVER (ORDER BY id) AS nth FROM published) o USING (nth)),
     sent AS (
       UPDATE replay_letter l SET state = 'sent', sent_at = clock_timestamp(), outbox_id = numbered.id,
              key = NULL, value = NULL, headers = NULL
         FROM numbered WHERE numbered.plan_id = l.plan_id AND numbered.n = l.n RETURNING 1)
     SELECT count(*) AS sent, ${wakeUpSql('outbox')} FROM sent`,
    [plan, letters, bytesMax],
  );
  return Number(rows[0]?.sent ?? 0);
}

export async function writeProgress(tx: Queryable, plan: string, progress: PlanProgress): Promise<void> {
  await tx.query(
    `UPDATE replay_plan SET step = $2, step_left = $3, last_sent_at = to_timestamp($4::float8 / 1000),
            api_paused_since = to_timestamp($5::float8 / 1000), sent = $6 WHERE id = $1`,
    [plan, progress.step, progress.stepLeft, progress.lastSentAtMs, progress.apiPausedSinceMs, progress.sent],
  );
}

/** Ends a plan as done, or stops it with the reason that a person reads; a stopped one keeps its letters to itself. */
export async function endPlan(tx: Queryable, plan: string, end: { stopReason: string | null }): Promise<void> {
  const isDone = end.stopReason === null;
  await tx.query(
    `UPDATE replay_plan SET state = $2, reason = $3, ended_at = CASE WHEN $4 THEN now() END, api_paused_since = NULL
      WHERE id = $1`,
    [plan, isDone ? 'done' : 'stopped', end.stopReason, isDone],
  );
  if (isDone) await tx.query(`DELETE FROM replay_lock WHERE plan_id = $1`, [plan]);
  const { rows } = await tx.query<{ letters: Record<string, number> }>(
    `SELECT jsonb_object_agg(state, letters) AS letters
       FROM (SELECT state, count(*) AS letters FROM replay_letter WHERE plan_id = $1 GROUP BY state) s`,
    [plan],
  );
  const detail = { letters: rows[0]?.letters ?? {}, ...(isDone ? {} : { reason: end.stopReason }) };
  await writeAudit(tx, { who: 'worker', what: isDone ? 'plan done' : 'plan stopped', subject: plan, detail });
}
