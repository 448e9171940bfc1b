import type { Database, Queryable } from './database.js';
import { isDataError, isTenantConflict } from './database.js';
import type { ReconcileCause, Step } from './claims.js';
import { type CorrectionOrder, applyCorrection } from './corrections.js';
import type { OutboxEntry } from './outbox.js';
import { type ServiceNews, type ServiceState, noteServiceNews } from './pauses.js';
import { wakeUpSql } from './wake-ups.js';

/**
 * Recording what became of claimed onboardings (P2, P3): the next state, the records to publish and the history go in one
 * statement, and only for rows whose claim is still this worker's. Many onboardings share one round trip.
 * A crash before it leaves a claim without a recorded answer; after it everything is told and only the relay is left to do.
 */

export interface EventToPublish {
  kind: OutboxEntry['kind'];
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
  /** A create call of this claim ended, unclear or with an answer that has to be looked into: its window begins now. */
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
  correction: CorrectionOrder;
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
  /** Those that hold a value which the database refuses (SQLSTATE 22 or 23): not recorded, the same values fail again. */
  unwritable: Map<string, Error>;
  service: ServiceState | null;
}

/**
 * Records transitions of one worker, one for each correlation id, and in the same transaction the news about the service
 * of those that were recorded.
 * If a value is refused by the database the batch falls back to one transition at a time, so that no row stops another.
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
  }
  const recorded: Recorded = { applied: new Set(), tenantConflicts: new Set(), unwritable: new Map(), service: null };
  for (const transition of transitions) await recordAlone(db, workerId, transition, recorded);
  if (news !== null)
    recorded.service = await db.transaction((tx) => noteServiceNews(tx, newsOf(recorded.applied, news)));
  return recorded;
}

async function recordAlone(db: Database, workerId: string, transition: Transition, into: Recorded): Promise<void> {
  try {
    const { applied } = await recordTogether(db, workerId, [transition], null);
    applied.forEach((id) => into.applied.add(id));
  } catch (error) {
    if (isTenantConflict(error)) into.tenantConflicts.add(transition.correlationId);
    else if (error instanceof Error && isDataError(error)) into.unwritable.set(transition.correlationId, error);
    else throw error;
  }
}

async function recordTogether(
  db: Database,
  workerId: string,
  transitions: Transition[],
  news: ServiceNews | null,
): Promise<Recorded> {
  const needsTransaction = news !== null || transitions.some((t) => t.correction !== 'keep');
  const nothingElse = { tenantConflicts: new Set<string>(), unwritable: new Map<string, Error>(), service: null };
  if (!needsTransaction) return { ...nothingElse, applied: await writeTransitions(db, workerId, transitions) };
  return db.transaction(async (tx) => {
    const applied = await writeTransitions(tx, workerId, transitions);
    for (const transition of transitions) {
      if (applied.has(transition.correlationId)) await applyCorrection(tx, transition);
    }
    const service = news === null ? null : await noteServiceNews(tx, newsOf(applied, news));
    return { ...nothingElse, applied, service };
  });
}

/** A batch that is repeated because its commit was not acknowledged applies nothing, and its news are told already. */
function newsOf(applied: Set<string>, news: ServiceNews): ServiceNews {
  return {
    unclear: news.unclear.filter(({ correlationId }) => applied.has(correlationId)),
    firstHeld: news.firstHeld.filter(({ correlationId }) => applied.has(correlationId)),
  };
}

