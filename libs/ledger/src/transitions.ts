import type { Database, Queryable } from './database.js';
import { isDataError, isTenantConflict } from './database.js';
import type { ReconcileCause, Step } from './claims.js';
import type { OutboxKind } from './outbox.js';
import { type ServiceNews, type ServiceState, noteServiceNews } from './pauses.js';
import { wakeUpSql } from './wake-ups.js';

/**
 * Recording what became of claimed onboardings (P2, P3): the next state, the records to publish and the history go in one
 * statement, and only for rows whose claim is still this worker's. Many onboardings share one round trip.
 * A crash before it leaves a claim without a recorded answer; after it everything is told and only the relay is left to do.
 */

export interface EventToPublish {
  kind: OutboxKind;
  code: string | null;
  key: Buffer | null;
  /** JSON of the event; null for dead letters, which repeat the stored record of `slot` byte for byte. */
  value: string | null;
  slot: 0 | 1;
  headers: [string, string][];
  recordTimestampMs: number;
}

export interface Transition {
  correlationId: string;
  claim: bigint;
  revision: number;
  state: 'open' | 'held' | 'created' | 'rejected' | 'unresolved';
  step: Step;
  cause: ReconcileCause | null;
  /** Wait before the next step; null for final states. */
  dueInMs: number | null;
  waitingFor: 'turn' | 'backoff' | 'world' | 'window' | 'hold' | null;
  unsettled: boolean;
  /** A create call with an unclear end was made in this claim: its window begins now. */
  windowBegins: boolean;
  /** A create call was answered or broke off in this claim. */
  wasAttempt: boolean;
  attempts: number;
  attemptsTotal: number;
  tries: number;
  holds: number;
  deadLetters: number;
  failedAtMs: number | null;
  refusal: {
    code: string;
    httpStatus: number | null;
    message: string;
    fields: string[];
    requestId: string | null;
  } | null;
  created: {
    tenantId: string;
    announcement: string;
    announcementHeaders: string;
    sealedCredentials: string | null;
  } | null;
  correction: 'keep' | 'drop' | 'promote';
  /** A definite answer to a create: evidence that the service works. */
  definite: boolean;
  publish: EventToPublish[];
  history: { what: string; httpStatus: number | null; code: string | null; counted: boolean }[];
}

export interface Recorded {
  /** Correlation ids whose transition was recorded; the claims of the others were lost. */
  applied: Set<string>;
  /** Created ones whose tenant id belongs to another onboarding: not recorded, decide again. */
  tenantConflicts: Set<string>;
  service: ServiceState | null;
}

/**
 * Records transitions of one worker, and the news about the service in the same transaction. If a value is refused by the
 * database the batch falls back to one transition at a time, so that no row stops another.
 */
export async function recordTransitions(
  db: Database,
  workerId: string,
  transitions: Transition[],
  news: ServiceNews | null,
): Promise<Recorded> {
  try {
    return await recordTogether(db, workerId, transitions, news);
  } catch (error) {
    if (!isDataError(error)) throw error;
    if (transitions.length === 1 && isTenantConflict(error)) {
      return { applied: new Set(), tenantConflicts: new Set([transitions[0]!.correlationId]), service: null };
    }
    if (transitions.length === 1) throw error;
  }
  const all: Recorded = { applied: new Set(), tenantConflicts: new Set(), service: null };
  for (const [index, transition] of transitions.entries()) {
    const one = await recordTransitions(db, workerId, [transition], index === 0 ? news : null);
    one.applied.forEach((id) => all.applied.add(id));
    one.tenantConflicts.forEach((id) => all.tenantConflicts.add(id));
    all.service ??= one.service;
  }
  return all;
}

async function recordTogether(
  db: Database,
  workerId: string,
  transitions: Transition[],
  news: ServiceNews | null,
): Promise<Recorded> {
  const needsTransaction = news !== null || transitions.some((t) => t.correction !== 'keep');
  if (!needsTransaction) {
    return { applied: await writeTransitions(db, workerId, transitions), tenantConflicts: new Set(), service: null };
  }
  return db.transaction(async (tx) => {
    const applied = await writeTransitions(tx, workerId, transitions);
    for (const transition of transitions) {
      if (!applied.has(transition.correlationId)) continue;
      if (transition.correction === 'drop') await dropCorrection(tx, transition.correlationId);
      if (transition.correction === 'promote') await promoteCorrection(tx, transition.correlationId);
    }
    const service = news === null ? null : await noteServiceNews(tx, news);
    return { applied, tenantConflicts: new Set<string>(), service };
  });
}

