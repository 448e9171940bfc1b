/**
 * The onboarding service on a real ledger, with every answer of the service at will: what no scenario can time.
 */
import { afterEach, describe, expect, it } from 'vitest';
import { type Database, expireSilentWorkers, registerWorker } from '#ledger';
import type { CreateAnswer } from '#partner-center';
import { eventually } from '#testing';
import { randomUUID } from 'node:crypto';
import { type CreateCall, OneWorker, createdAnswer, openLedger, request, statesOf } from './one-worker.js';

const running: OneWorker[] = [];
const databases: Database[] = [];

async function ledger(): Promise<Database> {
  const db = await openLedger();
  databases.push(db);
  return db;
}

async function start(db: Database, options: ConstructorParameters<typeof OneWorker>[1]): Promise<OneWorker> {
  const worker = await new OneWorker(db, options).start();
  running.push(worker);
  return worker;
}

/** Another worker takes everything over from all others, as if they had been silent for a lease. */
async function takeOver(db: Database): Promise<string> {
  const observer = randomUUID();
  await registerWorker(db, observer);
  await db.query(`UPDATE worker SET steady_since = now() - interval '1 hour' WHERE id = $1`, [observer]);
  await eventually(
    async () => {
      // A heartbeat may come between the two statements.
      await db.query(`UPDATE worker SET heartbeat_at = now() - interval '1 hour' WHERE id <> $1`, [observer]);
      const taken = await expireSilentWorkers(db, observer, { leaseMs: 10_000, callTimeoutMs: 1_000 });
      return taken.workers === 1;
    },
    { what: 'the worker is taken for dead' },
  );
  return observer;
}

afterEach(async () => {
  await Promise.all(running.splice(0).map((worker) => worker.stop()));
  await Promise.all(databases.splice(0).map((db) => db.close()));
});

describe('a claim that got lost', () => {
  it('on its way to the worker is given up and worked on again', async () => {
    const db = await ledger();
    const worker = await start(db, { create: (call) => Promise.resolve(createdAnswer(call)) });
    await request(db, 'a');
    await db.query(`UPDATE onboarding SET worker_id = $1, claim = claim + 1, claimed_at = now(), holds_domain = true`, [
      worker.lease.workerId,
    ]);
    await eventually(async () => (await statesOf(db))['a'] === 'created', { what: 'a is created', timeoutMs: 20_000 });
  });

  it('with a step that failed is given up and worked on again', async () => {
    const db = await ledger();
    let calls = 0;
    await start(db, {
      create: (call) => {
        if (++calls === 1) throw new Error('unforeseen');
        return Promise.resolve(createdAnswer(call));
      },
    });
    await request(db, 'a');
    await eventually(async () => (await statesOf(db))['a'] === 'created', { what: 'a is created', timeoutMs: 20_000 });
    expect(calls).toBe(2);
  });
});

describe('a worker that was taken for dead', () => {
  it('starts no call for what it had claimed, although it lives again under a new id', async () => {
    const db = await ledger();
    let calls = 0;
    let mayStart: boolean | null = null;
    const tokenIsThere = Promise.withResolvers<true>();
    const worker = await start(db, {
      create: async (call): Promise<CreateAnswer> => {
        if (++calls > 1) return createdAnswer(call);
        await tokenIsThere.promise;
        mayStart = call.options.mayStart();
        return { kind: 'not-sent', why: 'gate-closed', message: 'the call was not allowed to start' };
      },
    });
    const before = worker.lease.workerId;
    await request(db, 'a');
    await eventually(() => calls === 1, { what: 'the call waits for its token' });
    await takeOver(db);
    await eventually(() => worker.lease.workerId !== before && worker.gate.mayStart(), {
      what: 'the worker lives again',
    });
    tokenIsThere.resolve(true);
    await eventually(() => mayStart !== null, { what: 'the call asks whether it may start' });
    expect(mayStart).toBe(false);
    await eventually(async () => (await statesOf(db))['a'] === 'created', { what: 'a is created' });
  });

  it('has its late 201 accepted', async () => {
    const db = await ledger();
    const calls: CreateCall[] = [];
    const answer = Promise.withResolvers<true>();
    const worker = await start(db, {
      create: async (call) => {
        calls.push(call);
        await answer.promise;
        return createdAnswer(call, '11111111-1111-4111-8111-111111111111');
      },
    });
    const before = worker.lease.workerId;
    await request(db, 'a');
    await eventually(() => calls.length > 0, { what: 'the call is under way' });
    await takeOver(db);
    await eventually(() => worker.lease.workerId !== before, { what: 'the worker lives again' });
    answer.resolve(true);
    await eventually(async () => (await statesOf(db))['a'] === 'created', { what: 'a is created' });
    const { rows } = await db.query<{ n: string }>(`SELECT count(*) AS n FROM outbox WHERE kind = 'created'`);
    expect(rows[0]!.n).toBe('1');
  });
});

