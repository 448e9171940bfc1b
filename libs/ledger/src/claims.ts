import type { Queryable } from './database.js';
import type { KnownOnboarding } from './intake.js';

/**
 * Claims (P2, P5): a due onboarding is taken by one worker, whatever partition it came from, before anything is called.
 * Request id and revision stand in the row, so whoever repeats the call after a crash sends the same request.
 */

export type Step = 'create' | 'reconcile';
export type ReconcileCause = 'domain-taken' | 'refused' | 'exhausted' | 'tried-anew' | 'correction';

/** Where a record stood on its topic, for dead letters. */
export interface RecordSource {
  topic: string;
  partition: number;
  offset: bigint;
  timestampMs: number;
  key: Buffer | null;
  causationId: string | null;
  traceparent: string | null;
  data: string;
}

export interface ClaimedOnboarding {
  correlationId: string;
  claim: bigint;
  state: 'open' | 'held';
  step: Step;
  cause: ReconcileCause | null;
  revision: number;
  domain: string;
  country: string;
  associatedPartnerId: string | null;
  unsettled: boolean;
  /** Milliseconds since the latest end of an unsettled create call; null when there was none. */
  windowAgeMs: number | null;
  attempts: number;
  attemptsTotal: number;
  tries: number;
  holds: number;
  replays: number;
  deadLetters: number;
  firstFailedAtMs: number | null;
  /** The refusal that is being reconciled, to be told if it stands. */
  refusal: {
    code: string;
    httpStatus: number | null;
    message: string;
    fields: string[];
    requestId: string | null;
  } | null;
  /** The record of this revision; the correction's where the payload was erased before a correction reopened it. */
  record: RecordSource;
  correction: RecordSource | null;
}

export interface ClaimOptions {
  workerId: string;
  limit: number;
  /**
   * A probe of a pause: one create of the oldest waiting onboarding, held ones last, a different one each time. Where no
   * create waits, one look for a tenant, which may lead back to a create.
   */
  probe: boolean;
}

/**
 * Nobody else works for the domain or has an unsettled call there. Looked at before the limit is applied, so that any number
 * of onboardings that wait for one domain delay nobody else (P5); they are due and go on when it is free.
 * Counted, for a NOT EXISTS may become a join with everything that holds a domain when statistics are out of date.
 */
export const DOMAIN_IS_FREE = `(SELECT count(*) FROM (
  SELECT 1 FROM onboarding b WHERE b.domain = o.domain AND b.holds_domain AND b.correlation_id <> o.correlation_id LIMIT 1) h) = 0`;

/** Of `onboarding c`, its record `r` and the correction `k` that waits. */
const CLAIM_COLUMNS = `
  c.correlation_id, c.claim, c.state, c.step, c.cause, c.revision, c.domain, c.country, c.associated_partner_id,
  c.unsettled, (extract(epoch FROM now() - c.window_from) * 1000)::bigint AS window_age_ms,
  c.attempts, c.attempts_total, c.tries, c.holds, c.replays, c.dead_letters,
  (extract(epoch FROM c.first_failed_at) * 1000)::bigint AS first_failed_at_ms,
  c.code, c.http_status, c.message, c.fields, c.request_id,
  ${sourceColumns('r', 'r')}, ${sourceColumns('k', 'k')}`;

/** Claims up to `limit` due onboardings, one a domain; empty when nothing is due, or this worker was taken for dead. */
export async function claimOnboardings(db: Queryable, options: ClaimOptions): Promise<ClaimedOnboarding[]> {
  for (;;) {
    try {
      return await claimOnce(db, options);
    } catch (error) {
      // Two workers took two onboardings of one domain in the same moment: the second looks again.
      if (!isDomainConflict(error)) throw error;
    }
  }
}

function isDomainConflict(error: unknown): boolean {
  return error instanceof Error && 'constraint' in error && error.constraint === 'onboarding_domain_held';
}