const WRITE_TRANSITIONS = `
  WITH t AS (
    SELECT * FROM json_to_recordset($2::json) AS t(
      correlation_id text, claim bigint, revision int, state text, step text, cause text, due_in_ms float8, waiting_for text,
      unsettled bool, window_begins bool, was_attempt bool, attempts int, attempts_total int, tries int, holds int,
      dead_letters int, failed_at_ms float8, code text, http_status int, message text, fields jsonb, request_id uuid,
      tenant_id uuid, announcement text, announcement_headers text, sealed_credentials text)),
  -- Everybody who locks several onboardings does it in this order: intake and workers wait instead of deadlocking.
  mine AS (
    SELECT o.correlation_id FROM onboarding o JOIN t ON o.correlation_id = t.correlation_id
     WHERE o.worker_id = $1 AND o.claim = t.claim ORDER BY o.correlation_id FOR UPDATE OF o),
  updated AS (
    UPDATE onboarding o SET worker_id = NULL, state = t.state, step = t.step, cause = t.cause,
           due_at = now() + t.due_in_ms * interval '1 millisecond', waiting_for = t.waiting_for,
           unsettled = t.unsettled, holds_domain = t.unsettled AND t.state IN ('open', 'held'),
           window_from = CASE WHEN t.window_begins THEN greatest(o.window_from, now()) ELSE o.window_from END,
           last_attempt_at = CASE WHEN t.was_attempt THEN o.claimed_at ELSE o.last_attempt_at END,
           attempts = t.attempts, attempts_total = t.attempts_total, tries = t.tries, holds = t.holds,
           dead_letters = t.dead_letters,
           failed_at = coalesce(to_timestamp(t.failed_at_ms / 1000), o.failed_at),
           first_failed_at = coalesce(o.first_failed_at, to_timestamp(t.failed_at_ms / 1000)),
           finished_at = CASE WHEN t.state IN ('open', 'held') THEN NULL ELSE now() END,
           code = t.code, http_status = t.http_status, message = t.message, fields = t.fields, request_id = t.request_id,
           tenant_id = t.tenant_id, announcement = t.announcement, announcement_headers = t.announcement_headers,
           sealed_credentials = t.sealed_credentials
      FROM t JOIN mine ON mine.correlation_id = t.correlation_id
     WHERE o.correlation_id = t.correlation_id AND o.worker_id = $1 AND o.claim = t.claim
    RETURNING o.correlation_id),
  published AS (
    INSERT INTO outbox (kind, correlation_id, code, key, value, original_headers, headers, record_timestamp_ms)
    SELECT p.kind, p.correlation_id, p.code, CASE WHEN p.kind = 'dead-letter' THEN r.key ELSE decode(p.key, 'base64') END,
           CASE WHEN p.kind = 'dead-letter' THEN r.value ELSE convert_to(p.value, 'UTF8') END,
           CASE WHEN p.kind = 'dead-letter' THEN r.headers END, p.headers, p.timestamp_ms
      FROM json_to_recordset($3::json) AS p(
             n int, kind text, correlation_id text, code text, key text, value text, slot smallint, headers text, timestamp_ms bigint)
      JOIN updated u ON u.correlation_id = p.correlation_id
      LEFT JOIN request_record r ON r.correlation_id = p.correlation_id AND r.slot = p.slot AND p.kind = 'dead-letter'
     ORDER BY p.n
    RETURNING 1),
  told AS (
    INSERT INTO history (correlation_id, revision, what, http_status, code, counted)
    SELECT h.correlation_id, h.revision, h.what, h.http_status, h.code, h.counted
      FROM json_to_recordset($4::json) AS h(
             n int, correlation_id text, revision int, what text, http_status int, code text, counted bool)
      JOIN updated u ON u.correlation_id = h.correlation_id ORDER BY h.n),
  evidence AS (
    UPDATE worker SET definite_id = $5, definite_at = now(),
           previous_definite_id = coalesce($6, CASE WHEN definite_id = $5 THEN previous_definite_id ELSE definite_id END),
           previous_definite_at = CASE WHEN $6::text IS NOT NULL THEN now()
             WHEN definite_id = $5 THEN previous_definite_at ELSE definite_at END
     WHERE id = $1 AND $5::text IS NOT NULL)
  SELECT correlation_id, CASE WHEN EXISTS (SELECT 1 FROM published) THEN ${wakeUpSql('outbox')} END FROM updated`;

async function writeTransitions(db: Queryable, workerId: string, transitions: Transition[]): Promise<Set<string>> {
  const definite = transitions.filter((t) => t.definite).map((t) => t.correlationId);
  const { rows } = await db.query<{ correlation_id: string }>(WRITE_TRANSITIONS, [
    workerId,
    JSON.stringify(transitions.map(toTransitionRow)),
    JSON.stringify(transitions.flatMap((t) => t.publish.map((event) => toPublishRow(t, event)))),
    JSON.stringify(transitions.flatMap((t) => t.history.map((entry) => toHistoryRow(t, entry)))),
    definite.at(-1) ?? null,
    definite.at(-2) ?? null,
  ]);
  return new Set(rows.map((row) => row.correlation_id));
}

