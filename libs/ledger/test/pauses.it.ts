/**
 * What workers count together (P4; contract 5): rows of unclear answers, first holds, whose turn it is to probe a pause,
 * and whether the service was evidently working.
 */
import { randomUUID } from 'node:crypto';
import { afterAll, beforeEach, describe, expect, it } from 'vitest';
import {
  type Database,
  type ServiceState,
  type Transition,
  beat,
  endPauses,
  endPausesWithNobodyWaiting,
  forgetPassedThrottle,
  handBack,
  pauseAll,
  readEvidence,
  recordTransitions,
  takeProbe,
  throttle,
} from '../src/index.js';
import { noteServiceNews } from '../src/pauses.js';
import { aRequest, aTransition, aWorker, claim, created, failed, open, openLedger, reopen } from './support.js';

const databases: Database[] = [];
let db: Database;
let me: string;
let other: string;

beforeEach(async () => {
  db = await openLedger();
  databases.push(db);
  [me, other] = [await aWorker(db), await aWorker(db)];
});
afterAll(() => Promise.all(databases.map((each) => each.close())));

/** One onboarding of `workerId` gets a definite answer: its create is accepted. */
async function accept(workerId: string, id = `accepted-${randomUUID()}`): Promise<void> {
  await open(db, id);
  const mine = (await claim(db, workerId)).filter(({ correlationId }) => correlationId === id);
  const transitions = mine.map((each) => ({ ...created(each, randomUUID()), definite: true }));
  await recordTransitions(db, workerId, transitions, null);
}

async function unclear(ids: string[], beganMsAgo = 0): Promise<ServiceState> {
  const news = { unclear: ids.map((correlationId) => ({ correlationId, beganMsAgo })), firstHeld: [] };
  return db.transaction((tx) => noteServiceNews(tx, news));
}
async function held(country: string, partnerId: string | null = null): Promise<boolean> {
  const news = { unclear: [], firstHeld: [{ correlationId: 'held', country, partnerId }] };
  return (await db.transaction((tx) => noteServiceNews(tx, news))).heldAlike;
}

describe('unclear answers', () => {
  it('are counted over batches, and whether they came from several onboardings', async () => {
    expect(await unclear(['a', 'a', 'a', 'a'])).toMatchObject({ unclearInRow: 4, unclearFromSeveral: false });
    expect(await unclear(['b'])).toMatchObject({ unclearInRow: 5, unclearFromSeveral: true });
    expect(await unclear(['a'])).toMatchObject({ unclearInRow: 6, unclearFromSeveral: true });
  });

  it('are no row when somebody was served while their calls were under way', async () => {
    await accept(other);
    expect(await unclear(['a', 'b', 'c', 'd', 'e', 'f'], 60_000)).toMatchObject({ unclearInRow: 0 });
    expect(await unclear(['a', 'b'])).toMatchObject({ unclearInRow: 2 });
  });

  it('begin a new row after a definite answer that any worker got', async () => {
    await unclear(['a', 'b', 'c', 'd']);
    await accept(other);
    expect(await unclear(['a'])).toMatchObject({ unclearInRow: 1, unclearFromSeveral: false });
  });

  it('begin a new row after a pause has ended', async () => {
    await unclear(['a', 'b', 'c', 'd', 'e']);
    await pauseAll(db, 'outage', 'five', 1_000);
    expect(await endPauses(db, ['outage'])).toBe(true);
    expect(await unclear(['a'])).toMatchObject({ unclearInRow: 1 });
  });
});

describe('first holds', () => {
  it('are alike when country or partner differ and nothing was accepted between', async () => {
    expect([await held('US'), await held('US'), await held('DE')]).toEqual([false, false, true]);
    expect(await held('US', 'partner')).toBe(true);
  });

  it('are alike when a create was refused between: that accepts none of them', async () => {
    expect(await held('US')).toBe(false);
    await open(db, 'refused');
    const [refused] = await claim(db, other);
    await recordTransitions(db, other, [{ ...failed(refused!, 'rejected'), definite: true }], null);
    expect(await held('DE')).toBe(true);
  });

  it('are not alike when any worker had a create accepted between', async () => {
    expect(await held('US')).toBe(false);
    await accept(other);
    expect(await held('DE')).toBe(false);
    expect(await held('FR')).toBe(true);
  });
});