async function claimOnce(db: Queryable, options: ClaimOptions): Promise<ClaimedOnboarding[]> {
  const candidates = options.probe
    ? `SELECT correlation_id, domain, due_at FROM onboarding o
        WHERE state IN ('open', 'held') AND worker_id IS NULL AND (step = 'create' OR due_at <= now())
          AND ${DOMAIN_IS_FREE}
        ORDER BY (state = 'open' AND step = 'create') DESC, probed_at NULLS FIRST, received_at LIMIT 1
          FOR UPDATE SKIP LOCKED`
    : `SELECT correlation_id, domain, due_at FROM onboarding o
        WHERE worker_id IS NULL AND due_at <= now() AND ${DOMAIN_IS_FREE}
        ORDER BY due_at LIMIT $2 FOR UPDATE SKIP LOCKED`;
  const { rows } = await db.query<ClaimRow>(
    `WITH candidate AS (${candidates}),
     first_of_domain AS (
       SELECT DISTINCT ON (domain) correlation_id, due_at FROM candidate ORDER BY domain, due_at),
     picked AS (
       SELECT correlation_id FROM first_of_domain
        WHERE EXISTS (SELECT 1 FROM worker WHERE id = $1 AND expired_at IS NULL) ORDER BY due_at LIMIT $2),
     claimed AS (
       UPDATE onboarding o SET worker_id = $1, claim = claim + 1, claimed_at = now(), holds_domain = true,
              probed_at = CASE WHEN $3 THEN now() ELSE probed_at END
         FROM picked p WHERE o.correlation_id = p.correlation_id
       RETURNING o.*)
     SELECT ${CLAIM_COLUMNS}
       FROM claimed c JOIN LATERAL (
              SELECT * FROM request_record s WHERE s.correlation_id = c.correlation_id ORDER BY slot LIMIT 1) r
         -- A row that was promoted since this statement began would come with the record of the revision before.
         ON r.slot = 1 OR r.digest = c.digests[cardinality(c.digests)]
       LEFT JOIN request_record k ON k.correlation_id = c.correlation_id AND k.slot = 1`,
    [options.workerId, options.limit, options.probe],
  );
  return rows.map(toClaimed);
}

/**
 * One onboarding, locked, whoever works on it: for what a person decides about it. `record` is that of its revision, never a
 * correction's, and null where it was erased. Null when there is no such onboarding. For this folder.
 */
export async function lockOnboarding(tx: Queryable, correlationId: string): Promise<LockedOnboarding | null> {
  // A statement of its own: one that waits for the lock would see the records as they were before.
  await tx.query(`SELECT 1 FROM onboarding WHERE correlation_id = $1 FOR UPDATE`, [correlationId]);
  const { rows } = await tx.query<
    ClaimRow & { is_claimed: boolean; tenant_id: string | null; r_topic: string | null; digest: Buffer; now_ms: string }
  >(
    `SELECT ${CLAIM_COLUMNS}, c.worker_id IS NOT NULL AS is_claimed, c.tenant_id,
            c.digests[cardinality(c.digests)] AS digest, floor(extract(epoch FROM now()) * 1000) AS now_ms
       FROM onboarding c LEFT JOIN request_record r ON r.correlation_id = c.correlation_id AND r.slot = 0
       LEFT JOIN request_record k ON k.correlation_id = c.correlation_id AND k.slot = 1
      WHERE c.correlation_id = $1`,
    [correlationId],
  );
  const row = rows[0];
  if (!row) return null;
  const { state } = row as { state: KnownOnboarding['state'] };
  const record = row.r_topic === null ? null : toSource(row, 'r');
  const { is_claimed: isClaimed, tenant_id: tenantId, digest } = row;
  return { ...withoutRecord(row), state, record, isClaimed, tenantId, digest, nowMs: Number(row.now_ms) };
}

export interface LockedOnboarding extends Omit<ClaimedOnboarding, 'state' | 'record'> {
  state: KnownOnboarding['state'];
  record: RecordSource | null;
  isClaimed: boolean;
  tenantId: string | null;
  /** Of the data of its revision; outlives the record. */
  digest: Buffer;
  /** The database's time. */
  nowMs: number;
}

