import type { Queryable } from './database.js';

/** What health and metrics tell of the ledger; one cheap statement on partial indexes. */
export interface Overview {
  pending: number;
  held: number;
  oldestPendingSeconds: number;
  outboxUnsent: number;
  outboxBlocked: number;
  recordsLost: number;
}

export async function readOverview(db: Queryable, requestedTopic: string): Promise<Overview> {
  const { rows } = await db.query<Record<'pending' | 'held' | 'oldest' | 'unsent' | 'blocked' | 'lost', string>>(
    `SELECT (SELECT count(*) FROM onboarding WHERE state IN ('open', 'held')) AS pending,
            (SELECT count(*) FROM onboarding WHERE state = 'held' AND state IN ('open', 'held')) AS held,
            (SELECT coalesce(extract(epoch FROM now() - min(received_at)), 0) FROM onboarding
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
