/**
 * Running a plan of replays on the operator's side (P7): who may start, pause, resume and abort it when, and that a letter is
 * in one plan at a time that was started and has not ended.
 */
import { type PlannedLetter, insertPlan, requestRecord } from '#testing';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import {
  type Database,
  type PlanChange,
  type RunOptions,
  abortPlan,
  endPlan,
  erasePlannedRecords,
  pausePlan,
  readAudit,
  resumePlan,
  startPlan,
} from '../src/index.js';
import { openLedger } from './support.js';

const OPTIONS: RunOptions = { rate: null, ramp: [1, 2, 5], stopAt: 0.2, force: false };
const UNKNOWN = '00000000-0000-4000-8000-000000000000';
let db: Database;

beforeAll(async () => {
  db = await openLedger();
});
beforeEach(() => db.query(`TRUNCATE replay_plan, replay_letter, replay_lock, audit`));
afterAll(() => db.close());

const letter = (offset: number, with_: Partial<PlannedLetter> = {}): PlannedLetter => ({
  ...{ record: requestRecord(`id-${offset}`), topic: 'requests', correlationId: `id-${offset}`, group: 'g', offset },
  ...with_,
});

function aPlan(...letters: (number | PlannedLetter)[]): Promise<string> {
  const planned = letters.map((each) => (typeof each === 'number' ? letter(each) : each));
  return insertPlan(db.settings.url, planned);
}

const start = (plan: string, with_: Partial<RunOptions> = {}): Promise<PlanChange> =>
  startPlan(db, plan, { ...OPTIONS, ...with_ }, 'ann@desk');

async function stateOf(plan: string): Promise<string | undefined> {
  const { rows } = await db.query<{ state: string }>(`SELECT state FROM replay_plan WHERE id = $1`, [plan]);
  return rows[0]?.state;
}

async function lockedBy(plan: string): Promise<number[]> {
  const { rows } = await db.query<{ record_offset: string }>(
    `SELECT record_offset FROM replay_lock WHERE plan_id = $1 ORDER BY record_offset`,
    [plan],
  );
  return rows.map((row) => Number(row.record_offset));
}

