/**
 * Recording outcomes (P2, P3): only with a live claim, together with what is to be published, and no row stops another.
 */
import { randomUUID } from 'node:crypto';
import { afterAll, beforeEach, describe, expect, it } from 'vitest';
import {
  type ClaimedOnboarding,
  type Database,
  acceptLateAnswer,
  expireSilentWorkers,
  isTenantConflict,
  recordTransitions,
} from '../src/index.js';
import {
  aRequest,
  aTransition,
  aWorker,
  claim,
  claimOne,
  created,
  failed,
  known,
  open,
  openLedger,
  reopen,
  rowOf,
  silence,
  steady,
} from './support.js';

const TENANT = 'abcdef00-1111-4222-8333-444444444444';

const databases: Database[] = [];
let db: Database;
let me: string;
let other: string;

beforeEach(async () => {
  db = await openLedger();
  databases.push(db);
  [me, other] = [await aWorker(db), await aWorker(db)];
  await steady(db, other, 60);
});

afterAll(() => Promise.all(databases.map((each) => each.close())));

async function outbox(): Promise<{ kind: string; value: string; headers: string }[]> {
  const { rows } = await db.query<{ kind: string; value: Buffer; headers: string }>(
    `SELECT kind, value, headers FROM outbox ORDER BY id`,
  );
  return rows.map((row) => ({ ...row, value: row.value.toString() }));
}

/** Claimed by a worker that froze in the call; the claim was taken over. */
async function frozen(): Promise<ClaimedOnboarding> {
  await open(db, 'a');
  const claimed = await claimOne(db, me);
  await silence(db, me, 11);
  await expireSilentWorkers(db, other, { leaseMs: 10_000, callTimeoutMs: 1_000 });
  return claimed;
}

const letterOf = (): never => {
  throw new Error('no correction waits');
};

