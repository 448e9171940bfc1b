/**
 * Running a plan of replays on the workers' side (P7): what a turn finds and writes, and what intake and onboardings tell of
 * the letters that were sent.
 */
import { type PlannedLetter, insertPlan, requestRecord } from '#testing';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import {
  type Database,
  type PlanInTurn,
  type ReplayTaken,
  beginTurn,
  endPlan,
  giveUpReplays,
  listPlanLetters,
  noteReplaysTaken,
  pausePlan,
  readAudit,
  readPlanStatus,
  readPlansToDrive,
  readUntakenReplays,
  resumePlan,
  sendLetters,
  startPlan,
  tellRulesInForce,
  throttle,
} from '../src/index.js';
import { openLedger } from './support.js';

let db: Database;
let plan: string;

beforeAll(async () => {
  db = await openLedger();
});
beforeEach(async () => {
  await db.query(`TRUNCATE replay_plan, replay_letter, replay_lock, audit, onboarding, outbox, pause`);
  plan = await aRunningPlan(['a', 'b', 'c']);
});
afterAll(() => db.close());

async function aRunningPlan(ids: string[], with_: Partial<PlannedLetter> = {}): Promise<string> {
  const letters = ids.map((id) => ({
    record: requestRecord(id),
    topic: 'requests',
    correlationId: id,
    group: 'g',
    ...with_,
  }));
  const made = await insertPlan(db.settings.url, letters);
  await startPlan(db, made, { rate: null, ramp: [1], stopAt: 0.2, force: false }, 'ann');
  return made;
}

const send = (letters: number, bytesMax = 1_000_000): Promise<number> =>
  db.transaction((tx) => sendLetters(tx, plan, letters, bytesMax));

async function turn(): Promise<PlanInTurn> {
  const found = await db.transaction((tx) => beginTurn(tx, plan, 'requests'));
  if (!found) throw new Error('the plan is locked or gone');
  return found;
}

const NOTED = { takenAs: 'opened', correlationId: null, revision: 1, code: null } as const;

const note = (n: number, with_: Partial<ReplayTaken> = {}): Promise<void> => {
  return db.transaction((tx) => noteReplaysTaken(tx, [{ ...NOTED, replayId: `${plan}/${n}`, ...with_ }]));
};

async function anOnboarding(id: string, state: string, revision = 1): Promise<void> {
  await db.query(
    `INSERT INTO onboarding (correlation_id, state, revision, step, domain, country, digests, due_at, tenant_id, code)
     VALUES ($1, $2, $3, 'create', $1, 'US', '{}', CASE WHEN $2 IN ('open', 'held') THEN now() END,
             CASE WHEN $2 = 'created' THEN gen_random_uuid() END, CASE WHEN $2 IN ('rejected', 'held') THEN 'PARTNER_CENTER_1' END)`,
    [id, state, revision],
  );
}

async function letters(): Promise<string[]> {
  const { rows } = await db.query<{ state: string; code: string | null }>(
    `SELECT state, code FROM replay_letter WHERE plan_id = $1 ORDER BY n`,
    [plan],
  );
  return rows.map(({ state, code }) => (code === null ? state : `${state} ${code}`));
}

describe('letters that are sent', () => {
  it('are in the outbox byte for byte, in the order of the plan, and their bytes are kept nowhere else', async () => {
    const before = await db.query(`SELECT topic, key, value, headers FROM replay_letter ORDER BY n LIMIT 2`);
    expect(await send(2)).toBe(2);
    const { rows } = await db.query(
      `SELECT topic, key, value, original_headers AS headers, kind, correlation_id, headers AS added FROM outbox ORDER BY id`,
    );
    const replay = { kind: 'replay', added: '[]' };
    expect(rows).toEqual(before.rows.map((row, n) => ({ ...row, ...replay, correlation_id: ['a', 'b'][n] })));
    const left = await db.query(`SELECT state FROM replay_letter WHERE coalesce(key, value, headers) IS NULL`);
    expect(left.rows).toEqual([{ state: 'sent' }, { state: 'sent' }]);
    expect(await turn()).toMatchObject({ open: 2, held: 0, hasWaiting: true });
  });

  it('are as many as fit into a turn, and never none', async () => {
    const { rows } = await db.query<{ bytes: number }>(
      `SELECT octet_length(value) AS bytes FROM replay_letter LIMIT 1`,
    );
    expect(await send(3, rows[0]!.bytes * 2)).toBe(2);
    expect(await send(3, 1)).toBe(1);
    expect(await send(3, 1)).toBe(0);
    expect(await turn()).toMatchObject({ open: 3, hasWaiting: false });
  });

  it('wait no more after a crash than they did before: a turn is all or nothing', async () => {
    const crash = db.transaction(async (tx) => {
      await sendLetters(tx, plan, 2, 1_000_000);
      throw new Error('crash');
    });
    await expect(crash).rejects.toThrow('crash');
    expect(await letters()).toEqual(['waiting', 'waiting', 'waiting']);
    expect((await db.query(`SELECT 1 FROM outbox`)).rowCount).toBe(0);
  });
});

