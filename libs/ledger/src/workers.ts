import type { Queryable } from './database.js';
import { wakeUpSql } from './wake-ups.js';

/**
 * Leases belong to workers, not to rows: one heartbeat keeps all claims of a worker. Silence counts only while the
 * observer's own heartbeats succeeded (`steady_since`), so a restart of the database expires nobody.
 */

export type PauseKind = 'throttled' | 'outage' | 'configuration' | 'token';

export interface PauseState {
  kind: PauseKind;
  reason: string;
  sinceMs: number;
  /** Milliseconds from now until the pause ends by itself; null when it must be probed away. */
  endsInMs: number | null;
  /** Milliseconds from now until the next probe. */
  probeInMs: number | null;
  repeats: number;
}

export interface Pulse {
  /** False when other workers took this one for dead: its claims are gone and it must register anew. */
  alive: boolean;
  databaseTimeMs: number;
  pauses: PauseState[];
}

export async function registerWorker(db: Queryable, workerId: string): Promise<void> {
  await db.query(`INSERT INTO worker (id) VALUES ($1)`, [workerId]);
}

/** One heartbeat; tells at the same time which pauses are on. */
export async function beat(db: Queryable, workerId: string, leaseMs: number): Promise<Pulse> {
  const { rows } = await db.query<{ alive: boolean; now_ms: string; pauses: PauseState[] | null }>(
    `WITH beat AS (
       UPDATE worker SET heartbeat_at = now(),
              steady_since = CASE WHEN now() - heartbeat_at > $2 / 2 * interval '1 millisecond' THEN now() ELSE steady_since END
        WHERE id = $1 AND expired_at IS NULL RETURNING 1)
     SELECT EXISTS (SELECT 1 FROM beat) AS alive, (extract(epoch FROM now()) * 1000)::bigint AS now_ms,
            (SELECT json_agg(json_build_object('kind', kind, 'reason', reason, 'repeats', repeats,
                      'sinceMs', (extract(epoch FROM since) * 1000)::bigint,
                      'endsInMs', ceil(extract(epoch FROM until - now()) * 1000)::bigint,
                      'probeInMs', ceil(extract(epoch FROM next_probe_at - now()) * 1000)::bigint)) FROM pause) AS pauses`,
    [workerId, leaseMs],
  );
  const row = rows[0];
  if (!row) throw new Error('the heartbeat of this worker got no answer');
  return {
    alive: row.alive,
    databaseTimeMs: Number(row.now_ms),
    pauses: row.pauses ?? [],
  };
}

/**
 * Takes over the work of workers that were silent for a whole lease. A create call that was under way has no recorded
 * answer now: the onboarding is unsettled, and its window counts from the latest moment at which the call can have ended.
 * Claims of workers that are dead already (a claim that was on its way when its worker expired) are freed with them.
 * Returns how many onboardings were freed.
 */
export async function expireSilentWorkers(
  db: Queryable,
  workerId: string,
  times: { leaseMs: number; callTimeoutMs: number },
): Promise<{ workers: number; onboardings: number }> {
  const { rows } = await db.query<{ workers: string; onboardings: string }>(
    `WITH RECURSIVE me AS (
       -- One that was silent itself since its last heartbeat may have slept as long as the others.
       SELECT id, steady_since FROM worker
        WHERE id = $1 AND expired_at IS NULL AND heartbeat_at > now() - $2 / 2 * interval '1 millisecond'),
     silent AS (
       SELECT w.id FROM worker w, me
        WHERE me.steady_since < now() - $2 * interval '1 millisecond'
          AND w.id <> me.id AND w.expired_at IS NULL AND w.heartbeat_at < now() - $2 * interval '1 millisecond'
        FOR UPDATE OF w SKIP LOCKED),
     expired AS (UPDATE worker SET expired_at = now() WHERE id IN (SELECT id FROM silent) RETURNING id),
     -- Who holds claims, from one to the next in the index of claims; then the claims of the dead, one by one of them. OFFSET 0
     -- keeps it so: statistics that are out of date must not lead through all onboardings there are.
     holder(id) AS (
       (SELECT worker_id FROM onboarding WHERE worker_id IS NOT NULL ORDER BY worker_id LIMIT 1)
       UNION ALL
       SELECT (SELECT o.worker_id FROM onboarding o WHERE o.worker_id > holder.id ORDER BY o.worker_id LIMIT 1)
         FROM holder WHERE holder.id IS NOT NULL),
     lost AS (
       SELECT o.correlation_id, o.claim, o.worker_id
         FROM holder CROSS JOIN LATERAL (
                SELECT correlation_id, claim, worker_id FROM onboarding WHERE worker_id = holder.id OFFSET 0) o
        WHERE EXISTS (SELECT 1 FROM me)
          AND (holder.id IN (SELECT id FROM expired)
               OR NOT EXISTS (SELECT 1 FROM worker w WHERE w.id = holder.id AND w.expired_at IS NULL))),
     ${freeLost('$3')}
     SELECT (SELECT count(*) FROM expired) AS workers, (SELECT count(*) FROM freed) AS onboardings, ${wakeUpSql('work')}`,
    [workerId, times.leaseMs, times.callTimeoutMs],
  );
  return { workers: Number(rows[0]?.workers ?? 0), onboardings: Number(rows[0]?.onboardings ?? 0) };
}