describe('an outcome', () => {
  it('is recorded with its events and its history, all or nothing', async () => {
    await open(db, 'a');
    const claimed = await claimOne(db, me);
    const tenantId = randomUUID();
    const history = [{ what: 'created', httpStatus: 201, code: null, counted: false }];
    const { applied } = await recordTransitions(db, me, [{ ...created(claimed, tenantId), history }], null);
    expect([...applied]).toEqual(['a']);
    expect(await outbox()).toMatchObject([{ kind: 'created', value: `{"tenantId":"${tenantId}"}` }]);
    expect(await rowOf(db, 'a')).toMatchObject({
      state: 'created',
      tenant_id: tenantId,
      worker_id: null,
      due_at: null,
    });
    const { rows } = await db.query(`SELECT what, revision, http_status FROM history WHERE correlation_id = 'a'`);
    expect(rows).toEqual([{ what: 'created', revision: 1, http_status: 201 }]);
  });

  it('is told by the announcement that is kept for a replay, once', async () => {
    await open(db, 'a');
    const transition = created(await claimOne(db, me), randomUUID());
    const announcement = transition.publish[0]!.value!;
    transition.created = { ...transition.created!, announcement, announcementHeaders: '[["ce_id","1"]]' };
    await recordTransitions(db, me, [transition], null);
    const { rows } = await db.query(`SELECT convert_from(value, 'UTF8') AS value, headers FROM outbox`);
    expect(rows).toEqual([{ value: announcement, headers: '[["ce_id","1"]]' }]);
  });

  it('that a call has after another one begins its window anew, but never earlier than what was promised', async () => {
    await open(db, 'a');
    const first = await claimOne(db, me);
    expect(first.windowAgeMs).toBeNull();
    await recordTransitions(db, me, [aTransition(first, { windowBegins: true })], null);
    await db.query(`UPDATE onboarding SET window_from = window_from - interval '1 hour'`);
    const second = await claimOne(db, me);
    expect(second.windowAgeMs).toBeGreaterThanOrEqual(3_600_000);
    await recordTransitions(db, me, [aTransition(second, { windowBegins: true })], null);
    const third = await claimOne(db, me);
    expect(third.windowAgeMs).toBeLessThan(60_000);
    await db.query(`UPDATE onboarding SET window_from = now() + interval '1 hour'`);
    await recordTransitions(db, me, [aTransition(third, { windowBegins: true })], null);
    expect((await claimOne(db, me)).windowAgeMs).toBeLessThan(-3_500_000);
  });

  it('that is held is not finished: its record is kept', async () => {
    await open(db, 'a');
    const held = aTransition(await claimOne(db, me), { state: 'held', dueInMs: 60_000, waitingFor: 'hold' });
    await recordTransitions(db, me, [held], null);
    expect(await rowOf(db, 'a')).toMatchObject({ state: 'held', finished_at: null });
  });

  it('that is a failure again keeps the time of the first', async () => {
    await open(db, 'a');
    const first = failed(await claimOne(db, me), 'rejected');
    await recordTransitions(db, me, [first], null);
    await reopen(db, { record: aRequest('a'), how: 'new-revision', isReplay: true });
    const again = { ...failed(await claimOne(db, me), 'rejected'), failedAtMs: first.failedAtMs! + 5_000 };
    await recordTransitions(db, me, [again], null);
    expect(await rowOf(db, 'a')).toMatchObject({
      first_failed_at: new Date(first.failedAtMs!),
      failed_at: new Date(again.failedAtMs),
    });
  });

  it('repeats the stored record byte for byte in a dead letter', async () => {
    await open(db, aRequest('a', { value: Buffer.from([0, 255, 1]), headers: Buffer.from([7]) }));
    await recordTransitions(db, me, [failed(await claimOne(db, me), 'rejected')], null);
    const { rows } = await db.query(`SELECT key, value, original_headers FROM outbox`);
    expect(rows).toEqual([
      { key: Buffer.from('key of a'), value: Buffer.from([0, 255, 1]), original_headers: Buffer.from([7]) },
    ]);
  });

  it('publishes nothing and changes nothing when its claim is not live any more', async () => {
    const old = await frozen();
    const before = await rowOf(db, 'a');
    const { applied } = await recordTransitions(db, me, [created(old, randomUUID())], null);
    expect(applied.size).toBe(0);
    expect(await outbox()).toEqual([]);
    expect(await rowOf(db, 'a')).toEqual(before);
  });

  it('that names a tenant of another onboarding is told apart and does not stop the others of its batch', async () => {
    await open(db, 'a', 'b', 'c');
    const [a, b, c] = await claim(db, me);
    const tenantId = randomUUID();
    const batch = [created(a!, tenantId), created(b!, tenantId.toUpperCase()), created(c!, randomUUID())];
    const recorded = await recordTransitions(db, me, batch, { unclear: [], firstHeld: [] });
    expect(recorded.applied).toEqual(new Set([a!.correlationId, c!.correlationId]));
    expect(recorded.tenantConflicts).toEqual(new Set([b!.correlationId]));
    expect(recorded.service).toMatchObject({ unclearInRow: 0 });
    expect(await outbox()).toHaveLength(2);
  });

  it('that holds a value which cannot be stored is told apart and does not stop the others of its batch', async () => {
    await open(db, 'a', 'b');
    const [a, b] = await claim(db, me);
    const bad = { code: 'X', httpStatus: 400, message: 'NUL \0', fields: [], requestId: null };
    const batch = [{ ...failed(a!, 'rejected'), refusal: bad }, failed(b!, 'rejected')];
    const recorded = await recordTransitions(db, me, batch, null);
    expect(recorded.applied).toEqual(new Set([b!.correlationId]));
    expect([...recorded.unwritable.keys()]).toEqual([a!.correlationId]);
    expect(await rowOf(db, a!.correlationId)).toMatchObject({ state: 'open', worker_id: me });
  });

  it('is news about the service only when it is recorded: a batch that is repeated tells nothing twice', async () => {
    await open(db, 'a', 'b', 'c');
    const batch = (await claim(db, me)).map((each) => aTransition(each, { dueInMs: 60_000 }));
    const unclear = batch.map(({ correlationId }) => ({ correlationId, beganMsAgo: 0 }));
    const news = { unclear, firstHeld: [{ correlationId: 'a', country: 'US', partnerId: null }] };
    for (const applied of [['a', 'b', 'c'], []]) {
      const recorded = await recordTransitions(db, me, batch, news);
      expect([...recorded.applied].sort()).toEqual(applied);
      expect(recorded.service).toMatchObject({ unclearInRow: 3, unclearFromSeveral: true });
    }
  });

  it('is no news about the service when its claim is gone: two that are held alike count only live', async () => {
    await open(db, 'a', 'b');
    const [a, b] = (await claim(db, me)).map((each) => aTransition(each, { state: 'held' }));
    const heldOf = (correlationId: string, country: string) => ({
      unclear: [],
      firstHeld: [{ correlationId, country, partnerId: null }],
    });
    await recordTransitions(db, me, [a!], heldOf(a!.correlationId, 'US'));
    const gone = { ...b!, claim: b!.claim - 1n };
    const late = await recordTransitions(db, me, [gone], heldOf(b!.correlationId, 'DE'));
    expect(late.service).toMatchObject({ heldAlike: false });
    const live = await recordTransitions(db, me, [b!], heldOf(b!.correlationId, 'DE'));
    expect(live.service).toMatchObject({ heldAlike: true });
  });

  it('is news about the service also when another one of its batch cannot be stored', async () => {
    await open(db, 'a', 'b');
    const [a, b] = await claim(db, me);
    const bad = { code: 'X', httpStatus: 500, message: 'NUL \0', fields: [], requestId: null };
    const batch = [aTransition(a!, { refusal: bad }), aTransition(b!)];
    const unclear = batch.map(({ correlationId }) => ({ correlationId, beganMsAgo: 0 }));
    const recorded = await recordTransitions(db, me, batch, { unclear, firstHeld: [] });
    expect(recorded.service).toMatchObject({ unclearInRow: 1, unclearFromSeveral: false });
  });

  it('waits for another transaction that holds its rows in the same order, instead of deadlocking', async () => {
    const ids = Array.from({ length: 40 }, (_, n) => `id-${n}`);
    await open(db, ...ids.toReversed());
    const intake = (): Promise<unknown> =>
      db.transaction(async (tx) => {
        for (const id of ids.toSorted()) {
          await tx.query(`SELECT 1 FROM onboarding WHERE correlation_id = $1 FOR UPDATE`, [id]);
        }
      });
    for (let round = 0; round < 10; round++) {
      const claims = await claim(db, me);
      const transitions = claims
        .map((each) => aTransition(each))
        .sort((a, b) => (a.correlationId < b.correlationId ? 1 : -1));
      const results = await Promise.allSettled([
        intake(),
        intake(),
        recordTransitions(db, me, transitions, null),
        intake(),
      ]);
      expect(results.filter((result) => result.status === 'rejected')).toEqual([]);
    }
  });
});