describe('a throttle', () => {
  async function throttled(): Promise<{ endsInMs: number | null; repeats: number } | undefined> {
    return (await beat(db, me, 10_000)).pauses.find(({ kind }) => kind === 'throttled');
  }
  const passes = (): Promise<unknown> => db.query(`UPDATE pause SET until = now() - interval '1 ms'`);

  it('ends never earlier than one that was told before', async () => {
    await throttle(db, 60_000, 'test');
    await throttle(db, 1_000, 'test');
    expect((await throttled())!.endsInMs).toBeGreaterThan(50_000);
    await throttle(db, 90_000, 'test');
    expect((await throttled())!.endsInMs).toBeGreaterThan(80_000);
  });

  it('is the next of a series when the one before has passed; answers that come together are one', async () => {
    for (let n = 0; n < 3; n++) await throttle(db, 60_000, 'test');
    expect(await throttled()).toMatchObject({ repeats: 1 });
    await passes();
    await throttle(db, 60_000, 'test');
    expect(await throttled()).toMatchObject({ repeats: 2 });
  });

  it('is forgotten by another answer once it has passed, not before', async () => {
    await throttle(db, 60_000, 'test');
    await forgetPassedThrottle(db);
    expect(await throttled()).toMatchObject({ repeats: 1 });
    await passes();
    await forgetPassedThrottle(db);
    expect(await throttled()).toBeUndefined();
  });
});

describe('the turn to probe a pause', () => {
  it('comes when it is due, to one of many that ask at once, and again an interval later', async () => {
    await pauseAll(db, 'outage', 'test', 60_000);
    expect(await takeProbe(db, 'outage', 60_000)).toBe(false);
    await db.query(`UPDATE pause SET next_probe_at = now()`);
    const turns = await Promise.all(Array.from({ length: 8 }, () => takeProbe(db, 'outage', 60_000)));
    expect(turns.filter(Boolean)).toHaveLength(1);
  });
});

describe('a pause that nobody waits for', () => {
  it('ends when the last onboarding is settled, but not for a missing token: that is probed by itself', async () => {
    for (const kind of ['outage', 'configuration', 'token'] as const) await pauseAll(db, kind, 'test', 60_000);
    await open(db, 'open');
    await open(db, 'held');
    const kinds = async (): Promise<string[]> => {
      const { rows } = await db.query<{ kind: string }>(`SELECT kind FROM pause ORDER BY kind`);
      return rows.map(({ kind }) => kind);
    };
    const settle = (id: string, state: string): Promise<unknown> =>
      db.query(
        `UPDATE onboarding SET state = $2, due_at = CASE $2 WHEN 'held' THEN due_at END WHERE correlation_id = $1`,
        [id, state],
      );
    await settle('open', 'rejected');
    await settle('held', 'held');
    expect([await endPausesWithNobodyWaiting(db), await kinds()]).toEqual([
      false,
      ['configuration', 'outage', 'token'],
    ]);
    await settle('held', 'unresolved');
    expect([await endPausesWithNobodyWaiting(db), await kinds()]).toEqual([true, ['token']]);
    expect(await endPausesWithNobodyWaiting(db)).toBe(false);
  });
});

