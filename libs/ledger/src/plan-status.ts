import { isGuid } from '#events';
import type { Queryable } from './database.js';
import type { Forecast } from './replay-plans.js';

/** Looks at plans of replays (contract 8): how far they are, and what became of their letters. */

export type PlanState = 'planned' | 'running' | 'paused' | 'stopped' | 'done' | 'aborted';

/** total = waiting + open + created + announced + failed + nothing. */
export interface PlanStatus {
  plan: string;
  state: PlanState;
  total: number;
  waiting: number;
  /** All that were sent, whatever became of them. */
  sent: number;
  /** Sent without an outcome yet, held ones too. */
  open: number;
  created: number;
  announced: number;
  failed: number;
  nothing: number;
  /** Letters that ended as their forecast said; for `reconcile` created and failed both do. */
  asForecast: number;
  /** Why it stopped by itself; else what was sent and never taken, if anything was. */
  reason: string | null;
}

export type ForecastCounts = Record<Forecast['forecast'], number>;

export interface PlanDetails {
  status: PlanStatus;
  forecast: ForecastCounts;
  /** As texts; what was given as selection and as edit. */
  selection: unknown;
  patch: unknown;
  madeBy: string;
  /** ISO 8601 UTC. */
  madeAt: string;
}

/** A letter of a plan as it stands; ids are `P:O`. */
export interface PlannedLetter extends Forecast {
  n: number;
  id: string;
  /** Why it became nothing, where it did so after it was sent, follows in `why`. */
  state: 'waiting' | 'sent' | 'created' | 'announced' | 'failed' | 'nothing';
  /** With which code it failed again. */
  code: string | null;
}

type Counts = Omit<PlanStatus, 'plan' | 'state' | 'reason'>;

interface PlanRow {
  id: string;
  state: PlanState;
  reason: string | null;
  selection: unknown;
  patch: unknown;
  made_by: string;
  made_at: Date;
  counts: Counts;
  forecast: ForecastCounts;
}

const FORECASTS: readonly (keyof ForecastCounts)[] = ['create', 'announceAgain', 'reconcile', 'failAgain', 'nothing'];
const STATES = ['waiting', 'created', 'announced', 'failed', 'nothing'] as const;
const AS_FORECAST = `(forecast, state) IN (('create', 'created'), ('announceAgain', 'announced'), ('failAgain', 'failed'),
  ('nothing', 'nothing'), ('reconcile', 'created'), ('reconcile', 'failed'))`;

/** What a letter that was sent became nothing for; null for the others. */
const WHY_NOTHING = `CASE taken_as WHEN 'lost' THEN 'its record was deleted from the topic before it was read'
  WHEN 'other-group' THEN 'its record was skipped: it is for another consumer group than that of the workers'
  WHEN 'other-type' THEN 'its record was skipped: it is of another type'
  WHEN 'duplicate' THEN 'its onboarding was being worked on' END`;
const NOT_TAKEN = `taken_as IN ('lost', 'other-group', 'other-type') AND state = 'nothing'`;

/** Plans that meet the condition, the newest first, with what their letters come to. */
const plansWhere = (condition: string): string =>
  `SELECT p.id, p.state, coalesce(p.reason, c.not_taken) AS reason, p.selection, p.patch, p.made_by, p.made_at, c.counts, c.forecast
     FROM replay_plan p CROSS JOIN LATERAL (
            SELECT json_build_object('total', count(*), 'sent', count(sent_at), 'open', ${countIf(`state = 'sent'`)},
                     ${STATES.map((state) => `'${state}', ${countIf(`state = '${state}'`)}`).join(', ')},
                     'asForecast', ${countIf(AS_FORECAST)}) AS counts,
                   json_build_object(${FORECASTS.map((name) => `'${name}', ${countIf(`forecast = '${name}'`)}`).join(', ')}) AS forecast,
                   ${countIf(NOT_TAKEN)} || ' of its letters had no effect (' ||
                     (array_agg(partition || ':' || record_offset || ' first: ' || ${WHY_NOTHING} ORDER BY n) FILTER (WHERE ${NOT_TAKEN}))[1] || ')' AS not_taken
              FROM replay_letter WHERE plan_id = p.id) c
    WHERE ${condition} ORDER BY p.made_at DESC, p.id`;

function countIf(condition: string): string {
  return `count(*) FILTER (WHERE ${condition})`;
}

/** How far a plan is; null if there is none of this id. */
export async function readPlanStatus(db: Queryable, plan: string): Promise<PlanStatus | null> {
  return (await readPlan(db, plan))?.status ?? null;
}

export async function readPlan(db: Queryable, plan: string): Promise<PlanDetails | null> {
  if (!isGuid(plan)) return null;
  const { rows } = await db.query<PlanRow>(plansWhere('p.id = $1'), [plan]);
  return rows[0] ? toDetails(rows[0]) : null;
}

/** The newest plans. */
export async function listPlans(db: Queryable, limit: number): Promise<PlanDetails[]> {
  const newest = `p.id IN (SELECT id FROM replay_plan ORDER BY made_at DESC, id LIMIT $1)`;
  const { rows } = await db.query<PlanRow>(plansWhere(newest), [limit]);
  return rows.map(toDetails);
}

/** Letters of a plan in the order of sending, after the number `after` (0 for the first page). */
export async function listPlanLetters(
  db: Queryable,
  plan: string,
  { limit, after }: { limit: number; after: number },
): Promise<PlannedLetter[]> {
  if (!isGuid(plan)) return [];
  const { rows } = await db.query<PlannedLetter>(
    `SELECT n, partition || ':' || record_offset AS id, forecast, state, code,
            why || CASE WHEN state = 'nothing' THEN coalesce('; ' || ${WHY_NOTHING}, '') ELSE '' END AS why
       FROM replay_letter WHERE plan_id = $1 AND n > $2 ORDER BY n LIMIT $3`,
    [plan, after, limit],
  );
  return rows;
}

function toDetails(row: PlanRow): PlanDetails {
  return {
    status: { plan: row.id, state: row.state, ...row.counts, reason: row.reason },
    forecast: row.forecast,
    selection: row.selection,
    patch: row.patch,
    madeBy: row.made_by,
    madeAt: row.made_at.toISOString(),
  };
}
