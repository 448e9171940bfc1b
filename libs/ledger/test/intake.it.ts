/**
 * Intake (P1): a batch is taken as a whole or not at all, once, whoever else takes the same ids at the same moment.
 */
import { eventually } from '#testing';
import { afterAll, beforeEach, describe, expect, it } from 'vitest';
import {
  type Database,
  beginPosition,
  countPending,
  findOnboardings,
  isTransient,
  listOnboardings,
  lockKnown,
  lockPosition,
  movePosition,
  openOnboardings,
  readOverview,
  recordTransitions,
  reopenOnboardings,
  showOnboarding,
} from '../src/index.js';
import {
  aRequest,
  aTransition,
  aWorker,
  claim,
  claimOne,
  created,
  digestOf,
  failed,
  isSomebodyWaiting,
  known,
  open,
  openLedger,
  reopen,
  rowOf,
} from './support.js';

const databases: Database[] = [];
let db: Database;

beforeEach(async () => {
  db = await openLedger(40);
  databases.push(db);
});

afterAll(() => Promise.all(databases.map((each) => each.close())));

async function countOf(table: string): Promise<number> {
  const { rows } = await db.query<{ n: string }>(`SELECT count(*) AS n FROM ${table}`);
  return Number(rows[0]!.n);
}

const minuteAgo = (): string => new Date(Date.now() - 60_000).toISOString();

describe('the schema', () => {
  it('is made once by ten workers that start together', async () => {
    const fresh = await openLedger();
    databases.push(fresh);
    await fresh.query(`DROP SCHEMA public CASCADE`);
    await fresh.query(`CREATE SCHEMA public`);
    const starters = await Promise.allSettled(
      Array.from({ length: 10 }, async () => {
        const starter = new (fresh.constructor as typeof Database)({ ...fresh.settings, poolMax: 2 });
        await starter.migrate();
        await starter.close();
      }),
    );
    expect(starters.filter((each) => each.status === 'rejected')).toEqual([]);
    const { rows } = await fresh.query<{ n: string }>(`SELECT count(*) AS n FROM ledger`);
    expect(rows[0]!.n).toBe('1');
  });
});

describe('concurrent batches of the same ids', () => {
  it('open every onboarding once, see what the others opened, and never deadlock', async () => {
    const ids = Array.from({ length: 60 }, (_, n) => `id-${String(n).padStart(2, '0')}`);
    await open(db, ...ids.slice(0, 10));
    const takers = Array.from({ length: 30 }, (_, taker) =>
      db.transaction(async (tx) => {
        const mine = ids.filter((_, n) => (n * 7 + taker) % 3 !== 0);
        const opened = await openOnboardings(
          tx,
          mine.map((id) => aRequest(id)),
        );
        const seen = await lockKnown(
          tx,
          mine.filter((id) => !opened.has(id)),
        );
        expect(opened.size + seen.length).toBe(mine.length);
        return opened;
      }),
    );
    const opened = (await Promise.all(takers)).flatMap((each) => [...each]);
    expect(opened.sort()).toEqual(ids.slice(10));
    expect(await countOf('onboarding')).toBe(60);
    expect(await countOf('request_record')).toBe(60);
  });

  it('are taken once: the position decides, however often and by whomever the batch is delivered', async () => {
    const takeBatch = (): Promise<boolean> =>
      db.transaction(async (tx) => {
        let position = await lockPosition(tx, 't', 0);
        if (!position) {
          await beginPosition(tx, 't', 0, 0n);
          position = await lockPosition(tx, 't', 0);
        }
        if (position!.nextOffset > 0n) return false;
        await openOnboardings(tx, [aRequest('a')]);
        await tx.query(`INSERT INTO history (correlation_id, revision, what) VALUES ('a', 1, 'taken')`);
        const last = { offset: 0n, timestampMs: 5, digest: digestOf('a') };
        await movePosition(tx, 't', 0, { nextOffset: 1n, last, recordsLost: 2n });
        return true;
      });
    const taken = await Promise.all(Array.from({ length: 20 }, takeBatch));
    expect(taken.filter(Boolean)).toHaveLength(1);
    expect(await countOf('history')).toBe(1);
    await db.transaction(async (tx) => {
      expect(await lockPosition(tx, 't', 0)).toEqual({
        nextOffset: 1n,
        last: { offset: 0n, timestampMs: 5, digest: digestOf('a') },
      });
    });
  });
});

describe('a position', () => {
  it('is made by the first of two readers; the second waits for it and is told', async () => {
    let second: Promise<boolean> | undefined;
    await db.transaction(async (tx) => {
      expect(await beginPosition(tx, 't', 0, 0n)).toBe(true);
      second = db.transaction((other) => beginPosition(other, 't', 0, 7n));
      await eventually(() => isSomebodyWaiting(db), { what: 'the second reader waits' });
    });
    expect(await second).toBe(false);
    expect(await db.transaction((tx) => lockPosition(tx, 't', 0))).toMatchObject({ nextOffset: 0n });
  });
});

