/**
 * Leases belong to workers (design 2): what a silent worker held is taken over, and no claim is ever left with nobody.
 */
import { randomUUID } from 'node:crypto';
import { eventually } from '#testing';
import { afterAll, beforeEach, describe, expect, it } from 'vitest';
import {
  type Database,
  beat,
  expireSilentWorkers,
  forgetOldWorkers,
  freeForgottenClaims,
  handBack,
  recordTransitions,
  retireWorker,
  takeRelay,
} from '../src/index.js';
import {
  aTransition,
  aWorker,
  claim,
  claimOne,
  isSomebodyWaiting,
  open,
  openLedger,
  rowOf,
  silence,
  steady,
} from './support.js';

const TIMES = { leaseMs: 10_000, callTimeoutMs: 180_000 };
const databases: Database[] = [];
let db: Database;
let me: string;
let other: string;

beforeEach(async () => {
  db = await openLedger();
  databases.push(db);
  me = await aWorker(db);
  other = await aWorker(db);
  await steady(db, me, 60);
});

afterAll(() => Promise.all(databases.map((each) => each.close())));

describe('a worker that was silent for a whole lease', () => {
  it('loses its claims, and finds itself dead at its next heartbeat', async () => {
    await open(db, 'a', 'b');
    await claim(db, other);
    await silence(db, other, 11);
    expect(await expireSilentWorkers(db, me, TIMES)).toEqual({ workers: 1, onboardings: 2 });
    expect((await claim(db, me)).map((c) => c.correlationId).sort()).toEqual(['a', 'b']);
    expect((await beat(db, other, TIMES.leaseMs)).alive).toBe(false);
  });

  it('leaves a call without a recorded answer: unsettled until claim + time-out, and the window counts from there', async () => {
    await open(db, 'a');
    await claim(db, other);
    await silence(db, other, 11);
    await expireSilentWorkers(db, me, TIMES);
    const [again] = await claim(db, me);
    expect(again).toMatchObject({ unsettled: true, step: 'create' });
    expect(again!.windowAgeMs).toBeLessThan(-170_000);
    expect(again!.windowAgeMs).toBeGreaterThanOrEqual(-180_000);
  });

  it('leaves a look for the tenant as it was: nothing was called', async () => {
    await open(db, 'a');
    const first = await claimOne(db, other);
    await recordTransitions(db, other, [aTransition(first, { step: 'reconcile', cause: 'domain-taken' })], null);
    await claim(db, other);
    await silence(db, other, 11);
    await expireSilentWorkers(db, me, TIMES);
    expect(await rowOf(db, 'a')).toMatchObject({ unsettled: false, window_from: null, worker_id: null });
  });

  it('leaves an earlier call unsettled, with the latest of the ends that were promised', async () => {
    await open(db, 'a');
    const first = await claimOne(db, other);
    const unsettled = { step: 'reconcile', cause: 'exhausted', unsettled: true, windowBegins: true } as const;
    await recordTransitions(db, other, [aTransition(first, unsettled)], null);
    await claim(db, other);
    await silence(db, other, 11);
    await expireSilentWorkers(db, me, TIMES);
    expect(await rowOf(db, 'a')).toMatchObject({ unsettled: true, worker_id: null });
    const later = new Date(Date.now() + 3_600_000);
    await db.query(`UPDATE onboarding SET step = 'create', window_from = $1`, [later]);
    await claim(db, me);
    await retireWorker(db, me, TIMES.callTimeoutMs);
    expect(await rowOf(db, 'a')).toMatchObject({ unsettled: true, window_from: later });
  });

  it('cannot record anything for its old claims, neither under its old id nor under a new one', async () => {
    await open(db, 'a');
    const old = await claimOne(db, other);
    await silence(db, other, 11);
    await expireSilentWorkers(db, me, TIMES);
    const taken = await claimOne(db, me);
    for (const workerId of [other, me, randomUUID()]) {
      expect((await recordTransitions(db, workerId, [aTransition(old)], null)).applied.size).toBe(0);
    }
    expect((await recordTransitions(db, me, [aTransition(taken)], null)).applied).toEqual(new Set(['a']));
  });
});