describe('a probe', () => {
  async function probe(change: Partial<Transition>): Promise<string | undefined> {
    const [one] = await claim(db, me, 1, true);
    if (one) await recordTransitions(db, me, [aTransition(one, change)], null);
    return one?.correlationId;
  }

  it('is a different onboarding each time, whenever they are due', async () => {
    for (const id of ['a', 'b', 'c']) await open(db, id);
    const waits = [300_000, 50, 60_000, 50, 50, 50];
    const probed: (string | undefined)[] = [];
    for (const dueInMs of waits) probed.push(await probe({ dueInMs, waitingFor: 'backoff' }));
    expect(probed).toEqual(['a', 'b', 'c', 'a', 'b', 'c']);
  });

  it('is one that is not held as long as there is any', async () => {
    await open(db, 'held');
    expect(await probe({ state: 'held', dueInMs: 1, waitingFor: 'hold' })).toBe('held');
    await open(db, 'waiting');
    expect([await probe({}), await probe({})]).toEqual(['waiting', 'waiting']);
  });

  it('is a look for a tenant where no create waits, so that a pause never outlives the last create', async () => {
    await open(db, 'looks');
    expect(await probe({ step: 'reconcile', cause: 'domain-taken', unsettled: true })).toBe('looks');
    await open(db, 'creates');
    expect([await probe({ state: 'rejected', dueInMs: null, waitingFor: null }), await probe({})]).toEqual([
      'creates',
      'looks',
    ]);
  });

  it('is no look for a tenant before its time', async () => {
    await open(db, 'looks');
    await probe({ step: 'reconcile', cause: 'domain-taken', unsettled: true, dueInMs: 60_000, waitingFor: 'window' });
    expect(await probe({})).toBeUndefined();
  });

  it('is not one that waits for the domain of another', async () => {
    await open(db, 'owner', aRequest('waits', { domain: 'owner.onmicrosoft.com' }));
    const [first] = await claim(db, me, 1);
    await recordTransitions(
      db,
      me,
      [aTransition(first!, { unsettled: true, dueInMs: 60_000, waitingFor: 'backoff' })],
      null,
    );
    expect([await probe({ unsettled: true }), await probe({ unsettled: true })]).toEqual([
      first!.correlationId,
      first!.correlationId,
    ]);
  });
});

describe('evidence that the service works', () => {
  it('is a definite answer to another since the end of the last attempt', async () => {
    await open(db, 'a');
    const [a] = await claim(db, me);
    await accept(other);
    expect(await readEvidence(db, 'a')).toMatchObject({ definiteForAnother: true });
    await recordTransitions(db, me, [aTransition(a!, { wasAttempt: true, tries: 1 })], null);
    expect(await readEvidence(db, 'a')).toMatchObject({ definiteForAnother: false });
    await accept(other);
    expect(await readEvidence(db, 'a')).toMatchObject({ definiteForAnother: true });
  });

  it('is also the one before a definite answer to this very one', async () => {
    await open(db, 'a');
    const [first] = await claim(db, me);
    await recordTransitions(db, me, [aTransition(first!, { wasAttempt: true, tries: 1 })], null);
    const [a] = await claim(db, me);
    await accept(me);
    await recordTransitions(db, me, [aTransition(a!, { definite: true })], null);
    expect(await readEvidence(db, 'a')).toMatchObject({ definiteForAnother: true });
  });

  it('is never a definite answer to this very one', async () => {
    await open(db, 'a');
    const [first] = await claim(db, me);
    await recordTransitions(db, me, [aTransition(first!, { wasAttempt: true, tries: 1 })], null);
    const [again] = await claim(db, me);
    await recordTransitions(db, me, [aTransition(again!, { definite: true })], null);
    expect(await readEvidence(db, 'a')).toMatchObject({ definiteForAnother: false });
  });

  it('is not what was answered before the onboarding was tried anew', async () => {
    await open(db, 'a');
    const [a] = await claim(db, me);
    await recordTransitions(db, me, [{ ...failed(a!, 'unresolved'), wasAttempt: true }], null);
    await accept(other);
    expect(await readEvidence(db, 'a')).toMatchObject({ definiteForAnother: true });
    await reopen(db, { record: aRequest('a'), how: 'same-revision', isReplay: true });
    expect(await readEvidence(db, 'a')).toMatchObject({ definiteForAnother: false });
  });

  it('is not awaited from one that waits for the domain of this one', async () => {
    await open(db, 'a', aRequest('b', { domain: 'a.onmicrosoft.com' }));
    expect(await readEvidence(db, 'a')).toMatchObject({ othersWaitOtherwise: false });
    await open(db, 'c');
    expect(await readEvidence(db, 'a')).toMatchObject({ othersWaitOtherwise: true });
    await db.query(`UPDATE onboarding SET tries = 1 WHERE correlation_id = 'c'`);
    expect(await readEvidence(db, 'a')).toMatchObject({ othersWaitOtherwise: false });
    await db.query(`UPDATE onboarding SET tries = 0, step = 'reconcile' WHERE correlation_id = 'c'`);
    expect(await readEvidence(db, 'a')).toMatchObject({ othersWaitOtherwise: false });
    await db.query(`UPDATE onboarding SET step = 'create' WHERE correlation_id = 'c'`);
    await handBack(db, me, await claim(db, me));
    expect(await readEvidence(db, 'a')).toMatchObject({ othersWaitOtherwise: true });
  });
});
