import { isGuid } from '#events';
import { type AuditNote, writeAudit } from './audit.js';
import type { Database, Queryable } from './database.js';
import type { PlanState } from './plan-status.js';
import { wakeUpSql } from './wake-ups.js';

/**
 * Running a plan of replays (P7), on the operator's side: start, pause, resume and abort only write the ledger; the workers
 * drive what is running (replay-drive.ts). Each is one transaction with the plan's row locked, so it meets a driver between
 * two of its turns, never within one.
 */

export interface RunOptions {
  /** Letters a second; null for as many as the ramp allows. */
  rate: number | null;
  /** Letters of each step; the last size repeats. */
  ramp: number[];
  /** The share of letters dead-lettered again at which the plan stops by itself; 1 for never. */
  stopAt: number;
  /** Send letters that were replayed `REPLAYS_WITHOUT_FORCE` times already. */
  force: boolean;
}

/** How a plan runs where nothing else is asked for. */
export const RUN_DEFAULTS: Readonly<RunOptions> = { rate: null, ramp: [1, 2, 5, 20, 50], stopAt: 0.2, force: false };

/** What became of an operator's wish: `unchanged` when the plan is so already, `refused` with what to tell the operator. */
export type PlanChange =
  | { kind: 'changed' }
  | { kind: 'unchanged' }
  | { kind: 'not-found' }
  | { kind: 'refused'; code: PlanRefusal; message: string };

export type PlanRefusal =
  'OPTIONS_INVALID' | 'PLAN_STATE' | 'PLAN_ERASED' | 'LETTERS_IN_OTHER_PLAN' | 'LETTERS_REPLAYED_OFTEN';

const REPLAYS_WITHOUT_FORCE = 3;

/** Starts a planned one: its letters belong to it until it ends, so that no other plan sends them too. */
export async function startPlan(db: Database, plan: string, options: RunOptions, who: string): Promise<PlanChange> {
  const fault = faultOf(options);
  if (fault !== null) return refused('OPTIONS_INVALID', fault);
  return change(db, plan, async (tx, state) => {
    if (state === 'running') return { kind: 'unchanged' };
    if (state !== 'planned') return refused('PLAN_STATE', `Plan ${plan} is ${state}: ${AFTER_START[state]}`);
    const obstacle =
      (await whyErased(tx, plan)) ??
      (options.force ? null : await whyTooOften(tx, plan)) ??
      (await whyLocked(tx, plan));
    if (obstacle !== null) return obstacle;
    const { rate, ramp, stopAt, force } = options;
    await tx.query(
      `UPDATE replay_plan SET state = 'running', reason = NULL, started_at = now(), rate = $2, ramp = $3, stop_at = $4
        WHERE id = $1`,
      [plan, rate, ramp, stopAt],
    );
    await tell(tx, { who, what: 'plan started', subject: plan, detail: { rate, ramp, stopAt, force } });
    return { kind: 'changed' };
  });
}

/** Nothing is sent from now on; what was sent goes on and is counted. */
export async function pausePlan(db: Database, plan: string, who: string): Promise<PlanChange> {
  return change(db, plan, async (tx, state) => {
    if (state === 'paused') return { kind: 'unchanged' };
    if (state !== 'running')
      return refused('PLAN_STATE', `Plan ${plan} is ${state}: only a running one can be paused.`);
    await tx.query(`UPDATE replay_plan SET state = 'paused' WHERE id = $1`, [plan]);
    await tell(tx, { who, what: 'plan paused', subject: plan });
    return { kind: 'changed' };
  });
}

/** Goes on with a paused or stopped one where it was; letters sent from now on count for `stopAt`, earlier ones do not. */
export async function resumePlan(db: Database, plan: string, who: string): Promise<PlanChange> {
  return change(db, plan, async (tx, state) => {
    if (state === 'running') return { kind: 'unchanged' };
    if (state !== 'paused' && state !== 'stopped') {
      return refused('PLAN_STATE', `Plan ${plan} is ${state}: only a paused or stopped one can be resumed.`);
    }
    const obstacle = await whyErased(tx, plan);
    if (obstacle !== null) return obstacle;
    await tx.query(
      `UPDATE replay_plan SET state = 'running', reason = NULL, resumed_at = clock_timestamp(), sent = 0, failed = 0, last_sent_at = NULL,
              api_paused_since = NULL WHERE id = $1`,
      [plan],
    );
    await tell(tx, { who, what: 'plan resumed', subject: plan });
    return { kind: 'changed' };
  });
}

/**
 * Ends a plan for good: what waits is never sent, and other plans may take its letters. What was sent goes on. The records
 * that it kept are erased by `erasePlannedRecords`, piece by piece: of a large plan that takes longer than a person waits.
 */