describe('nobody is taken for dead', () => {
  it('before a whole lease of silence has passed', async () => {
    await silence(db, other, 9);
    expect(await expireSilentWorkers(db, me, TIMES)).toEqual({ workers: 0, onboardings: 0 });
  });

  it('by an observer whose own heartbeats had a gap: the database was away for everybody', async () => {
    for (const worker of [me, other]) await silence(db, worker, 30);
    expect((await beat(db, me, TIMES.leaseMs)).alive).toBe(true);
    expect(await expireSilentWorkers(db, me, TIMES)).toEqual({ workers: 0, onboardings: 0 });
  });

  it('by an observer that was taken for dead itself', async () => {
    await db.query(`UPDATE worker SET expired_at = now() WHERE id = $1`, [me]);
    await silence(db, other, 30);
    expect(await expireSilentWorkers(db, me, TIMES)).toEqual({ workers: 0, onboardings: 0 });
  });

  it('by an observer that was silent itself since its last heartbeat: everybody may have slept', async () => {
    await silence(db, other, 11);
    await silence(db, me, 6);
    expect(await expireSilentWorkers(db, me, TIMES)).toEqual({ workers: 0, onboardings: 0 });
    await silence(db, me, 4);
    expect(await expireSilentWorkers(db, me, TIMES)).toEqual({ workers: 1, onboardings: 0 });
  });

  it('twice: of many observers exactly one takes over', async () => {
    await open(db, 'a');
    await claim(db, other);
    await silence(db, other, 11);
    const observers = await Promise.all(Array.from({ length: 8 }, () => aWorker(db)));
    for (const observer of observers) await steady(db, observer, 60);
    const taken = await Promise.all(observers.map((observer) => expireSilentWorkers(db, observer, TIMES)));
    expect(taken.reduce((sum, each) => sum + each.workers, 0)).toBe(1);
    expect(await rowOf(db, 'a')).toMatchObject({ claim: '1', worker_id: null });
  });
});

describe('no claim is left with nobody', () => {
  it('a worker that was taken for dead claims nothing more under that id', async () => {
    await open(db, 'a');
    await silence(db, other, 11);
    await expireSilentWorkers(db, me, TIMES);
    expect(await claim(db, other)).toEqual([]);
    expect(await claim(db, me)).toHaveLength(1);
  });

  it('a claim that a dead or vanished worker holds is freed by the next sweep', async () => {
    await open(db, 'a', 'b');
    await db.query(`UPDATE onboarding SET worker_id = $1, claim = 1, claimed_at = now() WHERE correlation_id = 'a'`, [
      randomUUID(),
    ]);
    await db.query(`UPDATE worker SET expired_at = now() WHERE id = $1`, [other]);
    await db.query(`UPDATE onboarding SET worker_id = $1, claim = 1, claimed_at = now() WHERE correlation_id = 'b'`, [
      other,
    ]);
    expect(await expireSilentWorkers(db, me, TIMES)).toEqual({ workers: 0, onboardings: 2 });
    expect(await rowOf(db, 'a')).toMatchObject({ worker_id: null, unsettled: true });
  });

  it('claims whose answer never reached this worker are given back, those that it knows are kept', async () => {
    await open(db, 'a', 'b');
    const [known] = await claim(db, me, 1);
    await claim(db, me, 1);
    expect(await freeForgottenClaims(db, me, [known!], TIMES.callTimeoutMs)).toBe(1);
    const back = await claim(db, me);
    expect(back).toHaveLength(1);
    expect(back[0]!.correlationId).not.toBe(known!.correlationId);
    expect(back[0]!.unsettled).toBe(true);
  });

  it('a claim that got lost is given up although an earlier one of the same onboarding is known', async () => {
    await open(db, 'a');
    const earlier = await claimOne(db, me);
    await handBack(db, me, [earlier]);
    await claim(db, me);
    expect(await freeForgottenClaims(db, me, [earlier], TIMES.callTimeoutMs)).toBe(1);
  });

  it('one that was recorded while its worker was taken for dead stays as it was recorded', async () => {
    await open(db, 'a');
    const claimed = await claimOne(db, other);
    await silence(db, other, 11);
    let taken: Promise<unknown> = Promise.resolve();
    await db.transaction(async (tx) => {
      await tx.query(`UPDATE onboarding SET worker_id = NULL, state = 'rejected', due_at = NULL WHERE claim = $1`, [
        claimed.claim.toString(),
      ]);
      taken = expireSilentWorkers(db, me, TIMES);
      await eventually(() => isSomebodyWaiting(db), { what: 'the taking over waits for the row' });
    });
    expect(await taken).toEqual({ workers: 1, onboardings: 0 });
    expect(await rowOf(db, 'a')).toMatchObject({ state: 'rejected', unsettled: false });
  });

  it('a worker that leaves hands back what it still holds, and the relay', async () => {
    await open(db, 'a');
    await claim(db, me);
    await takeRelay(db, me);
    await retireWorker(db, me, TIMES.callTimeoutMs);
    expect(await claim(db, other)).toHaveLength(1);
    const { rows } = await db.query(`SELECT worker_id FROM relay`);
    expect(rows).toEqual([{ worker_id: null }]);
  });

  it('workers that are dead are remembered for a week', async () => {
    await db.query(`UPDATE worker SET expired_at = now() - interval '8 days' WHERE id = $1`, [other]);
    const fresh = await aWorker(db);
    await db.query(`UPDATE worker SET expired_at = now() - interval '6 days' WHERE id = $1`, [fresh]);
    await forgetOldWorkers(db);
    const { rows } = await db.query<{ id: string }>(`SELECT id FROM worker`);
    expect(rows.map(({ id }) => id).sort()).toEqual([me, fresh].sort());
  });
});