describe('what is counted', () => {
  it('is every record that Kafka deleted before it was read, of this topic', async () => {
    await db.transaction(async (tx) => {
      for (const topic of ['t', 'other']) {
        await beginPosition(tx, topic, 0, 0n);
        for (const recordsLost of [2n, 0n, 3n]) {
          await movePosition(tx, topic, 0, { nextOffset: 1n, last: null, recordsLost });
        }
      }
    });
    expect(await readOverview(db, 't')).toMatchObject({ recordsLost: 5 });
  });

  it('is pending while open or held', async () => {
    const me = await aWorker(db);
    await open(db, 'open', 'held', 'done');
    const transitions = (await claim(db, me)).map((each) => {
      if (each.correlationId === 'done') return failed(each, 'rejected');
      const state = each.correlationId as 'open' | 'held';
      return aTransition(each, { state, dueInMs: 60_000, waitingFor: 'hold' });
    });
    await recordTransitions(db, me, transitions, null);
    expect(await countPending(db)).toBe(2);
    expect(await readOverview(db, 't')).toMatchObject({ pending: 2, held: 1 });
  });
});

describe('a batch that breaks off', () => {
  it('leaves neither records nor a moved position', async () => {
    const broken = db.transaction(async (tx) => {
      await beginPosition(tx, 't', 0, 0n);
      await openOnboardings(tx, [aRequest('a')]);
      await movePosition(tx, 't', 0, { nextOffset: 1n, last: null, recordsLost: 0n });
      throw new Error('crash');
    });
    await expect(broken).rejects.toThrow('crash');
    expect(await countOf('onboarding')).toBe(0);
    expect(await countOf('intake_position')).toBe(0);
  });

  it('leaves its connection usable for the next one', async () => {
    const single = new (db.constructor as typeof Database)({ ...db.settings, poolMax: 1 });
    databases.push(single);
    for (let n = 0; n < 3; n++) {
      await expect(single.transaction((tx) => tx.query(`SELECT 1 / 0`))).rejects.toThrow('zero');
    }
    expect((await single.query(`SELECT 1 AS one`)).rows).toEqual([{ one: 1 }]);
  });

  it('is transient when its connection was ended', async () => {
    const broken = db.transaction((tx) => tx.query(`SELECT pg_terminate_backend(pg_backend_pid())`));
    await expect(broken).rejects.toSatisfy(isTransient);
    expect((await db.query(`SELECT 1 AS one`)).rows).toEqual([{ one: 1 }]);
  });

  it('is transient when its server became a standby, and asks another connection for the next one', async () => {
    const single = new (db.constructor as typeof Database)({ ...db.settings, poolMax: 1 });
    databases.push(single);
    const readOnly = `SET SESSION CHARACTERISTICS AS TRANSACTION READ ONLY`;
    const begin = (): Promise<boolean> => single.transaction((tx) => beginPosition(tx, 't', 0, 0n));
    await single.query(readOnly);
    await expect(begin()).rejects.toSatisfy(isTransient);
    expect(await begin()).toBe(true);
    await single.query(readOnly);
    await expect(single.query(`DELETE FROM intake_position`)).rejects.toSatisfy(isTransient);
    expect((await single.query(`DELETE FROM intake_position`)).rowCount).toBe(1);
  });

  it('is transient when the server could not read or write its files', async () => {
    const broken = db.query(`DO $$ BEGIN RAISE EXCEPTION 'could not read block' USING ERRCODE = '58030'; END $$`);
    await expect(broken).rejects.toSatisfy(isTransient);
  });

  it('is not transient when a right is missing', async () => {
    const refused = db.query(`DO $$ BEGIN RAISE EXCEPTION 'denied' USING ERRCODE = '42501'; END $$`);
    await expect(refused).rejects.not.toSatisfy(isTransient);
  });
});

describe('a worker that froze in the midst of a batch', () => {
  it('loses its locks after ten seconds, and its batch can be repeated', async () => {
    const limit = await db.query<{ limit: string }>(
      `SELECT current_setting('idle_in_transaction_session_timeout') AS limit`,
    );
    expect(limit.rows[0]!.limit).toBe('10s');
    const thaw = Promise.withResolvers<true>();
    const locked = Promise.withResolvers<true>();
    await db.transaction((tx) => beginPosition(tx, 't', 0, 0n));
    const frozen = db.transaction(async (tx) => {
      await tx.query(`SET LOCAL idle_in_transaction_session_timeout = 100`);
      await lockPosition(tx, 't', 0);
      locked.resolve(true);
      await thaw.promise;
      await lockPosition(tx, 't', 0);
    });
    await locked.promise;
    expect(await db.transaction((tx) => lockPosition(tx, 't', 0))).toMatchObject({ nextOffset: 0n });
    thaw.resolve(true);
    await expect(frozen).rejects.toSatisfy(isTransient);
  });
});

