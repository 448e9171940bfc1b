import type { Queryable } from './database.js';

/** What was done over time, in equal steps; each list has one value a step, the oldest first. */
export interface Activity {
  /** Begin of each step, epoch seconds; the last one is still under way. */
  at: number[];
  created: number[];
  /** Dead letters. */
  failed: number[];
  /** Taken in until the tenant was there, of those that never failed in between; null where none was created. */
  p50Ms: (number | null)[];
  p95Ms: (number | null)[];
}

export interface ActivityStep {
  at: number;
  created: number;
  failed: number;
  p50Ms: number | null;
  p95Ms: number | null;
}

const STEPS = 60;

/**
 * The last `minutes` in 60 steps. A step begins at a whole multiple of its length, so that a later look shows the same
 * steps moved on, not other ones. Reads only what lies in the window, by its index.
 */
export async function readActivity(db: Queryable, minutes: number): Promise<Activity> {
  const stepSeconds = (minutes * 60) / STEPS;
  const { rows } = await db.query<ActivityStep & { now: number }>(
    `WITH span AS (SELECT floor(extract(epoch FROM now()) / $1::float8)::float8 AS last),
     begin AS (SELECT to_timestamp((last - $2::int + 1) * $1::float8) AS at FROM span),
     created AS (
       SELECT floor(extract(epoch FROM finished_at)::float8 / $1::float8) AS step, count(*) AS n,
              percentile_cont('{0.5,0.95}'::float8[]) WITHIN GROUP (
                ORDER BY extract(epoch FROM finished_at - received_at)::float8) FILTER (WHERE first_failed_at IS NULL) AS seconds
         FROM onboarding WHERE state = 'created' AND finished_at >= (SELECT at FROM begin) GROUP BY 1),
     failed AS (
       SELECT floor(extract(epoch FROM failed_at)::float8 / $1::float8) AS step, count(*) AS n
         FROM dead_letter WHERE failed_at >= (SELECT at FROM begin) GROUP BY 1)
     SELECT extract(epoch FROM now())::float8 AS now, step * $1::float8 AS at, coalesce(c.n, 0)::int AS created,
            coalesce(f.n, 0)::int AS failed, c.seconds[1] * 1000 AS "p50Ms", c.seconds[2] * 1000 AS "p95Ms"
       FROM created c FULL JOIN failed f USING (step) RIGHT JOIN span ON step IS NOT NULL`,
    [stepSeconds, STEPS],
  );
  return onTimeline(rows, { nowSeconds: rows[0]?.now ?? 0, stepSeconds, steps: STEPS });
}

/** Puts the steps in which something was done on a line without gaps; steps that lie elsewhere (a clock set back) go. */
export function onTimeline(
  found: readonly ActivityStep[],
  { nowSeconds, stepSeconds, steps }: { nowSeconds: number; stepSeconds: number; steps: number },
): Activity {
  const last = Math.floor(nowSeconds / stepSeconds);
  const byStep = new Map(found.map((step) => [Math.round(step.at / stepSeconds), step]));
  const line = Array.from({ length: steps }, (_, n) => last - steps + 1 + n);
  return {
    at: line.map((step) => step * stepSeconds),
    created: line.map((step) => byStep.get(step)?.created ?? 0),
    failed: line.map((step) => byStep.get(step)?.failed ?? 0),
    p50Ms: line.map((step) => rounded(byStep.get(step)?.p50Ms)),
    p95Ms: line.map((step) => rounded(byStep.get(step)?.p95Ms)),
  };
}

function rounded(ms: number | null | undefined): number | null {
  return ms == null ? null : Math.round(ms);
}
