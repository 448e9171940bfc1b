/**
 * Claims (P2, P5): whatever many workers do at once, an onboarding has one of them and a domain has one onboarding.
 */
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type Database, endPauses, erasePayloads, handBack, pauseAll, recordTransitions } from '../src/index.js';
import { type ClaimedOnboarding } from '../src/index.js';
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
} from './support.js';

const databases: Database[] = [];

async function ledger(): Promise<Database> {
  const db = await openLedger();
  databases.push(db);
  return db;
}

afterAll(() => Promise.all(databases.map((db) => db.close())));

describe('many workers that claim at once', () => {
  const ONBOARDINGS = 300;
  const WORKERS = 12;
  let db: Database;
  const steps: { correlationId: string; domain: string; from: number; to: number }[] = [];
  let clock = 0;

  async function workUntilNothingIsLeft(workerId: string): Promise<void> {
    for (let idle = 0; idle < 40;) {
      const claims = await claim(db, workerId, 1 + (clock % 7));
      idle = claims.length === 0 ? idle + 1 : 0;
      const from = claims.map(() => clock++);
      await finish(workerId, claims, from);
    }
  }

  /** A third of the steps leaves the onboarding unsettled and due again. */
  async function finish(workerId: string, claims: ClaimedOnboarding[], from: number[]): Promise<void> {
    const transitions = claims.map((each, n) =>
      each.tries === 0 && n % 3 === 0 ? aTransition(each, { tries: 1, unsettled: true }) : failed(each, 'rejected'),
    );
    const to = clock++;
    const { applied } = await recordTransitions(db, workerId, transitions, null);
    expect(applied.size).toBe(claims.length);
    claims.forEach(({ correlationId, domain }, n) => steps.push({ correlationId, domain, from: from[n]!, to }));
  }

  beforeAll(async () => {
    db = await ledger();
    const records = Array.from({ length: ONBOARDINGS }, (_, n) =>
      aRequest(`id-${String(n).padStart(3, '0')}`, { domain: `domain-${n % 120}.onmicrosoft.com` }),
    );
    await open(db, ...records);
    const workers = await Promise.all(Array.from({ length: WORKERS }, () => aWorker(db)));
    await Promise.all(workers.map(workUntilNothingIsLeft));
  });

  it('leave none behind', async () => {
    const { rows } = await db.query(`SELECT correlation_id FROM onboarding WHERE state <> 'rejected'`);
    expect(rows).toEqual([]);
    expect(new Set(steps.map((step) => step.correlationId)).size).toBe(ONBOARDINGS);
  });

  it('never have the same onboarding, nor two of one domain, at the same time', () => {
    const byDomain = Map.groupBy(steps, (step) => step.domain);
    for (const ofDomain of byDomain.values()) {
      const inOrder = ofDomain.sort((a, b) => a.from - b.from);
      for (const [n, step] of inOrder.entries()) {
        const next = inOrder[n + 1];
        if (next) expect(next.from).toBeGreaterThan(step.to);
      }
    }
  });
});

describe('onboardings that are due', () => {
  it('are claimed in the order in which they fell due', async () => {
    const db = await ledger();
    const me = await aWorker(db);
    await open(db, 'c', 'a', 'b');
    for (const [n, id] of ['b', 'c', 'a'].entries()) {
      await db.query(`UPDATE onboarding SET due_at = now() - $2 * interval '1 s' WHERE correlation_id = $1`, [
        id,
        9 - n,
      ]);
    }
    const order: string[] = [];
    for (let n = 0; n < 3; n++) order.push((await claimOne(db, me)).correlationId);
    expect(order).toEqual(['b', 'c', 'a']);
  });
});

