import { createdEventId } from '#events';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import {
  type ClaimedOnboarding,
  type Database,
  type Finding,
  type Resolved,
  type Transition,
  acceptLateAnswer,
  readAudit,
  recordTransitions,
  resolveOnboarding,
} from '../src/index.js';
import { aRequest, aTransition, aWorker, claim, created, failed, open, openLedger, reopen, rowOf } from './support.js';

let db: Database;
let worker: string;

beforeAll(async () => {
  db = await openLedger();
  worker = await aWorker(db);
});
afterAll(() => db.close());

const TENANT = 'AAAAAAAA-1111-4111-8111-111111111111';
const PUBLISHER = { eventSource: '/crm', groupId: 'group' };
const NOT_CREATED: Finding = { kind: 'not-created' };
const refusal = { code: 'PARTNER_CENTER_HTTP_503', httpStatus: 503, message: 'down', fields: [], requestId: null };
const madeBy = (n: number): Finding => ({ kind: 'created', tenantId: TENANT.replace(/^A/, String(n)) });

function resolve(correlationId: string, finding: Finding, who = 'ann@desk'): Promise<Resolved> {
  return resolveOnboarding(db, { correlationId, finding, who, publisher: PUBLISHER });
}

/** An onboarding after one call, as `to` says. */
async function after(id: string, to: (onboarding: ClaimedOnboarding) => Transition): Promise<ClaimedOnboarding> {
  await open(db, id);
  const onboarding = (await claim(db, worker)).find((each) => each.correlationId === id);
  if (!onboarding) throw new Error(`${id} was not claimed`);
  await recordTransitions(db, worker, [to(onboarding)], null);
  return onboarding;
}

const unclear = (onboarding: ClaimedOnboarding): Transition =>
  aTransition(onboarding, { unsettled: true, dueInMs: 3_600_000, waitingFor: 'backoff', refusal });

async function outboxOf(id: string): Promise<{ kind: string; value: Buffer; headers: [string, string][] }[]> {
  const { rows } = await db.query<{ kind: string; value: Buffer; headers: string }>(
    `SELECT kind, value, headers FROM outbox WHERE correlation_id = $1 ORDER BY id`,
    [id],
  );
  return rows.map((row) => ({ ...row, headers: JSON.parse(row.headers) as [string, string][] }));
}