function toTransitionRow(t: Transition): Record<string, unknown> {
  return {
    correlation_id: t.correlationId,
    claim: t.claim.toString(),
    state: t.state,
    step: t.step,
    cause: t.cause,
    due_in_ms: t.dueInMs,
    waiting_for: t.waitingFor,
    unsettled: t.unsettled,
    window_begins: t.windowBegins,
    was_attempt: t.wasAttempt,
    attempts: t.attempts,
    attempts_total: t.attemptsTotal,
    tries: t.tries,
    holds: t.holds,
    dead_letters: t.deadLetters,
    failed_at_ms: t.failedAtMs,
    code: t.refusal?.code ?? null,
    http_status: t.refusal?.httpStatus ?? null,
    message: t.refusal?.message ?? null,
    fields: t.refusal?.fields ?? null,
    request_id: t.refusal?.requestId ?? null,
    tenant_id: t.created?.tenantId ?? null,
    announcement: t.created?.announcement ?? null,
    announcement_headers: t.created?.announcementHeaders ?? null,
    sealed_credentials: t.created?.sealedCredentials ?? null,
  };
}

function toPublishRow(t: Transition, event: EventToPublish): Record<string, unknown> {
  return {
    n: t.publish.indexOf(event),
    kind: event.kind,
    correlation_id: t.correlationId,
    code: event.code,
    key: event.key?.toString('base64') ?? null,
    value: event.value,
    slot: event.slot,
    headers: JSON.stringify(event.headers),
    timestamp_ms: event.recordTimestampMs,
  };
}

function toHistoryRow(t: Transition, entry: Transition['history'][number]): Record<string, unknown> {
  return {
    n: t.history.indexOf(entry),
    correlation_id: t.correlationId,
    revision: t.revision,
    what: entry.what,
    http_status: entry.httpStatus,
    code: entry.code,
    counted: entry.counted,
  };
}

async function dropCorrection(tx: Queryable, correlationId: string): Promise<void> {
  await tx.query(`DELETE FROM request_record WHERE correlation_id = $1 AND slot = 1`, [correlationId]);
}

/** The old call certainly made nothing: the waiting correction becomes the next revision. */
async function promoteCorrection(tx: Queryable, correlationId: string): Promise<void> {
  await tx.query(`DELETE FROM request_record WHERE correlation_id = $1 AND slot = 0`, [correlationId]);
  await tx.query(`UPDATE request_record SET slot = 0 WHERE correlation_id = $1 AND slot = 1`, [correlationId]);
  await tx.query(
    `UPDATE onboarding o SET revision = revision + 1, digests = digests || r.digest,
            domain = lower(r.data::json -> 'companyProfile' ->> 'domain'),
            country = upper(r.data::json -> 'billingProfile' -> 'defaultAddress' ->> 'country'),
            associated_partner_id = r.data::json ->> 'associatedPartnerId'
       FROM request_record r WHERE r.correlation_id = o.correlation_id AND r.slot = 0 AND o.correlation_id = $1`,
    [correlationId],
  );
}

/** What a late 201 of a call meets whose claim was taken over meanwhile (design 2, frozen workers). */
export type LateAnswer = 'accepted' | 'already-known' | 'credentials-stored' | 'alarm';

/**
 * Accepts the 201 of a call whose claim was lost: while the onboarding has no tenant id and is still at that revision it
 * becomes created, even if it was rejected meanwhile. If it has this very tenant id and no credentials, only the sealed
 * credentials are stored. Anything else is an alarm. Throws a tenant conflict like `recordTransitions`.
 */
export async function acceptLateAnswer(db: Database, transition: Transition): Promise<LateAnswer> {
  const created = transition.created;
  if (!created) return 'already-known';
  return db.transaction(async (tx) => {
    const { rows } = await tx.query<{ revision: number; tenant_id: string | null; sealed: boolean; claim: string }>(
      `SELECT revision, tenant_id, sealed_credentials IS NOT NULL AS sealed, claim FROM onboarding
        WHERE correlation_id = $1 FOR UPDATE`,
      [transition.correlationId],
    );
    const row = rows[0];
    if (!row) return 'alarm';
    if (row.tenant_id === created.tenantId) {
      if (row.sealed || created.sealedCredentials === null) return 'already-known';
      await tx.query(`UPDATE onboarding SET sealed_credentials = $2 WHERE correlation_id = $1`, [
        transition.correlationId,
        created.sealedCredentials,
      ]);
      return 'credentials-stored';
    }
    if (row.tenant_id !== null || row.revision !== transition.revision) return 'alarm';
    // The row is locked: make its claim this transition's and write it as if the claim had never been lost.
    await tx.query(`UPDATE onboarding SET worker_id = $2, claim = claim + 1 WHERE correlation_id = $1`, [
      transition.correlationId,
      LATE_CLAIMANT,
    ]);
    await writeTransitions(tx, LATE_CLAIMANT, [{ ...transition, claim: BigInt(row.claim) + 1n }]);
    if (transition.correction === 'drop') await dropCorrection(tx, transition.correlationId);
    return 'accepted';
  });
}

const LATE_CLAIMANT = '00000000-0000-0000-0000-000000000000';