describe('a plan that is started', () => {
  it('runs as it was told, keeps the letters that it will send to itself, and the audit says so', async () => {
    const plan = await aPlan(1, letter(2, { state: 'nothing', forecast: 'nothing' }), 3);
    expect(await start(plan, { rate: 2.5, force: true })).toEqual({ kind: 'changed' });
    const { rows } = await db.query(`SELECT state, rate, ramp, stop_at, started_at FROM replay_plan`);
    const startedAt = expect.any(Date) as Date;
    expect(rows).toEqual([{ state: 'running', rate: 2.5, ramp: [1, 2, 5], stop_at: 0.2, started_at: startedAt }]);
    expect(await lockedBy(plan)).toEqual([1, 3]);
    const [entry] = await readAudit(db, { limit: 10 });
    const detail = { rate: 2.5, ramp: [1, 2, 5], stopAt: 0.2, force: true };
    expect(entry).toMatchObject({ who: 'ann@desk', what: 'plan started', subject: plan, detail });
  });

  it('is refused while a letter of it is in another one that has not ended, which is named', async () => {
    const [first, second] = [await aPlan(1, 2), await aPlan(2, 3)];
    await start(first);
    const stop = (): Promise<void> => db.transaction((tx) => endPlan(tx, first, { stopReason: 'too many' }));
    const resume = (): Promise<unknown> => resumePlan(db, first, 'ann@desk');
    for (const next of [() => pausePlan(db, first, 'ann@desk'), resume, stop, resume]) {
      await next();
      const change = await start(second);
      expect(change).toMatchObject({ kind: 'refused', code: 'LETTERS_IN_OTHER_PLAN' });
      expect(change.kind === 'refused' && change.message).toContain(`0:2 in plan ${first}`);
    }
    expect(await lockedBy(second)).toEqual([]);
    await abortPlan(db, first, 'ann@desk');
    expect(await start(second)).toEqual({ kind: 'changed' });
  });

  it('at the same moment as others with the same letters is the only one of them', async () => {
    for (let round = 0; round < 5; round += 1) {
      const plans = await Promise.all([aPlan(1, 2, 3), aPlan(3, 2, 1), aPlan(2), aPlan(3, 1, 2)]);
      const changes = await Promise.all(plans.map((plan) => start(plan)));
      expect(changes.filter(({ kind }) => kind === 'changed')).toHaveLength(1);
      expect(changes.filter(({ kind }) => kind === 'refused')).toHaveLength(3);
      for (const plan of plans) await abortPlan(db, plan, 'ann@desk');
    }
  });

  it('by several at the same moment is started by one of them, and an abort beside them is not undone', async () => {
    for (let round = 0; round < 5; round += 1) {
      const plan = await aPlan(1, 2, 3);
      const starts = await Promise.all([1, 2, 3, 4].map(() => start(plan)));
      expect(starts.map(({ kind }) => kind).sort()).toEqual(['changed', 'unchanged', 'unchanged', 'unchanged']);
      const again = await aPlan(4, 5, 6);
      await Promise.all([start(again), abortPlan(db, again, 'ann@desk'), start(again)]);
      expect(await stateOf(again)).toBe('aborted');
      expect(await lockedBy(again)).toEqual([]);
      await abortPlan(db, plan, 'ann@desk');
    }
    const { rows } = await db.query(
      `SELECT subject FROM audit WHERE what = 'plan started' GROUP BY 1 HAVING count(*) > 1`,
    );
    expect(rows).toEqual([]);
  });

  it('with letters that were replayed three times needs force', async () => {
    const never = letter(5, { replays: 9, state: 'nothing', forecast: 'nothing' });
    expect(await start(await aPlan(letter(6, { replays: 2 }), never))).toEqual({ kind: 'changed' });
    const plan = await aPlan(1, letter(2, { replays: 2 }), letter(3, { replays: 3 }), letter(4, { replays: 9 }), never);
    const change = await start(plan);
    expect(change).toMatchObject({ kind: 'refused', code: 'LETTERS_REPLAYED_OFTEN' });
    expect(change.kind === 'refused' && change.message).toMatch(/^2 of its letters \(0:3 first\)/);
    expect(await stateOf(plan)).toBe('planned');
    expect(await start(plan, { force: true })).toEqual({ kind: 'changed' });
  });

  it.each<[string, Partial<RunOptions>]>([
    ['a rate of nothing', { rate: 0 }],
    ['a rate without end', { rate: Number.POSITIVE_INFINITY }],
    ['a ramp without steps', { ramp: [] }],
    ['a step of no letters', { ramp: [1, 0] }],
    ['a share above 1', { stopAt: 1.1 }],
    ['a share that is no number', { stopAt: Number.NaN }],
  ])('is refused with %s', async (_, options) => {
    expect(await start(await aPlan(1), options)).toMatchObject({ kind: 'refused', code: 'OPTIONS_INVALID' });
  });
});

describe('a plan in each state', () => {
  const wishes = { start, pause: (p: string) => pausePlan(db, p, 'b'), resume: (p: string) => resumePlan(db, p, 'b') };
  const all = { ...wishes, abort: (p: string) => abortPlan(db, p, 'b') };
  const table: [string, Record<keyof typeof all, string>][] = [
    ['planned', { start: 'changed', pause: 'refused', resume: 'refused', abort: 'changed' }],
    ['running', { start: 'unchanged', pause: 'changed', resume: 'unchanged', abort: 'changed' }],
    ['paused', { start: 'refused', pause: 'unchanged', resume: 'changed', abort: 'changed' }],
    ['stopped', { start: 'refused', pause: 'refused', resume: 'changed', abort: 'changed' }],
    ['done', { start: 'refused', pause: 'refused', resume: 'refused', abort: 'refused' }],
    ['aborted', { start: 'refused', pause: 'refused', resume: 'refused', abort: 'unchanged' }],
  ];

  it.each(table)('%s: %o', async (state, expected) => {
    for (const [wish, kind] of Object.entries(expected)) {
      const plan = await aPlan(letter(1));
      await db.query(`UPDATE replay_plan SET state = $2 WHERE id = $1`, [plan, state]);
      expect([wish, (await all[wish as keyof typeof all](plan)).kind]).toEqual([wish, kind]);
      if (kind !== 'changed') expect(await stateOf(plan)).toBe(state);
      await db.query(`TRUNCATE replay_plan, replay_letter, replay_lock`);
    }
  });

  it('is told of when there is none', async () => {
    for (const plan of [UNKNOWN, 'no-plan']) {
      for (const wish of Object.values(all)) expect(await wish(plan)).toEqual({ kind: 'not-found' });
    }
  });
});