describe('a late 201 that names the tenant of another onboarding', () => {
  it('is an alarm, not an endless repetition that keeps the worker from stopping', async () => {
    const db = await ledger();
    const tenant = '11111111-1111-4111-8111-111111111111';
    const answer = Promise.withResolvers<true>();
    let calls = 0;
    const worker = await start(db, {
      create: async (call) => {
        const isFirst = ++calls === 1;
        if (isFirst) await answer.promise;
        return isFirst ? createdAnswer(call, tenant) : new Promise(() => undefined);
      },
    });
    await request(db, 'a');
    await eventually(() => calls === 1, { what: 'the call of a is under way' });
    const observer = await takeOver(db);
    await request(db, 'b');
    await db.query(
      `UPDATE onboarding SET state = 'created', due_at = NULL, tenant_id = $1, worker_id = NULL WHERE correlation_id = 'b'`,
      [tenant],
    );
    await db.query(`UPDATE onboarding SET worker_id = $1, claim = claim + 1 WHERE correlation_id = 'a'`, [observer]);
    answer.resolve(true);
    running.splice(running.indexOf(worker), 1);
    await worker.stop();
    expect(await statesOf(db)).toEqual({ a: 'open', b: 'created' });
  });
});

describe('an outcome that the ledger cannot hold', () => {
  it('parks its onboarding for a person and stops no other', async () => {
    const db = await ledger();
    await start(db, {
      create: (call) =>
        Promise.resolve(createdAnswer(call, call.companyProfile.domain.startsWith('bad') ? 'no uuid' : undefined)),
    });
    await request(db, 'bad', 'good');
    await eventually(async () => !Object.values(await statesOf(db)).includes('open'), { what: 'both are done' });
    expect(await statesOf(db)).toEqual({ bad: 'unresolved', good: 'created' });
  });
});

describe('a token endpoint that accepts and hangs', () => {
  it('does not keep a worker from stopping while it is probed', async () => {
    const db = await ledger();
    let probes = 0;
    const worker = await start(db, {
      create: () => Promise.resolve({ kind: 'token-failed', permanent: false, code: null, message: 'no answer' }),
      checkToken: (signal) => {
        probes += 1;
        return new Promise((resolve) => signal?.addEventListener('abort', () => resolve('aborted')));
      },
    });
    await request(db, 'a');
    await eventually(() => probes === 1, { what: 'the endpoint is probed' });
    running.splice(running.indexOf(worker), 1);
    await worker.stop();
    expect(probes).toBe(1);
    const { rows } = await db.query(`SELECT kind FROM pause`);
    expect(rows).toEqual([{ kind: 'token' }]);
  });
});

describe('a pause', () => {
  it('does not outlast the last onboarding that could probe it: the next one is called', async () => {
    const db = await ledger();
    const refused: CreateAnswer = { kind: 'account-refused', httpStatus: 403, code: '900420', message: 'an agreement' };
    let isMended = false;
    await start(db, { create: (call) => Promise.resolve(isMended ? createdAnswer(call) : refused) });
    await request(db, 'a');
    const paused = async (): Promise<boolean> => (await db.query(`SELECT 1 FROM pause`)).rows.length > 0;
    await eventually(paused, { what: 'all work is paused' });
    isMended = true;
    await db.query(`UPDATE onboarding SET state = 'unresolved', due_at = NULL, claim = claim + 1, worker_id = NULL`);
    await eventually(async () => !(await paused()), { what: 'the pause to end' });
    await request(db, 'b');
    await eventually(async () => (await statesOf(db))['b'] === 'created', { what: 'b is created' });
  });
});

describe('calls that hang in every slot of one worker', () => {
  it('do not keep onboardings from a worker that has room', async () => {
    const db = await ledger();
    const settings = { concurrencyMax: 2 };
    let hanging = 0;
    const hang = (call: CreateCall): Promise<CreateAnswer> =>
      new Promise((resolve) => {
        hanging += 1;
        const message = 'broken off';
        call.options.signal?.addEventListener('abort', () =>
          resolve({ kind: 'not-sent', why: 'gate-closed', message }),
        );
      });
    await start(db, { create: hang, settings });
    await request(db, 'h1', 'h2', 'x1');
    await eventually(() => hanging === 2, { what: 'both slots hang' });
    await start(db, { create: (call) => Promise.resolve(createdAnswer(call)), settings });
    await eventually(async () => Object.values(await statesOf(db)).includes('created'), {
      what: 'the third is created',
    });
  });
});