it('a turn reads no letters that have ended, whatever the statistics say', async () => {
  const ids = Array.from({ length: 3_000 }, (_, n) => `many-${n}`);
  plan = await aRunningPlan(ids);
  await db.query('ANALYZE replay_letter');
  await db.query(`UPDATE replay_letter SET state = 'created' WHERE plan_id = $1 AND n < $2`, [plan, ids.length]);
  const readInTurn = await db.transaction(async (tx) => {
    const counter = async (): Promise<number> => {
      const { rows } = await tx.query<{ read: string }>(
        `SELECT seq_tup_read AS read FROM pg_stat_xact_user_tables WHERE relname = 'replay_letter'`,
      );
      return Number(rows[0]?.read);
    };
    const before = await counter();
    expect(await beginTurn(tx, plan, 'requests')).toMatchObject({ hasWaiting: true });
    return (await counter()) - before;
  });
  expect(readInTurn).toBe(0);
});

describe('what became of a letter', () => {
  type Case = [string, Partial<ReplayTaken>, [state: string, revision: number] | null, string];
  it.each<Case>([
    ['announced again', { takenAs: 'announced-again' }, ['created', 1], 'announced'],
    ['a duplicate', { takenAs: 'duplicate' }, ['open', 1], 'nothing'],
    ['skipped: for another group', { takenAs: 'other-group' }, null, 'nothing'],
    ['skipped: of another type', { takenAs: 'other-type' }, null, 'nothing'],
    ['refused', { takenAs: 'refused', code: 'EVENT_INVALID' }, null, 'failed EVENT_INVALID'],
    ['opened and open', {}, ['open', 1], 'sent'],
    ['opened and held', {}, ['held', 1], 'sent'],
    ['opened and created', {}, ['created', 1], 'created'],
    ['opened and rejected', {}, ['rejected', 1], 'failed PARTNER_CENTER_1'],
    ['reopened and unresolved', { takenAs: 'reopened', revision: 2 }, ['unresolved', 2], 'failed'],
    ['reopened and created', { takenAs: 'reopened', revision: 2 }, ['created', 2], 'created'],
    ['reopened, and tried anew with other data since', { takenAs: 'reopened', revision: 2 }, ['open', 3], 'failed'],
    ['a correction that waits', { takenAs: 'reopened', revision: 2 }, ['open', 1], 'sent'],
    [
      'a correction of what the old call made',
      { takenAs: 'reopened', revision: 2 },
      ['created', 1],
      'failed CORRELATION_ID_REUSED',
    ],
    ['a correction of what nobody can settle', { takenAs: 'reopened', revision: 2 }, ['unresolved', 1], 'failed'],
  ])('%s', async (_, taken, onboarding, expected) => {
    await send(1);
    if (onboarding) await anOnboarding('a', ...onboarding);
    expect(await turn()).toMatchObject({ open: 1, held: 0 });
    expect((await letters())[0]).toBe('sent');
    await note(1, taken);
    const { open, held, failed } = await turn();
    const state = (await letters())[0];
    expect(state).toBe(expected);
    expect({ open, held }).toEqual({ open: state === 'sent' ? 1 : 0, held: onboarding?.[0] === 'held' ? 1 : 0 });
    expect(failed).toBe(state?.startsWith('failed') ? 1 : 0);
  });

  it('is told by the correlation id that intake found, where the letter had none', async () => {
    plan = await aRunningPlan(['x'], { correlationId: null });
    await send(1);
    await anOnboarding('found', 'created');
    await note(1, { correlationId: 'found' });
    await turn();
    expect(await letters()).toEqual(['created']);
  });

  it('is what its first record met; notes of no plan of ours and of letters that wait change nothing', async () => {
    await send(1);
    await note(1, { takenAs: 'duplicate' });
    await note(1, { takenAs: 'refused', code: 'EVENT_INVALID' });
    await note(2);
    for (const replayId of ['plan-1', `${plan}/99`, `${plan}/x`, `${plan.toUpperCase()}/2`, plan])
      await note(0, { replayId });
    await db.transaction((tx) => noteReplaysTaken(tx, []));
    await turn();
    expect(await letters()).toEqual(['nothing', 'waiting', 'waiting']);
    expect((await db.query(`SELECT 1 FROM replay_letter WHERE taken_as IS NOT NULL`)).rowCount).toBe(1);
  });

  it('is what its first record met, also where several letters and records of one are taken at once', async () => {
    await send(3);
    const taken = (n: number, takenAs: ReplayTaken['takenAs'], code: string | null = null): ReplayTaken => {
      return { replayId: `${plan}/${n}`, takenAs, correlationId: null, revision: null, code };
    };
    const notes = [
      taken(2, 'refused', 'EVENT_INVALID'),
      taken(1, 'announced-again'),
      taken(1, 'refused'),
      taken(2, 'duplicate'),
    ];
    await db.transaction((tx) => noteReplaysTaken(tx, notes));
    await turn();
    expect(await letters()).toEqual(['announced', 'failed EVENT_INVALID', 'sent']);
  });

  it('is not what a record of another correlation id met that has the headers of the replay, whichever comes first', async () => {
    await send(1);
    await anOnboarding('a', 'created');
    await note(1, { takenAs: 'refused', code: 'EVENT_INVALID', correlationId: 'b' });
    await turn();
    expect(await letters()).toEqual(['sent', 'waiting', 'waiting']);
    const taken: ReplayTaken = { ...NOTED, replayId: `${plan}/1` };
    await db.transaction((tx) =>
      noteReplaysTaken(tx, [
        { ...taken, correlationId: 'b' },
        { ...taken, correlationId: 'a' },
      ]),
    );
    await turn();
    expect(await letters()).toEqual(['created', 'waiting', 'waiting']);
    await anOnboarding('b', 'rejected');
    await note(1, { correlationId: 'b' });
    await turn();
    expect(await letters()).toEqual(['created', 'waiting', 'waiting']);
  });

  it('is nothing once it was given up, with the reason, unless its record comes after all', async () => {
    await send(2);
    await db.query(`DELETE FROM outbox`);
    expect(
      await giveUpReplays(
        db,
        [1, 2].map((n) => ({ plan, n })),
      ),
    ).toBe(2);
    expect(await giveUpReplays(db, [{ plan, n: 1 }])).toBe(0);
    expect(await turn()).toMatchObject({ open: 0, failed: 0 });
    expect(await letters()).toEqual(['nothing', 'nothing', 'waiting']);
    const first = (await listPlanLetters(db, plan, { limit: 1, after: 0 }))[0];
    expect(first).toMatchObject({ state: 'nothing', why: expect.stringMatching(/; its record was deleted/) as string });
    expect((await readPlanStatus(db, plan))?.reason).toBe(
      `2 of its letters had no effect (${first?.id} first: its record was deleted from the topic before it was read)`,
    );
    await anOnboarding('b', 'created');
    await note(2);
    await turn();
    expect(await letters()).toEqual(['nothing', 'created', 'waiting']);
  });

  it('is late only when the outbox has sent it, and in the topic of the workers only', async () => {
    const late = (topic = 'requests'): Promise<number[]> =>
      readUntakenReplays(db, topic, { sentBeforeMs: 0, limit: 9 }).then((found) => found.map(({ n }) => n));
    await send(3);
    expect(await late()).toEqual([]);
    await db.query(`DELETE FROM outbox WHERE id <> (SELECT max(id) FROM outbox)`);
    expect(await late()).toEqual([1, 2]);
    expect(await late('another')).toEqual([]);
    expect(await readUntakenReplays(db, 'requests', { sentBeforeMs: 60_000, limit: 9 })).toEqual([]);
    await note(1);
    expect(await late()).toEqual([2]);
    await db.query(`UPDATE replay_letter SET outbox_id = NULL`);
    expect(await late()).toEqual([]);
    await db.query(`DELETE FROM outbox`);
    expect(await late()).toEqual([2, 3]);
  });

  it('counts for stop-at when it was sent since the last resume', async () => {
    await send(1);
    await pausePlan(db, plan, 'ann');
    await resumePlan(db, plan, 'ann');
    await send(1);
    await note(1, { takenAs: 'refused' });
    expect((await turn()).failed).toBe(0);
    await note(2, { takenAs: 'refused' });
    expect((await turn()).failed).toBe(1);
  });
});