export async function abortPlan(db: Database, plan: string, who: string): Promise<PlanChange> {
  return change(db, plan, async (tx, state) => {
    if (state === 'aborted') return { kind: 'unchanged' };
    if (state === 'done') return refused('PLAN_STATE', `Plan ${plan} is done: nothing is left to abort.`);
    await tx.query(`UPDATE replay_plan SET state = 'aborted', reason = NULL, ended_at = now() WHERE id = $1`, [plan]);
    await tx.query(`DELETE FROM replay_lock WHERE plan_id = $1`, [plan]);
    await tell(tx, { who, what: 'plan aborted', subject: plan });
    return { kind: 'changed' };
  });
}

async function change(
  db: Database,
  plan: string,
  decide: (tx: Queryable, state: PlanState) => Promise<PlanChange>,
): Promise<PlanChange> {
  if (!isGuid(plan)) return { kind: 'not-found' };
  return db.transaction(async (tx) => {
    const { rows } = await tx.query<{ state: PlanState }>(`SELECT state FROM replay_plan WHERE id = $1 FOR UPDATE`, [
      plan,
    ]);
    return rows[0] ? decide(tx, rows[0].state) : { kind: 'not-found' };
  });
}

const AFTER_START: Record<Exclude<PlanState, 'planned' | 'running'>, string> = {
  paused: 'resume it to go on.',
  stopped: 'resume it to go on.',
  done: 'make a new plan to replay more.',
  aborted: 'make a new plan to replay its letters.',
};

function faultOf({ rate, ramp, stopAt }: RunOptions): string | null {
  if (rate !== null && !(rate > 0 && Number.isFinite(rate))) return 'The rate must be above 0 letters a second.';
  const isRamp = ramp.length > 0 && ramp.every((size) => Number.isInteger(size) && size > 0 && size < 2 ** 31);
  if (!isRamp) return 'The ramp must be a list of whole numbers from 1.';
  return stopAt >= 0 && stopAt <= 1 ? null : 'The share to stop at must be from 0 to 1.';
}

/** Bytes of plans that were not ended are erased by age; stored headers are never null before. */
async function whyErased(tx: Queryable, plan: string): Promise<PlanChange | null> {
  const { rowCount } = await tx.query(
    `SELECT 1 FROM replay_letter WHERE plan_id = $1 AND state = 'waiting' AND headers IS NULL LIMIT 1`,
    [plan],
  );
  if (rowCount === 0) return null;
  return refused('PLAN_ERASED', `The records of plan ${plan} were erased by their age: make a new plan.`);
}

async function whyTooOften(tx: Queryable, plan: string): Promise<PlanChange | null> {
  const { rows } = await tx.query<{ letters: string; first: string | null }>(
    `SELECT count(*) AS letters, (array_agg(partition || ':' || record_offset ORDER BY n))[1] AS first
       FROM replay_letter WHERE plan_id = $1 AND state = 'waiting' AND replays >= $2`,
    [plan, REPLAYS_WITHOUT_FORCE],
  );
  const letters = Number(rows[0]?.letters ?? 0);
  if (letters === 0) return null;
  return refused(
    'LETTERS_REPLAYED_OFTEN',
    `${letters} of its letters (${rows[0]?.first ?? ''} first) were replayed ${REPLAYS_WITHOUT_FORCE} times or more: start it with force to replay them again.`,
  );
}

/** Takes the locks in order, so that two plans that share letters wait for each other instead of deadlocking. */
async function whyLocked(tx: Queryable, plan: string): Promise<PlanChange | null> {
  await tx.query(
    `INSERT INTO replay_lock (partition, record_offset, plan_id)
     SELECT partition, record_offset, plan_id FROM replay_letter WHERE plan_id = $1 AND state = 'waiting'
      ORDER BY partition, record_offset
     ON CONFLICT DO NOTHING`,
    [plan],
  );
  const { rows } = await tx.query<{ plan_id: string; letter: string; letters: string }>(
    `SELECT k.plan_id, k.partition || ':' || k.record_offset AS letter, count(*) OVER () AS letters
       FROM replay_letter l JOIN replay_lock k ON k.partition = l.partition AND k.record_offset = l.record_offset
      WHERE l.plan_id = $1 AND l.state = 'waiting' AND k.plan_id <> $1
      ORDER BY l.n LIMIT 1`,
    [plan],
  );
  const [other] = rows;
  if (!other) return null;
  await tx.query(`DELETE FROM replay_lock WHERE plan_id = $1`, [plan]);
  return refused(
    'LETTERS_IN_OTHER_PLAN',
    `${other.letters} of its letters are in plans that have not ended (${other.letter} in plan ${other.plan_id}): wait for them, or abort them.`,
  );
}

async function tell(tx: Queryable, note: AuditNote): Promise<void> {
  await writeAudit(tx, note);
  await tx.query(`SELECT ${wakeUpSql('replay')}`);
}

function refused(code: PlanRefusal, message: string): PlanChange {
  return { kind: 'refused', code, message };
}
