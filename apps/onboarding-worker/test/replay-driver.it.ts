/**
 * Plans of replays driven on a real ledger (P7): several drivers at once, whose transactions break off or lose their
 * acknowledgement at random. Records go straight from the outbox to intake; onboardings end as each test says.
 */
import { decodeHeaders } from '#kafka';
import { type Database, abortPlan, pausePlan, resumePlan, startPlan } from '#ledger';
import { type PlannedLetter, customerData, eventually, insertPlan, requestRecord } from '#testing';
import { afterAll, afterEach, beforeEach, describe, expect, it } from 'vitest';
import { RecordTaker } from '../src/intake/record-taker.js';
import { ReplayDriver } from '../src/replay/replay-driver.js';
import { openLedger, quiet } from './one-worker.js';

const databases: Database[] = [];
let db: Database;
let drivers: ReplayDriver[];
let sentIds: string[];
let offset = 0n;

const taker = new RecordTaker({
  decode: { groupId: 'g', checkRules: () => [] },
  publisher: { eventSource: '/s', groupId: 'g' },
  databaseNowMs: () => Date.now(),
});

beforeEach(async () => {
  db = await openLedger();
  databases.push(db);
  [drivers, sentIds] = [[], []];
});
afterEach(() => Promise.all(drivers.map((driver) => driver.close())));
afterAll(() => Promise.all(databases.map((each) => each.close())));

function drive(database = db): void {
  const driver = new ReplayDriver({ db: database, topic: 'requests', log: quiet(), onSent: () => undefined });
  drivers.push(driver);
  driver.start();
}

const hurry = (): void => drivers.forEach((driver) => driver.hurry());

const letter = (id: string, with_: Partial<PlannedLetter> = {}): PlannedLetter => ({
  ...{ record: requestRecord(id), topic: 'requests', correlationId: id, group: 'g' },
  ...with_,
});

async function aRunningPlan(ids: string[], ramp: number[], stopAt = 1): Promise<string> {
  const plan = await insertPlan(
    db.settings.url,
    ids.map((id) => letter(id)),
  );
  expect(await startPlan(db, plan, { rate: null, ramp, stopAt, force: false }, 'ann')).toEqual({ kind: 'changed' });
  return plan;
}

/** What relay, Kafka and intake do: every replay in the outbox is taken. Returns how many there were. */
async function takeReplays(): Promise<number> {
  const { rows } = await db.query<{ topic: string; key: Buffer; value: Buffer; original_headers: Buffer }>(
    `DELETE FROM outbox WHERE kind = 'replay' RETURNING *`,
  );
  const records = rows.map(({ topic, key, value, original_headers: headers }) => ({
    ...{ topic, partition: 0, offset: offset++, timestampMs: Date.now(), key, value, headers: decodeHeaders(headers) },
  }));
  await db.transaction((tx) => taker.take(tx, taker.prepare(records)));
  for (const { headers } of records) sentIds.push(String(headers.find(([name]) => name === 'replay-id')?.[1]));
  return rows.length;
}

/** Every open onboarding ends: those that are named as rejected, the others created. */
async function end(rejected: string[] = []): Promise<void> {
  await db.query(
    `UPDATE onboarding SET state = CASE WHEN correlation_id = ANY($1) THEN 'rejected' ELSE 'created' END, due_at = NULL,
            tenant_id = CASE WHEN correlation_id = ANY($1) THEN NULL ELSE gen_random_uuid() END, code = 'PARTNER_CENTER_1'
      WHERE state IN ('open', 'held')`,
    [rejected],
  );
}

async function planRow(plan: string): Promise<{ state: string; reason: string | null; step: number; sent: number }> {
  const { rows } = await db.query(`SELECT state, reason, step, sent FROM replay_plan WHERE id = $1`, [plan]);
  return rows[0] as { state: string; reason: string | null; step: number; sent: number };
}

async function statesOf(plan: string): Promise<Record<string, number>> {
  const { rows } = await db.query<{ state: string; n: number }>(
    `SELECT state, count(*)::int AS n FROM replay_letter WHERE plan_id = $1 GROUP BY state`,
    [plan],
  );
  return Object.fromEntries(rows.map(({ state, n }) => [state, n]));
}