describe('a turn', () => {
  it('belongs to one worker at a time', async () => {
    await db.transaction(async (tx) => {
      expect(await beginTurn(tx, plan, 'requests')).not.toBeNull();
      expect(await db.transaction((other) => beginTurn(other, plan, 'requests'))).toBeNull();
    });
  });

  it('is taken of plans that run, and of others while something that they sent has no outcome', async () => {
    const other = await aRunningPlan(['d']);
    expect((await readPlansToDrive(db)).sort()).toEqual([plan, other].sort());
    await pausePlan(db, plan, 'ann');
    expect(await readPlansToDrive(db)).toEqual([other]);
    await send(1);
    expect((await readPlansToDrive(db)).sort()).toEqual([plan, other].sort());
    await note(1, { takenAs: 'duplicate' });
    expect((await turn()).isRunning).toBe(false);
    expect(await readPlansToDrive(db)).toEqual([other]);
  });

  it('knows when its letters would go where the workers read nothing', async () => {
    expect((await turn()).foreignTopic).toBeNull();
    const elsewhere = await db.transaction((tx) => beginTurn(tx, plan, 'other requests'));
    expect(elsewhere?.foreignTopic).toBe('requests');
  });

  it('knows why Partner Center is paused; a throttle that has passed is none', async () => {
    expect((await turn()).pauseReason).toBeNull();
    await throttle(db, 60_000, 'throttled by Partner Center');
    expect((await turn()).pauseReason).toBe('throttled by Partner Center');
    await db.query(`UPDATE pause SET until = now() - interval '1 second'`);
    expect((await turn()).pauseReason).toBeNull();
  });
});