/** Which claims are lost stood in a snapshot: one that was recorded or claimed again meanwhile is not touched. */
function freeLost(timeout: string): string {
  return `still AS (
       SELECT o.correlation_id FROM onboarding o JOIN lost ON o.correlation_id = lost.correlation_id
        WHERE o.claim = lost.claim AND o.worker_id IS NOT DISTINCT FROM lost.worker_id ORDER BY o.correlation_id FOR UPDATE OF o),
     freed AS (
       UPDATE onboarding o SET ${freed(timeout)} FROM still WHERE o.correlation_id = still.correlation_id RETURNING 1)`;
}

/** A claim given up as a call without a recorded answer; `timeout` is the parameter with its longest duration in ms. */
function freed(timeout: string): string {
  return `worker_id = NULL, due_at = now(), waiting_for = 'turn', unsettled = unsettled OR step = 'create',
     window_from = CASE WHEN step = 'create'
       THEN greatest(window_from, claimed_at + ${timeout} * interval '1 millisecond') ELSE window_from END`;
}

/**
 * Gives up claims of this worker that it knows nothing of: the answer to the claim got lost with its connection, or a step
 * broke off. Callers pass every claim that is still theirs, and claim nothing meanwhile. Returns how many were freed.
 */
export async function freeForgottenClaims(
  db: Queryable,
  workerId: string,
  known: { correlationId: string; claim: bigint }[],
  callTimeoutMs: number,
): Promise<number> {
  const { rows } = await db.query<{ n: string }>(
    `WITH lost AS (
       SELECT correlation_id, claim, worker_id FROM onboarding o WHERE worker_id = $1
          AND NOT EXISTS (SELECT 1 FROM unnest($2::text[], $3::bigint[]) AS k(correlation_id, claim)
                           WHERE k.correlation_id = o.correlation_id AND k.claim = o.claim)),
     ${freeLost('$4')}
     SELECT count(*) AS n FROM freed`,
    [workerId, known.map((k) => k.correlationId), known.map((k) => k.claim.toString()), callTimeoutMs],
  );
  return Number(rows[0]?.n ?? 0);
}

/** Leaves on purpose: claims that are still held are handed back as calls without a recorded answer. */
export async function retireWorker(db: Queryable, workerId: string, callTimeoutMs: number): Promise<void> {
  await db.query(
    `WITH retired AS (UPDATE worker SET expired_at = now() WHERE id = $1 RETURNING id),
     relay_freed AS (UPDATE relay SET worker_id = NULL WHERE worker_id = $1),
     lost AS (SELECT correlation_id, claim, worker_id FROM onboarding WHERE worker_id = $1 AND EXISTS (SELECT 1 FROM retired)),
     ${freeLost('$2')}
     SELECT count(*) FROM freed`,
    [workerId, callTimeoutMs],
  );
  await db.query(`SELECT ${wakeUpSql('work')}, ${wakeUpSql('outbox')}`);
}

const EXPIRED_WORKERS_KEPT = '7 days';

export async function forgetOldWorkers(db: Queryable): Promise<void> {
  await db.query(`DELETE FROM worker WHERE expired_at < now() - interval '${EXPIRED_WORKERS_KEPT}'`);
}
