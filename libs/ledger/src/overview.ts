import type { Queryable } from './database.js';

/**
 * What health and metrics tell of the ledger; one cheap statement on partial indexes. One of them is of onboardings that are
 * open or held: who counts the held ones says both, else PostgreSQL does not see that it may use it.
 */
export interface Overview {
  pending: number;
  held: number;
  /** Since it was opened, or tried anew. */
  oldestPendingSeconds: number;
  outboxUnsent: number;
  outboxBlocked: number;
  recordsLost: number;
}

export async function readOverview(db: Queryable, requestedTopic: string): Promise<Overview> {
  const { rows } = await db.query<Record<'pending' | 'held' | 'oldest' | 'unsent' | 'blocked' | 'lost', string>>(
    `SELECT (SELECT count(*) FROM onboarding WHERE state IN ('open', 'held')) AS pending,
            (SELECT count(*) FROM onboarding WHERE state = 'held' AND state IN ('open', 'held')) AS held,
            (SELECT coalesce(extract(epoch FROM now() - min(opened_at)), 0) FROM onboarding
              WHERE state IN ('open', 'held')) AS oldest,
            (SELECT count(*) FROM outbox) AS unsent,
            (SELECT count(*) FROM outbox WHERE blocked_until IS NOT NULL) AS blocked,
            (SELECT coalesce(sum(records_lost), 0) FROM intake_position WHERE topic = $1) AS lost`,
    [requestedTopic],
  );
  const row = rows[0];
  return {
    pending: Number(row?.pending ?? 0),
    held: Number(row?.held ?? 0),
    oldestPendingSeconds: Math.max(0, Number(row?.oldest ?? 0)),
    outboxUnsent: Number(row?.unsent ?? 0),
    outboxBlocked: Number(row?.blocked ?? 0),
    recordsLost: Number(row?.lost ?? 0),
  };
}

/** Erases payloads of onboardings that ended long ago; identity, domain and outcome stay. Returns how many were erased. */
export async function erasePayloads(db: Queryable, retentionDays: number, limit: number): Promise<number> {
  const { rowCount } = await db.query(
    `WITH ended AS (
       SELECT correlation_id FROM onboarding
        WHERE finished_at < now() - $1 * interval '1 day' AND finished_at IS NOT NULL AND NOT payload_erased
        ORDER BY finished_at LIMIT $2 FOR UPDATE SKIP LOCKED),
     erased AS (DELETE FROM request_record WHERE correlation_id IN (SELECT correlation_id FROM ended))
     UPDATE onboarding SET payload_erased = true WHERE correlation_id IN (SELECT correlation_id FROM ended)`,
    [retentionDays, limit],
  );
  return rowCount ?? 0;
}

/** A plan that was made this long ago may always still be started, however short payloads are kept. */
const PLAN_KEPT_MIN_DAYS = 1;

/**
 * Erases the edit of a plan and at most `limit` of the records that it kept to send, of one that was aborted, or that is old
 * and does not run: it can only be looked at from then on. Returns false when no such plan is left.
 */
export async function erasePlannedRecords(db: Queryable, retentionDays: number, limit: number): Promise<boolean> {
  const { rowCount } = await db.query(
    `WITH old AS (
       SELECT id FROM replay_plan
        WHERE NOT payload_erased AND (state = 'aborted' OR made_at < now() - $1 * interval '1 day' AND state <> 'running')
        ORDER BY made_at LIMIT 1 FOR UPDATE SKIP LOCKED),
     letter AS (
       SELECT l.plan_id, l.n FROM replay_letter l JOIN old ON l.plan_id = old.id WHERE l.headers IS NOT NULL
        ORDER BY l.n LIMIT $2),
     erased AS (
       UPDATE replay_letter l SET key = NULL, value = NULL, headers = NULL
         FROM letter WHERE l.plan_id = letter.plan_id AND l.n = letter.n)
     UPDATE replay_plan p SET patch = NULL, payload_erased = (SELECT count(*) FROM letter) < $2
       FROM old WHERE p.id = old.id`,
    [Math.max(retentionDays, PLAN_KEPT_MIN_DAYS), limit],
  );
  return rowCount === 1;
}