describe('a correction that waited for the old call to be settled', () => {
  const keys = { domain: 'other.onmicrosoft.com', country: 'DE', associatedPartnerId: TENANT };

  async function corrected(): Promise<ClaimedOnboarding> {
    await open(db, 'a');
    await recordTransitions(db, me, [failed(await claimOne(db, me), 'unresolved')], null);
    await db.query(`DELETE FROM outbox`);
    const record = aRequest('a', {
      data: '{}',
      digest: Buffer.from('other'),
      value: Buffer.from('corrected'),
    });
    await reopen(db, { record, how: 'correction', isReplay: true });
    return claimOne(db, me);
  }

  it('is left alone by an outcome whose claim was taken over', async () => {
    const old = await corrected();
    await db.query(`UPDATE onboarding SET claim = claim + 1`);
    for (const correction of ['drop', { promote: keys }] as const) {
      await recordTransitions(db, me, [aTransition(old, { correction })], null);
    }
    await db.query(`UPDATE onboarding SET worker_id = NULL, due_at = now()`);
    expect(await claimOne(db, me)).toMatchObject({
      revision: 1,
      correction: expect.objectContaining({ topic: 'requests' }),
    });
  });

  it('becomes the next revision, with the keys that its promotion tells, when the old call made nothing', async () => {
    const claimed = await corrected();
    expect(claimed).toMatchObject({ revision: 1, step: 'reconcile', cause: 'correction', domain: 'a.onmicrosoft.com' });
    const settled = { step: 'create', cause: null, unsettled: false, correction: { promote: keys } } as const;
    await recordTransitions(db, me, [aTransition(claimed, settled)], null);
    const next = await claimOne(db, me);
    expect(next).toMatchObject({ ...keys, revision: 2, correction: null });
    expect((await known(db, 'a'))!.digests.at(-1)).toEqual(Buffer.from('other'));
  });

  it('is dropped with the dead letter that tells of it when the old call did make the tenant', async () => {
    const claimed = await corrected();
    const adopted = created(claimed, randomUUID());
    const letter = { ...failed(claimed, 'rejected').publish[0]!, slot: 1 as const };
    await recordTransitions(db, me, [{ ...adopted, publish: [...adopted.publish, letter] }], null);
    expect((await outbox()).map((row) => row.kind)).toEqual(['created', 'dead-letter']);
    expect((await outbox())[1]!.value).toBe('corrected');
    expect((await known(db, 'a'))!.correctionDigest).toBeNull();
  });
});