it('a plan that is resumed is looked at afresh: what was sent before does not count', async () => {
  const plan = await aPlan(1);
  await db.query(
    `UPDATE replay_plan SET state = 'stopped', reason = 'x', sent = 9, failed = 5, step = 3, last_sent_at = now(),
            api_paused_since = now()`,
  );
  await resumePlan(db, plan, 'ann@desk');
  const { rows } = await db.query(
    `SELECT state, reason, sent, failed, step, last_sent_at, api_paused_since, resumed_at IS NOT NULL AS resumed FROM replay_plan`,
  );
  const fresh = { reason: null, sent: 0, failed: 0, step: 3, last_sent_at: null, api_paused_since: null };
  expect(rows).toEqual([{ state: 'running', ...fresh, resumed: true }]);
});

it('a plan that is aborted keeps no letter to itself', async () => {
  const plan = await aPlan(1, 2);
  await start(plan);
  await abortPlan(db, plan, 'ann@desk');
  expect(await lockedBy(plan)).toEqual([]);
});

describe('records of plans', () => {
  const kept = async (): Promise<number | null> =>
    (await db.query(`SELECT 1 FROM replay_letter WHERE headers IS NOT NULL`)).rowCount;
  const eraseAll = async (days: number): Promise<void> => {
    while (await erasePlannedRecords(db, days, 2));
  };

  it('are erased by their age, whatever became of the plan, but not while it runs', async () => {
    const plan = await aPlan(1, 2, 3, 4, 5);
    await aPlan(6);
    await db.query(
      `UPDATE replay_plan SET patch = '{"customerReference":"1"}', made_at = now() - interval '30 days 1 minute' WHERE id = $1`,
      [plan],
    );
    await eraseAll(31);
    expect(await kept()).toBe(6);
    await db.query(`UPDATE replay_plan SET state = 'running'`);
    await eraseAll(30);
    expect(await kept()).toBe(6);
    await db.query(`UPDATE replay_plan SET state = 'stopped'`);
    await eraseAll(30);
    expect(await kept()).toBe(1);
    expect((await db.query(`SELECT patch FROM replay_plan WHERE id = $1`, [plan])).rows).toEqual([{ patch: null }]);
    expect(await resumePlan(db, plan, 'ann@desk')).toMatchObject({ kind: 'refused', code: 'PLAN_ERASED' });
  });

  it('are erased at the next round once the plan is aborted: however many there are, aborting it takes no longer', async () => {
    const plan = await aPlan(1, 2, 3);
    const other = await aPlan(4);
    await abortPlan(db, plan, 'ann@desk');
    expect(await kept()).toBe(4);
    await eraseAll(30);
    const { rows } = await db.query(
      `SELECT DISTINCT plan_id FROM replay_letter WHERE coalesce(key, value, headers) IS NOT NULL`,
    );
    expect(rows).toEqual([{ plan_id: other }]);
  });

  it('are kept for a day at least: a plan can be started where payloads are erased at once', async () => {
    const plan = await aPlan(1);
    await eraseAll(0);
    expect(await start(plan)).toEqual({ kind: 'changed' });
    await db.query(`UPDATE replay_plan SET state = 'planned', made_at = now() - interval '25 hours'`);
    await eraseAll(0);
    expect(await start(plan)).toMatchObject({ kind: 'refused', code: 'PLAN_ERASED' });
  });
});
