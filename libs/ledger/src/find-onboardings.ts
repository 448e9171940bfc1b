import { isGuid, normaliseCorrelationId } from '#events';
import type { Queryable } from './database.js';
import type { OnboardingState, OnboardingSummary } from './look-up.js';

/** After every text that begins with another one, in the order of bytes. */
const LAST_CHARACTER = '\u{10FFFF}';

type Row = Omit<OnboardingSummary, 'since'> & { since: Date };

const SUMMARY = `
  SELECT correlation_id AS "correlationId", state, domain, attempts_total AS attempts, code,
         CASE WHEN state IN ('open', 'held') THEN opened_at ELSE finished_at END AS since FROM onboarding`;

/**
 * Onboardings whose correlation id or domain begins with `search`, or whose tenant id it is, the newest first; for an
 * empty search, the newest of those that are open or held. Each way is an index's: the answer does not get slower as the
 * ledger grows. What is open or held is not in the index of domains; there are never more of these than PENDING_MAX allows.
 */
export async function findOnboardings(db: Queryable, search: string, limit: number): Promise<OnboardingSummary[]> {
  const { rows } =
    search === ''
      ? await db.query<Row>(`${SUMMARY} WHERE state IN ('open', 'held') ORDER BY opened_at DESC LIMIT $1`, [limit])
      : await db.query<Row>(
          `WITH found AS (
             (SELECT correlation_id FROM onboarding WHERE correlation_id >= $1 AND correlation_id < $1 || $4
               ORDER BY correlation_id LIMIT $5)
             UNION
             (SELECT correlation_id FROM onboarding WHERE correlation_id >= $2 AND correlation_id < $2 || $4
               ORDER BY correlation_id LIMIT $5)
             UNION
             (SELECT correlation_id FROM onboarding WHERE due_at IS NULL AND lower(domain) >= $2 AND lower(domain) < $2 || $4
               ORDER BY lower(domain) LIMIT $5)
             UNION
             (SELECT correlation_id FROM onboarding WHERE state IN ('open', 'held') AND lower(domain) >= $2 AND lower(domain) < $2 || $4
               ORDER BY lower(domain) LIMIT $5)
             UNION
             (SELECT correlation_id FROM onboarding WHERE tenant_id = $3::uuid))
           ${SUMMARY} WHERE correlation_id = ANY (ARRAY(SELECT correlation_id FROM found)) ORDER BY since DESC, correlation_id LIMIT $5`,
          [search, search.toLowerCase(), isGuid(search) ? search : null, LAST_CHARACTER, limit],
        );
  return rows.map((row) => ({ ...row, since: row.since.toISOString() }));
}

/** Null where there is no onboarding of this correlation id. */
export async function readOnboardingState(db: Queryable, correlationId: string): Promise<OnboardingState | null> {
  const { rows } = await db.query<{ state: OnboardingState }>(
    `SELECT state FROM onboarding WHERE correlation_id = $1`,
    [normaliseCorrelationId(correlationId)],
  );
  return rows[0]?.state ?? null;
}