describe('a late 201 of a claim that was taken over (design 2)', () => {
  const tenantId = TENANT.toUpperCase();

  it('is accepted while the onboarding has no tenant', async () => {
    const old = await frozen();
    expect(await acceptLateAnswer(db, created(old, tenantId), letterOf)).toBe('accepted');
    expect(await rowOf(db, 'a')).toMatchObject({
      state: 'created',
      tenant_id: tenantId.toLowerCase(),
      worker_id: null,
    });
    expect(await outbox()).toHaveLength(1);
  });

  it('is accepted while another worker calls, whose own answer then finds its claim gone', async () => {
    const old = await frozen();
    const taken = await claimOne(db, other);
    expect(await acceptLateAnswer(db, created(old, tenantId), letterOf)).toBe('accepted');
    expect((await recordTransitions(db, other, [created(taken, tenantId)], null)).applied.size).toBe(0);
    expect(await acceptLateAnswer(db, created(taken, tenantId), letterOf)).toBe('already-known');
    expect(await outbox()).toHaveLength(1);
  });

  it('makes a rejected onboarding a created one', async () => {
    const old = await frozen();
    await recordTransitions(db, other, [failed(await claimOne(db, other), 'rejected')], null);
    expect(await acceptLateAnswer(db, created(old, tenantId), letterOf)).toBe('accepted');
    expect(await rowOf(db, 'a')).toMatchObject({ state: 'created' });
    expect((await outbox()).map((row) => row.kind)).toEqual(['dead-letter', 'created']);
  });

  it('stores only the credentials when the tenant was adopted without them, and only once', async () => {
    const old = await frozen();
    await recordTransitions(db, other, [created(await claimOne(db, other), tenantId, null)], null);
    expect(await acceptLateAnswer(db, created(old, tenantId), letterOf)).toBe('credentials-stored');
    expect(await acceptLateAnswer(db, created(old, tenantId, 'others'), letterOf)).toBe('already-known');
    expect(await rowOf(db, 'a')).toMatchObject({ sealed_credentials: 'sealed' });
    expect(await outbox()).toHaveLength(1);
  });

  it('is an alarm when the onboarding has another tenant', async () => {
    const old = await frozen();
    await recordTransitions(db, other, [created(await claimOne(db, other), randomUUID())], null);
    expect(await acceptLateAnswer(db, created(old, tenantId), letterOf)).toBe('alarm');
  });

  it('is an alarm when the onboarding is at another revision by now', async () => {
    const old = await frozen();
    await recordTransitions(db, other, [failed(await claimOne(db, other), 'rejected')], null);
    await reopen(db, { record: aRequest('a'), how: 'new-revision', isReplay: true });
    expect(await acceptLateAnswer(db, created(old, tenantId), letterOf)).toBe('alarm');
    expect(await rowOf(db, 'a')).toMatchObject({ state: 'open', revision: 2 });
  });

  it('throws a tenant conflict when the tenant belongs to another onboarding', async () => {
    const old = await frozen();
    await open(db, 'b');
    const claims = await claim(db, other);
    const b = claims.find((each) => each.correlationId === 'b')!;
    await recordTransitions(db, other, [created(b, tenantId)], null);
    await expect(acceptLateAnswer(db, created(old, tenantId), letterOf)).rejects.toSatisfy(isTenantConflict);
  });

  it('that contradicts its request is known only while the onboarding stands as it left it', async () => {
    const old = await frozen();
    const taken = await claimOne(db, other);
    expect(await acceptLateAnswer(db, failed(taken, 'unresolved'), letterOf)).toBe('alarm');
    await recordTransitions(db, other, [failed(taken, 'unresolved')], null);
    expect(await acceptLateAnswer(db, failed(taken, 'unresolved'), letterOf)).toBe('already-known');
    expect(await acceptLateAnswer(db, failed(old, 'unresolved'), letterOf)).toBe('alarm');
  });

  it('gives a correction that waits for this call its dead letter', async () => {
    const old = await frozen();
    await recordTransitions(db, other, [failed(await claimOne(db, other), 'unresolved')], null);
    const record = aRequest('a', { digest: Buffer.from('other'), value: Buffer.from('corrected') });
    await reopen(db, { record, how: 'correction', isReplay: true });
    await db.query(`DELETE FROM outbox`);
    const late = await acceptLateAnswer(db, created(old, tenantId), (correction) => ({
      ...failed(old, 'rejected').publish[0]!,
      slot: 1,
      headers: [['dead-letter-original-offset', String(correction.offset)]],
    }));
    expect(late).toBe('accepted');
    expect(await outbox()).toMatchObject([
      { kind: 'created' },
      { kind: 'dead-letter', value: 'corrected', headers: `[["dead-letter-original-offset","${record.offset}"]]` },
    ]);
    expect(await known(db, 'a')).toMatchObject({ state: 'created', correctionDigest: null });
  });
});