describe('after a throttle', () => {
  it('one call begins alone, then two, then four', async () => {
    const db = await ledger();
    let isThrottling = true;
    const underWay: ((answer: CreateAnswer) => void)[] = [];
    const calls: CreateCall[] = [];
    await start(db, {
      settings: { concurrencyMax: 10 },
      create: (call) => {
        if (isThrottling) return Promise.resolve({ kind: 'throttled', retryAfterMs: 1_000 });
        calls.push(call);
        return new Promise((resolve) => underWay.push(resolve));
      },
    });
    await request(db, ...Array.from({ length: 12 }, (_, n) => `t${n}`));
    await eventually(() => running[0]?.gate.isThrottled, { what: 'the throttle is on' });
    isThrottling = false;
    for (const expected of [1, 2, 4]) {
      await eventually(() => underWay.length >= expected, { what: `${expected} begin` });
      expect(underWay).toHaveLength(expected);
      underWay.splice(0).forEach((answer, n) => answer(createdAnswer(calls[n] as CreateCall)));
      calls.splice(0);
    }
    await eventually(() => underWay.length === 5, { what: 'the rest begins' });
    underWay.splice(0).forEach((answer, n) => answer(createdAnswer(calls[n] as CreateCall)));
  });
});

describe('answers that the ledger cannot take in', () => {
  it('are bounded: then nothing more is called, and all are recorded once it can', async () => {
    const db = await ledger();
    const ids = Array.from({ length: 1_100 }, (_, n) => `c${n}`);
    const called: string[] = [];
    await db.query(`CREATE FUNCTION be_away() RETURNS trigger LANGUAGE plpgsql AS
      $$ BEGIN RAISE EXCEPTION 'the ledger records nothing for now' USING ERRCODE = '57P03'; END $$`);
    await db.query(`CREATE TRIGGER away BEFORE INSERT ON history FOR EACH STATEMENT EXECUTE FUNCTION be_away()`);
    const create = (call: CreateCall): Promise<CreateAnswer> => {
      called.push(call.companyProfile.domain);
      return Promise.resolve(createdAnswer(call));
    };
    try {
      await start(db, { create, settings: { concurrencyMax: 10 } });
      await request(db, ...ids);
      await eventually(() => called.length >= 1_010, { what: 'the bound is reached', timeoutMs: 60_000 });
      await eventually(() => isAnyHandedBack(db), { what: 'claims that find no room go back', timeoutMs: 30_000 });
      expect(called).toHaveLength(1_010);
    } finally {
      await db.query(`DROP TRIGGER away ON history`);
    }
    await eventually(async () => Object.values(await statesOf(db)).every((state) => state === 'created'), {
      what: 'all are created',
      timeoutMs: 60_000,
    });
    expect(new Set(called).size).toBe(ids.length);
    expect(called).toHaveLength(ids.length);
  });
});

async function isAnyHandedBack(db: Database): Promise<boolean> {
  const { rows } = await db.query(`SELECT 1 FROM onboarding WHERE worker_id IS NULL AND claim > 0 LIMIT 1`);
  return rows.length > 0;
}

describe('a look for the tenant that was not sent because the gate closed', () => {
  it('spends nothing, tells nothing and is due again at once', async () => {
    const db = await ledger();
    await request(db, 'a');
    await db.query(`UPDATE onboarding SET step = 'reconcile', cause = 'domain-taken', unsettled = true, tries = 2`);
    const before = await rowOf(db);
    const secondLook = Promise.withResolvers<true>();
    let looks = 0;
    await start(db, {
      create: () => Promise.reject(new Error('nothing may be called')),
      search: async () => {
        if (++looks === 1) return { kind: 'not-sent', why: 'gate-closed', message: 'a pause began' };
        await secondLook.promise;
        return { kind: 'answered', value: [] };
      },
    });
    await eventually(() => looks === 2, { what: 'it looks again' });
    const { rows } = await db.query(`SELECT what FROM history`);
    expect(rows).toEqual([]);
    expect(await rowOf(db)).toMatchObject({ ...before, claim: '2' });
    secondLook.resolve(true);
  });
});

async function rowOf(db: Database): Promise<Record<string, unknown>> {
  const { rows } = await db.query<Record<string, unknown>>(
    `SELECT state, step, cause, claim, unsettled, window_from, waiting_for, attempts, attempts_total, tries, holds FROM onboarding`,
  );
  return rows[0]!;
}