describe('an onboarding that a person found created', () => {
  it('is announced as any other, with credentials that nobody has', async () => {
    await after('made', unclear);
    expect(await resolve('made', madeBy(1))).toEqual({ kind: 'resolved' });
    const tenantId = '1aaaaaaa-1111-4111-8111-111111111111';
    expect(await rowOf(db, 'made')).toMatchObject({ state: 'created', tenant_id: tenantId, unsettled: false });
    const [event, ...others] = await outboxOf('made');
    expect(others).toEqual([]);
    expect(event!.kind).toBe('created');
    expect(event!.headers).toContainEqual(['ce_id', createdEventId('made')]);
    expect(event!.headers).toContainEqual(['ce_source', '/crm']);
    expect(JSON.parse(event!.value.toString())).toMatchObject({
      ...{ correlationId: 'made', customerId: tenantId, tenantId, domain: 'made.onmicrosoft.com' },
      ...{ companyName: 'North Bakery', recovered: true, credentials: 'unavailable' },
    });
    expect((await readAudit(db, { limit: 1 }))[0]).toMatchObject({
      ...{ who: 'ann@desk', what: 'resolved: created', subject: 'made' },
    });
  });

  it('is refused a tenant of another onboarding, and nothing is written', async () => {
    await after('owner', (onboarding) => created(onboarding, madeByTenant(2)));
    await after('thief', unclear);
    expect(await resolve('thief', madeBy(2))).toEqual({
      kind: 'refused',
      why: 'the tenant belongs to another onboarding',
    });
    expect(await rowOf(db, 'thief')).toMatchObject({ state: 'open', tenant_id: null, worker_id: null });
    expect((await readAudit(db, { limit: 100 })).filter(({ subject }) => subject === 'thief')).toEqual([]);
  });

  it('gives a correction that waited its dead letter', async () => {
    await after('corrected', (onboarding) => failed(onboarding, 'unresolved'));
    const record = aRequest('corrected', { digest: Buffer.alloc(32, 7) });
    await reopen(db, { record, how: 'correction', isReplay: false });
    await resolve('corrected', madeBy(3));
    const kinds = (await outboxOf('corrected')).map(({ kind }) => kind);
    expect(kinds).toEqual(['dead-letter', 'created', 'dead-letter']);
    const letter = (await outboxOf('corrected')).at(-1)!;
    expect(letter.headers).toContainEqual(['dead-letter-code', 'CORRELATION_ID_REUSED']);
    expect(letter.headers).toContainEqual(['dead-letter-original-offset', record.offset.toString()]);
  });

  it('needs the request where the ledger has erased it', async () => {
    await after('erased', (onboarding) => failed(onboarding, 'unresolved'));
    await db.query(`DELETE FROM request_record WHERE correlation_id = 'erased'`);
    const record = { ...aRequest('erased'), key: Buffer.from('kept'), causationId: 'ce-1' };
    expect(await resolve('erased', madeBy(4))).toEqual({ kind: 'record-needed', digest: record.digest });
    const order = { correlationId: 'erased', finding: madeBy(4), who: 'ann@desk', publisher: PUBLISHER, record };
    expect(await resolveOnboarding(db, order)).toEqual({ kind: 'resolved' });
    const event = (await outboxOf('erased')).at(-1)!;
    expect(event.headers).toContainEqual(['ce_causationid', 'ce-1']);
    expect(JSON.parse(event.value.toString())).toMatchObject({
      companyName: 'North Bakery',
      credentials: 'unavailable',
    });
  });

  it('is not told by the data of a correction that waits where its own are erased', async () => {
    await after('erased, corrected', (onboarding) => failed(onboarding, 'unresolved'));
    await db.query(`DELETE FROM request_record WHERE correlation_id = 'erased, corrected'`);
    const correction = aRequest('erased, corrected', { digest: Buffer.alloc(32, 9) });
    await reopen(db, { record: correction, how: 'correction', isReplay: false });
    const record = { ...aRequest('erased, corrected'), key: Buffer.from('kept') };
    expect(await resolve('erased, corrected', madeBy(9))).toEqual({ kind: 'record-needed', digest: record.digest });
    const order = {
      correlationId: 'erased, corrected',
      finding: madeBy(9),
      who: 'ann@desk',
      publisher: PUBLISHER,
      record,
    };
    expect(await resolveOnboarding(db, order)).toEqual({ kind: 'resolved' });
    const [, event, letter] = await outboxOf('erased, corrected');
    expect([event!.kind, letter!.kind]).toEqual(['created', 'dead-letter']);
    expect(letter!.headers).toContainEqual(['dead-letter-original-offset', correction.offset.toString()]);
  });

  it('goes on with the correction that waits where its own data are erased', async () => {
    await after('erased, amended', (onboarding) => failed(onboarding, 'unresolved'));
    await db.query(`DELETE FROM request_record WHERE correlation_id = 'erased, amended'`);
    const correction = aRequest('erased, amended', { digest: Buffer.alloc(32, 10), domain: 'amended.onmicrosoft.com' });
    await reopen(db, { record: correction, how: 'correction', isReplay: false });
    expect(await resolve('erased, amended', NOT_CREATED)).toEqual({ kind: 'resolved' });
    expect(await rowOf(db, 'erased, amended')).toMatchObject({
      state: 'open',
      revision: 2,
      domain: 'amended.onmicrosoft.com',
    });
    await retire('erased, amended');
  });

  it('needs no request where nothing is told', async () => {
    await after('erased too', (onboarding) => failed(onboarding, 'unresolved'));
    await db.query(`DELETE FROM request_record WHERE correlation_id = 'erased too'`);
    expect(await resolve('erased too', NOT_CREATED)).toEqual({ kind: 'resolved' });
  });
});