describe('onboardings of one domain', () => {
  it('wait while an earlier one has an unsettled call, also between its calls', async () => {
    const db = await ledger();
    const me = await aWorker(db);
    await open(db, aRequest('first', { domain: 'same' }));
    const first = await claimOne(db, me);
    await recordTransitions(db, me, [aTransition(first, { unsettled: true, dueInMs: 60_000 })], null);
    await open(db, aRequest('second', { domain: 'same' }));
    expect(await claim(db, me)).toEqual([]);
    expect(await rowOf(db, 'second')).toMatchObject({ state: 'open', worker_id: null });
  });

  it('delay no other domain, however many of them wait', async () => {
    const db = await ledger();
    const me = await aWorker(db);
    await open(db, aRequest('first', { domain: 'same' }));
    const first = await claimOne(db, me);
    const many = Array.from({ length: 50 }, (_, n) =>
      aRequest(`waiting-${String(n).padStart(2, '0')}`, { domain: 'same' }),
    );
    await open(db, ...many);
    await open(db, aRequest('other', { domain: 'other' }));
    expect((await claim(db, me, 10)).map((each) => each.correlationId)).toEqual(['other']);
    expect(first.correlationId).toBe('first');
  });

  it('go on when the earlier one ended for a person to look, although its call is unsettled', async () => {
    const db = await ledger();
    const me = await aWorker(db);
    await open(db, aRequest('first', { domain: 'same' }));
    await recordTransitions(db, me, [failed(await claimOne(db, me), 'unresolved')], null);
    await open(db, aRequest('second', { domain: 'same' }));
    expect((await claimOne(db, me)).correlationId).toBe('second');
  });

  it('go on when the earlier one is settled, or was handed back before anything was called', async () => {
    const db = await ledger();
    const me = await aWorker(db);
    await open(db, aRequest('first', { domain: 'same' }));
    const first = await claimOne(db, me);
    await db.query(`UPDATE onboarding SET received_at = received_at - interval '1 s'`);
    await handBack(db, me, [first]);
    await open(db, aRequest('second', { domain: 'same' }));
    await db.query(`UPDATE onboarding SET due_at = now() - interval '1 s' WHERE correlation_id = 'second'`);
    expect((await claim(db, me)).map((c) => c.correlationId)).toEqual(['second']);
  });
});

describe('claims that were handed back', () => {
  it('are not touched when somebody else has them by now', async () => {
    const db = await ledger();
    const [me, other] = [await aWorker(db), await aWorker(db)];
    await open(db, 'a');
    const mine = await claimOne(db, me);
    await handBack(db, me, [mine]);
    await claimOne(db, other);
    await handBack(db, me, [mine]);
    expect(await rowOf(db, 'a')).toMatchObject({ worker_id: other });
  });

  it('are not touched when this worker has claimed them anew', async () => {
    const db = await ledger();
    const me = await aWorker(db);
    await open(db, 'a');
    const earlier = await claimOne(db, me);
    await handBack(db, me, [earlier]);
    await claimOne(db, me);
    await handBack(db, me, [earlier]);
    expect(await rowOf(db, 'a')).toMatchObject({ worker_id: me });
  });

  it('stay held, and due since the same time, if they were', async () => {
    const db = await ledger();
    const me = await aWorker(db);
    await open(db, 'a');
    const held = { state: 'held', waitingFor: 'hold', holds: 1, dueInMs: -60_000 } as const;
    await recordTransitions(db, me, [aTransition(await claimOne(db, me), held)], null);
    const { due_at } = await rowOf(db, 'a');
    await handBack(db, me, [await claimOne(db, me)]);
    expect(await rowOf(db, 'a')).toMatchObject({ state: 'held', waiting_for: 'hold', due_at, worker_id: null });
  });

  it('take their turn behind what is due by now if they are open', async () => {
    const db = await ledger();
    const me = await aWorker(db);
    await open(db, 'a');
    const waited = { waitingFor: 'world', dueInMs: -60_000 } as const;
    await recordTransitions(db, me, [aTransition(await claimOne(db, me), waited)], null);
    const first = await claimOne(db, me);
    await open(db, 'b');
    await handBack(db, me, [first]);
    expect(await rowOf(db, 'a')).toMatchObject({ waiting_for: 'turn' });
    expect((await claimOne(db, me)).correlationId).toBe('b');
  });

  it('keep their domain while a call of theirs is unsettled', async () => {
    const db = await ledger();
    const me = await aWorker(db);
    await open(db, aRequest('first', { domain: 'same' }));
    await recordTransitions(db, me, [aTransition(await claimOne(db, me), { unsettled: true })], null);
    await handBack(db, me, await claim(db, me));
    await db.query(`UPDATE onboarding SET due_at = now() + interval '1 hour'`);
    await open(db, aRequest('second', { domain: 'same' }));
    expect(await claim(db, me)).toEqual([]);
  });
});