function sourceColumns(table: string, prefix: string): string {
  return ['topic', 'partition', 'record_offset', 'timestamp_ms', 'key', 'data', 'causation_id', 'traceparent']
    .map((column) => `${table}.${column} AS ${prefix}_${column}`)
    .join(', ');
}

type SourceRow<Prefix extends string> = {
  [K in `${Prefix}_topic` | `${Prefix}_record_offset` | `${Prefix}_timestamp_ms` | `${Prefix}_data`]: string;
} & { [K in `${Prefix}_partition`]: number } & { [K in `${Prefix}_key`]: Buffer | null } & {
  [K in `${Prefix}_causation_id` | `${Prefix}_traceparent`]: string | null;
};

type ClaimRow = SourceRow<'r'> &
  SourceRow<'k'> & {
    k_topic: string | null;
    correlation_id: string;
    claim: string;
    state: 'open' | 'held';
    step: Step;
    cause: ReconcileCause | null;
    revision: number;
    domain: string;
    country: string;
    associated_partner_id: string | null;
    unsettled: boolean;
    window_age_ms: string | null;
    attempts: number;
    attempts_total: number;
    tries: number;
    holds: number;
    replays: number;
    dead_letters: number;
    first_failed_at_ms: string | null;
    code: string | null;
    http_status: number | null;
    message: string | null;
    fields: string[] | null;
    request_id: string | null;
  };

function toClaimed(row: ClaimRow): ClaimedOnboarding {
  return { ...withoutRecord(row), record: toSource(row, 'r') };
}

function withoutRecord(row: ClaimRow): Omit<ClaimedOnboarding, 'record'> {
  return {
    correlationId: row.correlation_id,
    claim: BigInt(row.claim),
    state: row.state,
    step: row.step,
    cause: row.cause,
    revision: row.revision,
    domain: row.domain,
    country: row.country,
    associatedPartnerId: row.associated_partner_id,
    unsettled: row.unsettled,
    windowAgeMs: row.window_age_ms === null ? null : Number(row.window_age_ms),
    attempts: row.attempts,
    attemptsTotal: row.attempts_total,
    tries: row.tries,
    holds: row.holds,
    replays: row.replays,
    deadLetters: row.dead_letters,
    firstFailedAtMs: row.first_failed_at_ms === null ? null : Number(row.first_failed_at_ms),
    refusal:
      row.code === null
        ? null
        : {
            code: row.code,
            httpStatus: row.http_status,
            message: row.message ?? '',
            fields: row.fields ?? [],
            requestId: row.request_id,
          },
    correction: row.k_topic === null ? null : toSource(row, 'k'),
  };
}

function toSource(row: ClaimRow, prefix: 'r' | 'k'): RecordSource {
  const source = row as unknown as Record<string, string | number | Buffer | null>;
  const column = (name: string): string | number | Buffer | null => source[`${prefix}_${name}`] ?? null;
  return {
    topic: String(column('topic')),
    partition: Number(column('partition')),
    offset: BigInt(String(column('record_offset'))),
    timestampMs: Number(column('timestamp_ms')),
    key: column('key') as Buffer | null,
    causationId: column('causation_id') as string | null,
    traceparent: column('traceparent') as string | null,
    data: String(column('data')),
  };
}

/**
 * Hands claims back whose call was never begun. An open one queues up behind what is due by now; a held one stays held
 * and due since the same time.
 */
export async function handBack(db: Queryable, workerId: string, claims: ClaimedOnboarding[]): Promise<void> {
  if (claims.length === 0) return;
  await db.query(
    `UPDATE onboarding o SET worker_id = NULL, holds_domain = o.unsettled,
            due_at = CASE WHEN o.state = 'held' THEN o.due_at ELSE now() END,
            waiting_for = CASE WHEN o.state = 'held' THEN 'hold' ELSE 'turn' END
       FROM unnest($2::text[], $3::bigint[]) AS t(correlation_id, claim)
      WHERE o.correlation_id = t.correlation_id AND o.claim = t.claim AND o.worker_id = $1`,
    [workerId, claims.map((c) => c.correlationId), claims.map((c) => c.claim.toString())],
  );
}