describe('an onboarding that a person found not created', () => {
  it('is dead-lettered with its last code while it is open', async () => {
    await after('gone', unclear);
    expect(await resolve('gone', NOT_CREATED)).toEqual({ kind: 'resolved' });
    expect(await rowOf(db, 'gone')).toMatchObject({ state: 'rejected', unsettled: false, dead_letters: 1 });
    const [letter, event] = await outboxOf('gone');
    expect(letter!.value.toString()).toBe('value of gone');
    expect(letter!.headers).toContainEqual(['dead-letter-code', 'PARTNER_CENTER_HTTP_503']);
    expect(letter!.headers).toContainEqual(['dead-letter-consumer-group', 'group']);
    expect(event!.kind).toBe('rejected');
    expect(JSON.parse(event!.value.toString())).toMatchObject({ code: 'PARTNER_CENTER_HTTP_503', httpStatus: 503 });
  });

  it('is dead-lettered while it is held', async () => {
    await after('held', (onboarding) =>
      aTransition(onboarding, { state: 'held', dueInMs: 3_600_000, waitingFor: 'hold', holds: 1, refusal }),
    );
    expect(await resolve('held', NOT_CREATED)).toEqual({ kind: 'resolved' });
    expect((await outboxOf('held')).map(({ kind }) => kind)).toEqual(['dead-letter', 'rejected']);
  });

  it('gets no second letter when it is unresolved, and keeps its code', async () => {
    await after('parked', (onboarding) => failed(onboarding, 'unresolved'));
    const before = await rowOf(db, 'parked');
    expect(await resolve('parked', NOT_CREATED)).toEqual({ kind: 'resolved' });
    expect((await outboxOf('parked')).map(({ kind }) => kind)).toEqual(['dead-letter']);
    const { code, failed_at: failedAt, dead_letters: letters } = before;
    expect(await rowOf(db, 'parked')).toMatchObject({
      ...{ state: 'rejected', unsettled: false, code, failed_at: failedAt, dead_letters: letters },
    });
  });

  it('goes on with the correction that waited, under the next revision', async () => {
    await after('amended', (onboarding) => failed(onboarding, 'unresolved'));
    const record = aRequest('amended', { digest: Buffer.alloc(32, 8), domain: 'other.onmicrosoft.com' });
    await reopen(db, { record, how: 'correction', isReplay: false });
    await resolve('amended', NOT_CREATED);
    expect(await rowOf(db, 'amended')).toMatchObject({
      ...{ state: 'open', step: 'create', revision: 2, domain: 'other.onmicrosoft.com', unsettled: false },
    });
    await retire('amended');
  });

  it('is created all the same when the answer of its call comes late', async () => {
    const onboarding = await after('late', unclear);
    await resolve('late', NOT_CREATED);
    const answer = created(onboarding, madeByTenant(5));
    expect(await acceptLateAnswer(db, answer, () => fail())).toBe('accepted');
    expect(await rowOf(db, 'late')).toMatchObject({ state: 'created', tenant_id: madeByTenant(5) });
  });
});

describe('a person is refused', () => {
  it.each<[string, (onboarding: ClaimedOnboarding) => Transition, RegExp]>([
    ['created', (onboarding) => created(onboarding, madeByTenant(6)), /created already, as tenant 6aaaaaaa/],
    ['rejected', (onboarding) => failed(onboarding, 'rejected'), /ended as rejected/],
    ['open', (onboarding) => aTransition(onboarding, { dueInMs: 3_600_000 }), /goes on by itself/],
  ])('what is %s and has no unclear call', async (state, to, why) => {
    const id = `refused-${state}`;
    await after(id, to);
    const before = await rowOf(db, id);
    for (const finding of [NOT_CREATED, madeBy(7)]) {
      expect(await resolve(id, finding)).toEqual({ kind: 'refused', why: expect.stringMatching(why) as string });
    }
    expect(await rowOf(db, id)).toEqual(before);
  });

  it('while a call is under way', async () => {
    await after('calling', (onboarding) => ({ ...unclear(onboarding), dueInMs: 0 }));
    expect((await claim(db, worker)).map(({ correlationId }) => correlationId)).toContain('calling');
    for (const finding of [NOT_CREATED, madeBy(8)]) {
      expect(await resolve('calling', finding)).toMatchObject({ kind: 'refused' });
    }
    expect(await rowOf(db, 'calling')).toMatchObject({ worker_id: worker, state: 'open' });
  });

  it('what nobody asked for', async () => {
    expect(await resolve('nobody', NOT_CREATED)).toEqual({ kind: 'unknown' });
  });
});

function madeByTenant(n: number): string {
  const finding = madeBy(n);
  return finding.kind === 'created' ? finding.tenantId.toLowerCase() : '';
}

function fail(): never {
  throw new Error('there is no correction');
}

/** Not due any more, so that no later claim of these tests takes it. */
async function retire(id: string): Promise<void> {
  await db.query(`UPDATE onboarding SET due_at = now() + interval '1 hour' WHERE correlation_id = $1`, [id]);
}
