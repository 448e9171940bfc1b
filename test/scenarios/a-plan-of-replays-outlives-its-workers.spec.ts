import { type OnboardingSystem } from '#testing';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { Plans, planned, replayIds } from '../support/replays.js';
import { ask, domainOf, idsOf, letters, startWorld } from '../support/world.js';

// Twelve customers were refused because their domains belonged to somebody else, who has given them back since. While a
// plan replays them, the only worker is killed with SIGKILL at every step of it: before anything is sent, with letters in the
// outbox, on the topic, taken, and created. Each time another worker goes on.
const LETTERS = 12;
const ids = idsOf('outlived', LETTERS);
let system: OnboardingSystem;
let plans: Plans;

beforeAll(async () => {
  system = await startWorld();
  plans = new Plans(system);
  for (const id of ids) await system.simulator.control('PUT', `domains/${domainOf(id)}`, { owner: 'otherPartner' });
  await ask(system, ids);
  await system.settled();
  for (const id of ids) await system.simulator.control('DELETE', `domains/${domainOf(id)}`);
  await system.simulator.fault({
    match: { operation: 'create' },
    times: 'forever',
    action: { kind: 'delay', delayMs: 100 },
  });
});
afterAll(async () => {
  await plans.close();
  await system.stop();
});

const sent = `SELECT 1 FROM replay_letter l WHERE l.state = 'sent'`;
const isOpen = `EXISTS (SELECT 1 FROM onboarding o WHERE o.correlation_id = l.correlation_id AND o.state = 'open')`;
const onTopic = `${sent} AND l.taken_as IS NULL AND NOT EXISTS (SELECT 1 FROM outbox WHERE kind = 'replay')`;
const moments: { what: string; sql: string; isBeforeIntake?: boolean }[] = [
  { what: 'nothing was sent', sql: `SELECT 1 FROM replay_plan WHERE state = 'running'` },
  { what: 'letters are in the outbox', sql: `SELECT 1 FROM outbox WHERE kind = 'replay'` },
  { what: 'letters are on the topic', sql: onTopic, isBeforeIntake: true },
  { what: 'a letter is taken', sql: `${sent} AND ${isOpen}` },
  { what: 'a letter is created', sql: `${sent} AND NOT ${isOpen} AND l.taken_as IS NOT NULL` },
];

it('sends each of its letters once, and each has its tenant', async () => {
  const all = await letters(system);
  expect(all.size).toBe(LETTERS);
  const plan = await plans.start(
    [...all.values()].map((letter) => planned(system, letter)),
    { ramp: [1, 2, 3] },
  );
  const kill = (): Promise<unknown> => system.workers.at(-1)!.process.kill();
  for (const { what, sql, isBeforeIntake } of moments) {
    if (isBeforeIntake) await plans.beforeIntake(sql, what, kill);
    else await plans.untilRow(sql, what).then(kill);
    await system.startWorker({}, { untilReady: false });
  }
  const stands = await plans.until(plan, 'done', 90_000);
  expect(stands).toMatchObject({ reason: null, letters: { created: LETTERS } });
  expect((await plans.replayed()).sort()).toEqual(replayIds(plan, LETTERS).sort());
  await system.settled();
  expect([...(await system.created()).keys()].sort()).toEqual(ids.toSorted());
  expect(await system.simulator.summary()).toMatchObject({ surplusTenants: 0, tenants: LETTERS });
  expect((await letters(system)).size).toBe(LETTERS);
}, 240_000);