describe('the end of a plan', () => {
  it('done: its letters may be in other plans, and the audit counts what became of them', async () => {
    await send(3);
    for (const n of [1, 2, 3]) await note(n, n === 3 ? { takenAs: 'refused' } : { takenAs: 'duplicate' });
    await turn();
    await db.transaction((tx) => endPlan(tx, plan, { stopReason: null }));
    expect((await db.query(`SELECT state, reason, ended_at IS NOT NULL AS ended FROM replay_plan`)).rows).toEqual([
      { state: 'done', reason: null, ended: true },
    ]);
    expect((await db.query(`SELECT 1 FROM replay_lock`)).rowCount).toBe(0);
    const [entry] = await readAudit(db, { limit: 1 });
    const detail = { letters: { nothing: 2, failed: 1 } };
    expect(entry).toMatchObject({ who: 'worker', what: 'plan done', subject: plan, detail });
  });

  it('stopped: the reason is kept, and so are its letters', async () => {
    await db.transaction((tx) => endPlan(tx, plan, { stopReason: 'too many' }));
    expect((await db.query(`SELECT state, reason, ended_at FROM replay_plan`)).rows).toEqual([
      { state: 'stopped', reason: 'too many', ended_at: null },
    ]);
    expect((await db.query(`SELECT 1 FROM replay_lock`)).rowCount).toBe(3);
    expect((await readAudit(db, { limit: 1 }))[0]).toMatchObject({
      what: 'plan stopped',
      detail: { reason: 'too many' },
    });
  });
});

it('the rules in force are those that a worker told last', async () => {
  await tellRulesInForce(db, { cloud: 'global', hasUserAuth: false });
  await tellRulesInForce(db, { cloud: 'china', hasUserAuth: true });
  expect((await db.query(`SELECT cloud, has_user_auth FROM rules_in_force`)).rows).toEqual([
    { cloud: 'china', has_user_auth: true },
  ]);
});