const WRITE_TRANSITIONS = `
  WITH t AS (
    SELECT * FROM json_to_recordset($2::json) AS t(
      correlation_id text, claim bigint, revision int, state text, step text, cause text, due_in_ms float8, waiting_for text,
      unsettled bool, window_begins bool, was_attempt bool, attempts int, attempts_total int, tries int, holds int,
      dead_letters int, failed_at_ms float8, code text, http_status int, message text, fields jsonb, request_id uuid,
      tenant_id uuid, announcement text, announcement_headers text, sealed_credentials text)),
  -- Everybody who locks several onboardings does it in this order: intake and workers wait instead of deadlocking.
  -- IS NOT DISTINCT FROM, here and below: by correlation id, never through everything that this worker has claimed.
  mine AS (
    SELECT o.correlation_id FROM onboarding o JOIN t ON o.correlation_id = t.correlation_id
     WHERE o.worker_id IS NOT DISTINCT FROM $1 AND o.claim = t.claim ORDER BY o.correlation_id FOR UPDATE OF o),
  updated AS (
    UPDATE onboarding o SET worker_id = NULL, state = t.state, step = t.step, cause = t.cause,
           due_at = now() + t.due_in_ms * interval '1 millisecond', waiting_for = t.waiting_for,
           unsettled = t.unsettled, holds_domain = t.unsettled AND t.state IN ('open', 'held'),
           window_from = CASE WHEN t.window_begins THEN greatest(o.window_from, now()) ELSE o.window_from END,
           last_attempt_at = CASE WHEN t.was_attempt THEN now() ELSE o.last_attempt_at END,
           attempts = t.attempts, attempts_total = t.attempts_total, tries = t.tries, holds = t.holds,
           dead_letters = t.dead_letters,
           failed_at = coalesce(to_timestamp(t.failed_at_ms / 1000), o.failed_at),
           first_failed_at = coalesce(o.first_failed_at, to_timestamp(t.failed_at_ms / 1000)),
           finished_at = CASE WHEN t.state IN ('open', 'held') THEN NULL ELSE now() END,
           code = t.code, http_status = t.http_status, message = t.message, fields = t.fields, request_id = t.request_id,
           tenant_id = t.tenant_id, announcement = t.announcement, announcement_headers = t.announcement_headers,
           sealed_credentials = t.sealed_credentials
      FROM t JOIN mine ON mine.correlation_id = t.correlation_id
     WHERE o.correlation_id = t.correlation_id AND o.worker_id IS NOT DISTINCT FROM $1 AND o.claim = t.claim
    RETURNING o.correlation_id, o.announcement, o.announcement_headers),
  published AS (
    INSERT INTO outbox (kind, correlation_id, code, key, value, original_headers, headers, record_timestamp_ms)
    SELECT p.kind, p.correlation_id, p.code, CASE WHEN p.kind = 'dead-letter' THEN r.key ELSE decode(p.key, 'base64') END,
           CASE p.kind WHEN 'dead-letter' THEN r.value ELSE convert_to(coalesce(p.value, u.announcement), 'UTF8') END,
           CASE WHEN p.kind = 'dead-letter' THEN r.headers END, coalesce(p.headers, u.announcement_headers), p.timestamp_ms
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
             WHEN definite_id = $5 THEN previous_definite_at ELSE definite_at END,
           accepted_at = CASE WHEN $7 THEN now() ELSE accepted_at END
     WHERE id = $1 AND $5::text IS NOT NULL)
  SELECT correlation_id, CASE WHEN EXISTS (SELECT 1 FROM published) THEN ${wakeUpSql('outbox')} END FROM updated`;

/** Stands in the row as claimant for the length of one transaction. */
const NO_WORKER = '00000000-0000-0000-0000-000000000000';

/**
 * Writes a transition for a row that the caller has locked, whoever has claimed it: `claim` is the number in the row. The
 * claim becomes this transition's, so that whoever holds the old one finds it lost. For this folder.
 */
export async function writeUnclaimed(tx: Queryable, transition: Transition): Promise<void> {
  const { correlationId, claim } = transition;
  await tx.query(`UPDATE onboarding SET worker_id = $2, claim = claim + 1 WHERE correlation_id = $1`, [
    correlationId,
    NO_WORKER,
  ]);
  await writeTransitions(tx, NO_WORKER, [{ ...transition, claim: claim + 1n }]);
}

/** Writes what is still claimed as told; returns whose transition was written. */
async function writeTransitions(db: Queryable, workerId: string, transitions: Transition[]): Promise<Set<string>> {
  const definite = transitions.filter((t) => t.definite).map((t) => t.correlationId);
  const { rows } = await db.query<{ correlation_id: string }>(WRITE_TRANSITIONS, [
    workerId,
    JSON.stringify(transitions.map(toTransitionRow)),
    JSON.stringify(transitions.flatMap((t) => t.publish.map((event) => toPublishRow(t, event)))),
    JSON.stringify(transitions.flatMap((t) => t.history.map((entry) => toHistoryRow(t, entry)))),
    definite.at(-1) ?? null,
    definite.at(-2) ?? null,
    transitions.some((t) => t.definite && t.created !== null),
  ]);
  return new Set(rows.map((row) => row.correlation_id));
}

/** What is null is left out: most of it is, and absent members read as null. */
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
    code: t.refusal?.code,
    http_status: t.refusal?.httpStatus,
    message: t.refusal?.message,
    fields: t.refusal?.fields,
    request_id: t.refusal?.requestId,
    tenant_id: t.created?.tenantId,
    announcement: t.created?.announcement,
    announcement_headers: t.created?.announcementHeaders,
    sealed_credentials: t.created?.sealedCredentials,
  };
}

/** CustomerCreated is not sent twice: its value and headers are the announcement of the transition. */
function toPublishRow(t: Transition, event: EventToPublish): Record<string, unknown> {
  const isAnnouncement = event.kind === 'created' && event.value === t.created?.announcement;
  return {
    n: t.publish.indexOf(event),
    kind: event.kind,
    correlation_id: t.correlationId,
    code: event.code,
    key: event.key?.toString('base64') ?? null,
    value: isAnnouncement ? undefined : event.value,
    slot: event.kind === 'dead-letter' ? event.slot : undefined,
    headers: isAnnouncement ? undefined : JSON.stringify(event.headers),
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
