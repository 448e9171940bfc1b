import { createRequestId, msCorrelationId, normaliseCorrelationId } from '#events';
import type { Queryable } from './database.js';
import type { KnownOnboarding } from './intake.js';

/** What operators look up: read only, by the words of contract 8. Times are ISO 8601 UTC. */

export type OnboardingState = KnownOnboarding['state'];
export const ONBOARDING_STATES: readonly OnboardingState[] = ['open', 'held', 'created', 'rejected', 'unresolved'];

/** All conditions must hold; without any, all onboardings are meant. */
export interface OnboardingFilter {
  state?: OnboardingState;
  /** In their state for at least so long. */
  olderThanMs?: number;
}

export interface OnboardingSummary {
  correlationId: string;
  state: OnboardingState;
  domain: string;
  /** When an open or held one was opened or tried anew, when any other one ended. */
  since: string;
  /** Create calls that counted, over the whole life. */
  attempts: number;
  /** Of an open or held one: its last trouble. */
  code: string | null;
}

export interface OnboardingDetails extends Omit<OnboardingSummary, 'since'> {
  revision: number;
  requestId: string;
  msCorrelationId: string;
  dueAt: string | null;
  tenantId: string | null;
  /** Ids `P:O` of the dead letters that are in the projection, oldest first. */
  letters: string[];
  /** Oldest first; the newest entries where there are very many. `requestId`: of the revision that it tells of. */
  history: { at: string; what: string; requestId: string | null }[];
}

const LETTERS_MAX = 1_000;
const HISTORY_MAX = 1_000;

/** The newest first; `total` counts all that match. */
export async function listOnboardings(
  db: Queryable,
  { state, olderThanMs }: OnboardingFilter,
  limit: number,
): Promise<{ total: number; onboardings: OnboardingSummary[] }> {
  const matching = `
    FROM onboarding o, LATERAL (SELECT CASE WHEN o.state IN ('open', 'held') THEN o.opened_at ELSE o.finished_at END AS since) s
   WHERE ($1::text IS NULL OR o.state = $1)
     AND ($2::float8 IS NULL OR s.since <= now() - $2::float8 * interval '1 millisecond')`;
  const conditions = [state ?? null, olderThanMs ?? null];
  const { rows: counted } = await db.query<{ total: string }>(`SELECT count(*) AS total ${matching}`, conditions);
  const { rows } = await db.query<SummaryRow & { since: Date }>(
    `SELECT o.correlation_id, o.state, o.domain, o.attempts_total, o.code, s.since ${matching}
      ORDER BY s.since DESC, o.correlation_id LIMIT $3`,
    [...conditions, limit],
  );
  const onboardings = rows.map((row) => ({ ...toSummary(row), since: row.since.toISOString() }));
  return { total: Number(counted[0]?.total ?? 0), onboardings };
}

/** One onboarding and what happened to it; null when the ledger does not know it. */
export async function showOnboarding(db: Queryable, correlationId: string): Promise<OnboardingDetails | null> {
  const id = normaliseCorrelationId(correlationId);
  const { rows } = await db.query<
    SummaryRow & { revision: number; due_at: Date | null; tenant_id: string | null; received_at: Date }
  >(
    `SELECT correlation_id, state, domain, attempts_total, code, revision, due_at, tenant_id, received_at
       FROM onboarding WHERE correlation_id = $1`,
    [id],
  );
  const row = rows[0];
  if (!row) return null;
  const received = { at: row.received_at.toISOString(), what: 'received', requestId: null };
  return {
    ...toSummary(row),
    revision: row.revision,
    requestId: createRequestId(id, row.revision),
    msCorrelationId: msCorrelationId(id),
    dueAt: row.due_at?.toISOString() ?? null,
    tenantId: row.tenant_id,
    letters: await readLetterIds(db, id),
    history: [received, ...(await readHistory(db, id))],
  };
}

/** Ids `P:O` of the dead letters of a correlation id, oldest first, as far as the projection knows them. */
export async function readLetterIds(db: Queryable, correlationId: string): Promise<string[]> {
  const { rows } = await db.query<{ id: string }>(
    `SELECT partition || ':' || record_offset AS id FROM dead_letter WHERE correlation_id = $1
      ORDER BY failed_at, partition, record_offset LIMIT $2`,
    [normaliseCorrelationId(correlationId), LETTERS_MAX],
  );
  return rows.map((row) => row.id);
}

interface SummaryRow {
  correlation_id: string;
  state: OnboardingState;
  domain: string;
  attempts_total: number;
  code: string | null;
}

function toSummary(row: SummaryRow): Omit<OnboardingSummary, 'since'> {
  return {
    correlationId: row.correlation_id,
    state: row.state,
    domain: row.domain,
    attempts: row.attempts_total,
    code: row.code,
  };
}

async function readHistory(db: Queryable, correlationId: string): Promise<OnboardingDetails['history']> {
  const { rows } = await db.query<{
    at: Date;
    revision: number;
    what: string;
    http_status: number | null;
    code: string | null;
    counted: boolean;
  }>(
    `SELECT at, revision, what, http_status, code, counted FROM history WHERE correlation_id = $1 ORDER BY id DESC LIMIT $2`,
    [correlationId, HISTORY_MAX],
  );
  return rows.reverse().map((row) => {
    const details = [row.http_status, row.code, row.counted ? 'counts as an attempt' : null];
    const told = details.filter((detail) => detail !== null).join(', ');
    return {
      at: row.at.toISOString(),
      what: told === '' ? row.what : `${row.what} (${told})`,
      requestId: createRequestId(correlationId, row.revision),
    };
  });
}