describe('what is known of an onboarding', () => {
  it('says that a create call which is under way is unsettled', async () => {
    const me = await aWorker(db);
    await open(db, 'a');
    expect((await known(db, 'a'))!.unsettled).toBe(false);
    const claimed = await claimOne(db, me);
    expect((await known(db, 'a'))!.unsettled).toBe(true);
    await recordTransitions(db, me, [aTransition(claimed, { step: 'reconcile', cause: 'domain-taken' })], null);
    expect((await known(db, 'a'))!.unsettled).toBe(false);
    await claimOne(db, me);
    expect((await known(db, 'a'))!.unsettled).toBe(false);
  });

  it('holds the announcement of a created one and the time at which a failed one failed', async () => {
    const me = await aWorker(db);
    await open(db, 'a');
    await recordTransitions(db, me, [created(await claimOne(db, me), '11111111-1111-4111-8111-111111111111')], null);
    expect(await known(db, 'a')).toMatchObject({ announcement: { headers: '[]', value: '{}' }, failedAtMs: null });
    await open(db, 'b');
    const failure = failed(await claimOne(db, me), 'rejected');
    await recordTransitions(db, me, [failure], null);
    expect((await known(db, 'b'))!.failedAtMs).toBe(failure.failedAtMs);
  });

  it('is a correction that another batch stored while this one waited for the row', async () => {
    const me = await aWorker(db);
    await open(db, 'a');
    await recordTransitions(db, me, [failed(await claimOne(db, me), 'unresolved')], null);
    const record = aRequest('a', { domain: 'new', digest: digestOf('new') });
    let waiting: ReturnType<typeof known> | undefined;
    await db.transaction(async (tx) => {
      await lockKnown(tx, ['a']);
      waiting = known(db, 'a');
      await eventually(() => isSomebodyWaiting(db), { what: 'the second batch waits for the row' });
      await reopenOnboardings(tx, [{ record, how: 'correction', isReplay: false }]);
    });
    expect(await waiting).toMatchObject({ state: 'open', correctionDigest: digestOf('new') });
  });
});

describe('an onboarding that is tried anew', () => {
  it('as a new revision takes the new data, counts attempts anew and keeps what belongs to its whole life', async () => {
    const me = await aWorker(db);
    await open(db, 'a');
    const claimed = await claimOne(db, me);
    const failure = { ...failed(claimed, 'rejected'), attempts: 3, attemptsTotal: 3, tries: 4 };
    await recordTransitions(db, me, [failure], null);
    const record = aRequest('a', { domain: 'new', country: 'DE', digest: digestOf('new'), associatedPartnerId: '7' });
    await reopen(db, { record, how: 'new-revision', isReplay: true });
    expect(await claimOne(db, me)).toMatchObject({
      ...{ revision: 2, step: 'create', cause: null, domain: 'new', country: 'DE', associatedPartnerId: '7' },
      ...{ attempts: 0, tries: 0, attemptsTotal: 3, replays: 1, deadLetters: 1, firstFailedAtMs: failure.failedAtMs },
    });
    expect((await known(db, 'a'))!.digests).toEqual([digestOf('a'), digestOf('new')]);
  });

  it('is as old as its last opening, not as its first record', async () => {
    const me = await aWorker(db);
    await open(db, 'a');
    await recordTransitions(db, me, [failed(await claimOne(db, me), 'rejected')], null);
    await db.query(
      `UPDATE onboarding SET received_at = now() - interval '20 days', opened_at = now() - interval '20 days'`,
    );
    await reopen(db, { record: aRequest('a'), how: 'same-revision', isReplay: true });
    expect((await readOverview(db, 't')).oldestPendingSeconds).toBeLessThan(60);
    expect((await listOnboardings(db, { olderThanMs: 60_000 }, 1)).total).toBe(0);
    expect((await findOnboardings(db, 'a', 1))[0]!.since > minuteAgo()).toBe(true);
    await db.query(`UPDATE onboarding SET opened_at = now() - interval '1 hour'`);
    expect((await readOverview(db, 't')).oldestPendingSeconds).toBeCloseTo(3_600, -2);
    expect((await showOnboarding(db, 'a'))!.history[0]!.at < minuteAgo()).toBe(true);
  });

  it('as a correction keeps the old data and waits beside them', async () => {
    const me = await aWorker(db);
    await open(db, 'a');
    await recordTransitions(db, me, [failed(await claimOne(db, me), 'unresolved')], null);
    const record = aRequest('a', { domain: 'new', digest: digestOf('new') });
    await reopen(db, { record, how: 'correction', isReplay: false });
    expect(await known(db, 'a')).toMatchObject({ state: 'open', revision: 1, correctionDigest: digestOf('new') });
    const claimed = await claimOne(db, me);
    expect(claimed).toMatchObject({ step: 'reconcile', cause: 'correction', domain: 'a.onmicrosoft.com', replays: 0 });
    expect(claimed.record.data).toContain('a.onmicrosoft.com');
    expect(claimed.correction!.data).toContain('"new"');
    expect(await rowOf(db, 'a')).toMatchObject({ finished_at: null });
  });
});