/** Records are taken and onboardings end until the plan does not run any more. */
async function untilEnded(plan: string, rejected: string[] = []): Promise<void> {
  await eventually(
    async () => {
      await takeReplays();
      await end(rejected);
      hurry();
      const { state, step, sent } = await planRow(plan);
      if (state === 'running') throw new Error(`step ${step}, ${sent} sent`);
      return true;
    },
    { what: 'the plan to end', intervalMs: 5, timeoutMs: 90_000 },
  );
}

const untilSent = (letters: number): Promise<unknown> =>
  eventually(
    async () => {
      hurry();
      const { rows } = await db.query<{ n: number }>(`SELECT count(*)::int AS n FROM outbox WHERE kind = 'replay'`);
      return rows[0]?.n === letters;
    },
    { what: `${letters} letters in the outbox`, intervalMs: 5 },
  );

const idsOf = (count: number): string[] => Array.from({ length: count }, (_, n) => `id-${n}`);
const replayIds = (plan: string, count: number): string[] =>
  Array.from({ length: count }, (_, n) => `${plan}/${n + 1}`);

/** A database whose transactions break off, and whose commits lose their acknowledgement, now and then. */
function unreliable(chance: number): Database {
  const lose = (): void => {
    if (Math.random() < chance) throw Object.assign(new Error('connection lost'), { code: 'ECONNRESET' });
  };
  const transaction: Database['transaction'] = async (work) => {
    const result = await db.transaction(async (tx) => {
      const inside = await work(tx);
      lose();
      return inside;
    });
    lose();
    return result;
  };
  return { query: (text: string, values?: unknown[]) => db.query(text, values), transaction } as unknown as Database;
}

