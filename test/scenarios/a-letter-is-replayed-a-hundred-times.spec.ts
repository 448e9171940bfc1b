import { ReplayPlanner } from '#dead-letters';
import { TopicReader } from '#kafka';
import { Database, startPlan } from '#ledger';
import { createLogger } from '#observability';
import { type OnboardingSystem, eventually } from '#testing';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { ask, failCreates, startWorld, untilLetter } from '../support/world.js';

// One customer was refused; the cause is mended, and the same letter is planned and replayed a hundred times.
const TIMES = 100;
const PATIENT = { timeoutMs: 60_000 };
const EVERY_TURN = { rate: null, ramp: [1], stopAt: 1, force: false };
let system: OnboardingSystem;
let db: Database;
let reader: TopicReader;
let planner: ReplayPlanner;

beforeAll(async () => {
  system = await startWorld();
  const log = createLogger({ level: 'silent' });
  const brokers = (system.settings['KAFKA_BROKERS'] ?? '').split(',');
  db = new Database({ url: system.settings['DATABASE_URL'] ?? '', poolMax: 4 });
  reader = new TopicReader({ settings: { brokers, clientId: 'operator', ssl: null, sasl: null }, log });
  const groupId = system.settings['KAFKA_GROUP_ID'] ?? '';
  planner = new ReplayPlanner({ db, reader, topics: system.topics, groupId, log, checkRules: () => [] });
});
afterAll(async () => {
  await reader.close();
  await db.close();
  await system.stop();
});

async function replay(): Promise<string> {
  const { plan } = await planner.plan({ correlationId: 'again' }, { who: 'test' });
  expect(await startPlan(db, plan, EVERY_TURN, 'test')).toEqual({ kind: 'changed' });
  await eventually(async () => (await stateOf(plan)) === 'done', { what: `plan ${plan} to be done`, ...PATIENT });
  const [letter] = (await planner.letters(plan, 1)).letters;
  return letter?.forecast ?? 'none';
}

async function stateOf(plan: string): Promise<unknown> {
  const [row] = await system.query(`SELECT state FROM replay_plan WHERE id = '${plan}'`);
  return row?.['state'];
}

it('makes one tenant; every later replay only announces it again', async () => {
  await failCreates(system, 'again', { kind: 'status', status: 400, code: 2000 });
  await ask(system, ['again']);
  await untilLetter(system, 'again');
  await system.simulator.control('DELETE', 'faults');
  const forecasts = [];
  for (let time = 0; time < TIMES; time += 1) forecasts.push(await replay());
  expect(forecasts).toEqual(['failAgain', ...Array.from({ length: TIMES - 1 }, () => 'announceAgain')]);
  const announced = await eventually(
    async () => {
      const records = await system.read('created');
      return records.length === TIMES && records;
    },
    { what: 'each replay to be announced', ...PATIENT },
  );
  expect(new Set(announced.map(({ headers }) => headers['ce_id'])).size).toBe(1);
  expect((await system.simulator.summary()).tenants).toBe(1);
});
