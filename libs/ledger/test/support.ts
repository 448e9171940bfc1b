import { createHash, randomUUID } from 'node:crypto';
import { startPostgres } from '#testing';
import {
  type ClaimedOnboarding,
  Database,
  type KnownOnboarding,
  type Reopening,
  type RequestRecord,
  type Transition,
  claimOnboardings,
  lockKnown,
  openOnboardings,
  registerWorker,
  reopenOnboardings,
  unchanged,
} from '../src/index.js';

/** A migrated ledger in a database of its own; `poolMax` bounds how many statements run at once. */
export async function openLedger(poolMax = 20): Promise<Database> {
  const url = await (await startPostgres()).createDatabase();
  const db = new Database({ url, poolMax });
  await db.migrate();
  return db;
}

export function digestOf(text: string): Buffer {
  return createHash('sha256').update(text).digest();
}

let offset = 0n;

export function aRequest(correlationId: string, with_: Partial<RequestRecord> = {}): RequestRecord {
  const domain = with_.domain ?? `${correlationId.toLowerCase()}.onmicrosoft.com`;
  return {
    correlationId,
    topic: 'requests',
    partition: 0,
    offset: offset++,
    timestampMs: Date.now(),
    key: Buffer.from(`key of ${correlationId}`),
    value: Buffer.from(`value of ${correlationId}`),
    headers: Buffer.from(`headers of ${correlationId}`),
    data: JSON.stringify({
      companyProfile: { domain },
      billingProfile: { companyName: 'North Bakery', defaultAddress: { country: 'us' } },
    }),
    digest: digestOf(correlationId),
    domain,
    country: 'US',
    associatedPartnerId: null,
    causationId: null,
    traceparent: null,
    replays: 0,
    ...with_,
  };
}

export async function open(db: Database, ...records: (string | RequestRecord)[]): Promise<Set<string>> {
  const requests = records.map((record) => (typeof record === 'string' ? aRequest(record) : record));
  return db.transaction((tx) => openOnboardings(tx, requests));
}

export async function known(db: Database, correlationId: string): Promise<KnownOnboarding | undefined> {
  return (await db.transaction((tx) => lockKnown(tx, [correlationId])))[0];
}

export async function reopen(db: Database, ...reopenings: Reopening[]): Promise<void> {
  await db.transaction((tx) => reopenOnboardings(tx, reopenings));
}

export async function aWorker(db: Database): Promise<string> {
  const id = randomUUID();
  await registerWorker(db, id);
  return id;
}

export function claim(db: Database, workerId: string, limit = 100, probe = false): Promise<ClaimedOnboarding[]> {
  return claimOnboardings(db, { workerId, limit, probe });
}

export async function claimOne(db: Database, workerId: string): Promise<ClaimedOnboarding> {
  const [only] = await claim(db, workerId, 1);
  if (!only) throw new Error('nothing was due');
  return only;
}

/** What the onboarding is, handed back and due at once, but for `with_`. */
export function aTransition(onboarding: ClaimedOnboarding, with_: Partial<Transition> = {}): Transition {
  return { ...unchanged(onboarding), state: 'open', waitingFor: 'turn', refusal: null, ...with_ };
}

export function created(onboarding: ClaimedOnboarding, tenantId: string, sealed: string | null = 'sealed'): Transition {
  return aTransition(onboarding, {
    state: 'created',
    dueInMs: null,
    waitingFor: null,
    unsettled: false,
    correction: onboarding.correction ? 'drop' : 'keep',
    created: { tenantId, announcement: '{}', announcementHeaders: '[]', sealedCredentials: sealed },
    publish: [
      {
        kind: 'created',
        code: null,
        key: null,
        value: `{"tenantId":"${tenantId}"}`,
        slot: 0,
        headers: [['ce_type', 'CustomerCreated']],
        recordTimestampMs: 1,
      },
    ],
  });
}

export function failed(onboarding: ClaimedOnboarding, state: 'rejected' | 'unresolved'): Transition {
  return aTransition(onboarding, {
    state,
    dueInMs: null,
    waitingFor: null,
    unsettled: state === 'unresolved',
    windowBegins: state === 'unresolved',
    deadLetters: onboarding.deadLetters + 1,
    failedAtMs: Date.now(),
    refusal: { code: 'PARTNER_CENTER_1', httpStatus: 400, message: 'no', fields: [], requestId: null },
    correction: onboarding.correction ? 'drop' : 'keep',
    publish: [
      {
        kind: 'dead-letter',
        code: 'PARTNER_CENTER_1',
        key: null,
        value: null,
        slot: 0,
        headers: [['dead-letter-code', 'PARTNER_CENTER_1']],
        recordTimestampMs: 1,
      },
    ],
  });
}

/** One row of the onboarding table as it is. */
export async function rowOf(db: Database, correlationId: string): Promise<Record<string, unknown>> {
  const { rows } = await db.query<Record<string, unknown>>(`SELECT * FROM onboarding WHERE correlation_id = $1`, [
    correlationId,
  ]);
  if (!rows[0]) throw new Error(`there is no onboarding ${correlationId}`);
  return rows[0];
}

/** A statement in this ledger's database waits for another one's lock. */
export async function isSomebodyWaiting(db: Database): Promise<boolean> {
  const { rows } = await db.query(
    `SELECT 1 FROM pg_stat_activity WHERE datname = current_database() AND wait_event_type = 'Lock'`,
  );
  return rows.length > 0;
}

/** Moves a worker's heartbeat into the past. */
export async function silence(db: Database, workerId: string, seconds: number): Promise<void> {
  await db.query(`UPDATE worker SET heartbeat_at = now() - $2 * interval '1 second' WHERE id = $1`, [
    workerId,
    seconds,
  ]);
}

/** Lets a worker look as if it had been beating without a gap for so long. */
export async function steady(db: Database, workerId: string, seconds: number): Promise<void> {
  await db.query(
    `UPDATE worker SET steady_since = now() - $2 * interval '1 second', heartbeat_at = now() WHERE id = $1`,
    [workerId, seconds],
  );
}