describe('a plan', () => {
  it('is run to its end by several drivers that crash: each letter is sent once, step after step', async () => {
    const plan = await aRunningPlan(idsOf(60), [1, 2, 5, 20]);
    for (let n = 0; n < 3; n += 1) drive(unreliable(0.3));
    const rejected = ['id-3', 'id-44'];
    await untilEnded(plan, rejected);
    expect(sentIds.toSorted()).toEqual(replayIds(plan, 60).toSorted());
    expect(await planRow(plan)).toMatchObject({ state: 'done', step: 6, sent: 60 });
    expect(await statesOf(plan)).toEqual({ created: 58, failed: 2 });
  });

  it('sends a step, and the next one when all of it ended or is held', async () => {
    const plan = await aRunningPlan(idsOf(9), [2, 3]);
    drive();
    await untilSent(2);
    expect(await takeReplays()).toBe(2);
    await db.query(`UPDATE onboarding SET state = 'held' WHERE correlation_id = 'id-0'`);
    await db.query(
      `UPDATE onboarding SET state = 'created', due_at = NULL, tenant_id = gen_random_uuid() WHERE state = 'open'`,
    );
    await untilSent(3);
    expect(await statesOf(plan)).toEqual({ created: 1, sent: 4, waiting: 4 });
    await untilEnded(plan);
    expect(await statesOf(plan)).toEqual({ created: 9 });
  });

  it('stops when too many failed again, keeps its letters, and goes on afresh when it is resumed', async () => {
    const plan = await aRunningPlan(idsOf(10), [4], 0.5);
    drive();
    await untilEnded(plan, ['id-0', 'id-2']);
    const reason = '2 of 4 letters were dead-lettered again (50 %; it stops at 50 %)';
    expect(await planRow(plan)).toMatchObject({ state: 'stopped', reason, sent: 4 });
    expect(await statesOf(plan)).toEqual({ created: 2, failed: 2, waiting: 6 });
    await resumePlan(db, plan, 'ann');
    await untilEnded(plan, ['id-5']);
    expect(await planRow(plan)).toMatchObject({ state: 'done', reason: null, sent: 6 });
    expect(await statesOf(plan)).toEqual({ created: 7, failed: 3 });
    expect(sentIds.toSorted()).toEqual(replayIds(plan, 10).toSorted());
  });

  it.each([
    ['paused', pausePlan],
    ['aborted', abortPlan],
  ] as const)(
    'that is %s sends nothing any more, and still learns what became of what it sent',
    async (state, change) => {
      const plan = await aRunningPlan(idsOf(5), [2]);
      drive();
      await untilSent(2);
      await change(db, plan, 'ann');
      await takeReplays();
      await end();
      await eventually(async () => expect(await statesOf(plan)).toEqual({ created: 2, waiting: 3 }), {
        what: 'the outcomes',
        intervalMs: 20,
      });
      expect(await planRow(plan)).toMatchObject({ state, sent: 2 });
      expect(await takeReplays()).toBe(0);
    },
  );

  it('waits while Partner Center is paused, and is stopped after a minute of it', async () => {
    await db.query(`INSERT INTO pause (kind, reason) VALUES ('outage', '5 unclear answers in a row')`);
    const plan = await aRunningPlan(idsOf(3), [1]);
    drive();
    await eventually(
      async () => (await db.query(`SELECT 1 FROM replay_plan WHERE api_paused_since IS NOT NULL`)).rowCount === 1,
      { what: 'the pause to be seen', intervalMs: 20 },
    );
    await db.query(`UPDATE replay_plan SET api_paused_since = now() - interval '1 minute'`);
    await untilEnded(plan);
    const reason = 'Partner Center was paused for 60 s: 5 unclear answers in a row';
    expect(await planRow(plan)).toMatchObject({ state: 'stopped', reason, sent: 0 });
    await db.query(`DELETE FROM pause`);
    await resumePlan(db, plan, 'ann');
    await untilEnded(plan);
    expect(await statesOf(plan)).toEqual({ created: 3 });
  });

  it('tells each outcome by what intake made of the record', async () => {
    const created = customerData('made');
    await db.transaction((tx) =>
      taker.take(tx, taker.prepare([crmRecord('made'), crmRecord('open'), crmRecord('other')])),
    );
    await db.query(
      `UPDATE onboarding SET state = 'created', due_at = NULL, tenant_id = gen_random_uuid(), announcement = '{}',
              announcement_headers = '[]' WHERE correlation_id = 'made'`,
    );
    const invalid = requestRecord('invalid', { ...created, billingProfile: 7 });
    const changed = requestRecord('other', customerData('else'));
    const letters = [
      letter('made'),
      letter('open'),
      letter('invalid', { record: invalid }),
      letter('other', { record: changed }),
    ];
    const foreign = letter('foreign', { group: 'somebody else' });
    const plan = await insertPlan(db.settings.url, [...letters, letter('new'), foreign]);
    await startPlan(db, plan, { rate: null, ramp: [10], stopAt: 1, force: false }, 'ann');
    drive();
    await untilSent(6);
    await takeReplays();
    await end();
    await eventually(async () => expect(await statesOf(plan)).not.toHaveProperty('waiting'), { what: 'the letters' });
    hurry();
    const expected = [
      'announced',
      'nothing',
      'failed EVENT_INVALID',
      'failed CORRELATION_ID_REUSED',
      'created',
      'nothing',
    ];
    await eventually(async () => expect(await lettersOf(plan)).toEqual(expected), {
      what: 'the outcomes',
      intervalMs: 20,
    });
  });
});

function crmRecord(id: string): Parameters<typeof taker.prepare>[0][number] {
  const { value } = requestRecord(id);
  const headers = [['correlation-id', Buffer.from(id)] as const];
  return {
    ...{ topic: 't', partition: 0, offset: offset++, timestampMs: 1, key: null, headers },
    value: Buffer.from(String(value)),
  };
}

async function lettersOf(plan: string): Promise<string[]> {
  const { rows } = await db.query<{ state: string; code: string | null }>(
    `SELECT state, code FROM replay_letter WHERE plan_id = $1 ORDER BY n`,
    [plan],
  );
  return rows.map(({ state, code }) => (code === null ? state : `${state} ${code}`));
}