describe('an unresolved onboarding whose payload was erased', () => {
  async function erased(): Promise<{ db: Database; me: string }> {
    const db = await ledger();
    const me = await aWorker(db);
    await open(db, 'a');
    await recordTransitions(db, me, [failed(await claimOne(db, me), 'unresolved')], null);
    expect(await erasePayloads(db, 0, 10)).toBe(1);
    return { db, me };
  }

  it('is claimed again when a correction reopens it, with the correction’s record', async () => {
    const { db, me } = await erased();
    const correction = aRequest('a', { domain: 'other', digest: Buffer.from('other'), causationId: 'again' });
    await reopen(db, { record: correction, how: 'correction', isReplay: false });
    const claimed = await claimOne(db, me);
    expect(claimed).toMatchObject({ cause: 'correction', domain: 'a.onmicrosoft.com', unsettled: true });
    expect(claimed.record).toMatchObject({ causationId: 'again' });
    expect(claimed.correction).toMatchObject({ causationId: 'again' });
    const promoted = aTransition(claimed, { unsettled: false, correction: { promote: correction } });
    await recordTransitions(db, me, [promoted], null);
    expect(await claimOne(db, me)).toMatchObject({ revision: 2, domain: 'other', correction: null });
  });

  it('is claimed again when the same data reopen it', async () => {
    const { db, me } = await erased();
    await reopen(db, { record: aRequest('a'), how: 'same-revision', isReplay: true });
    expect(await claimOne(db, me)).toMatchObject({ step: 'reconcile', revision: 1, replays: 1 });
  });

  it('is erased again when it ended again', async () => {
    const { db, me } = await erased();
    await reopen(db, { record: aRequest('a'), how: 'same-revision', isReplay: true });
    await recordTransitions(db, me, [failed(await claimOne(db, me), 'unresolved')], null);
    expect(await erasePayloads(db, 0, 10)).toBe(1);
  });
});

describe('payloads', () => {
  it('are erased once their onboarding ended long enough ago, and no others', async () => {
    const db = await ledger();
    const me = await aWorker(db);
    await open(db, 'fresh', 'old', 'waiting');
    const claims = await claim(db, me);
    const of = (id: string): ClaimedOnboarding => claims.find((c) => c.correlationId === id)!;
    await recordTransitions(
      db,
      me,
      [
        created(of('old'), '11111111-1111-1111-1111-111111111111'),
        failed(of('fresh'), 'rejected'),
        aTransition(of('waiting')),
      ],
      null,
    );
    await db.query(`UPDATE onboarding SET finished_at = now() - interval '2 days' WHERE correlation_id = 'old'`);
    expect(await erasePayloads(db, 1, 10)).toBe(1);
    expect(await erasePayloads(db, 1, 10)).toBe(0);
    const { rows } = await db.query<{ correlation_id: string }>(`SELECT correlation_id FROM request_record ORDER BY 1`);
    expect(rows.map((row) => row.correlation_id)).toEqual(['fresh', 'waiting']);
    expect(await rowOf(db, 'old')).toMatchObject({ domain: 'old.onmicrosoft.com', announcement: '{}' });
    expect(await known(db, 'old')).toMatchObject({ state: 'created', digests: [expect.any(Buffer)] });
  });
});

describe('the end of a pause', () => {
  it('lets go on what waited for the world, was held or backed off, but not what waits out a window', async () => {
    const db = await ledger();
    const me = await aWorker(db);
    await open(db, 'world', 'hold', 'backoff', 'window');
    const waits = (await claim(db, me)).map((each) =>
      aTransition(each, {
        dueInMs: 60_000,
        waitingFor: each.correlationId as 'world',
        state: each.correlationId === 'hold' ? 'held' : 'open',
      }),
    );
    await recordTransitions(db, me, waits, null);
    await pauseAll(db, 'outage', 'test', 1_000);
    expect(await endPauses(db, ['outage'])).toBe(true);
    expect((await claim(db, me)).map((c) => c.correlationId).sort()).toEqual(['backoff', 'hold', 'world']);
  });

  it('frees nothing where no pause was on', async () => {
    const db = await ledger();
    const me = await aWorker(db);
    await open(db, 'a');
    const wait = aTransition(await claimOne(db, me), { dueInMs: 60_000, waitingFor: 'backoff' });
    await recordTransitions(db, me, [wait], null);
    expect(await endPauses(db, ['outage', 'configuration'])).toBe(false);
    expect(await claim(db, me)).toEqual([]);
  });
});
