import { type OnboardingSystem, eventually } from '#testing';
import { resumePlan } from '#ledger';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { Plans, planned, replayIds } from '../support/replays.js';
import { ask, domainOf, idsOf, letters, startWorld } from '../support/world.js';

// Partner Center goes down while a plan runs. The plan sends nothing meanwhile and stops after a minute; no letter is
// dead-lettered again, for an outage is not a failure of the event. When the service is back an operator resumes it.
const LETTERS = 20;
const ids = idsOf('in an outage', LETTERS);
let system: OnboardingSystem;
let plans: Plans;

beforeAll(async () => {
  system = await startWorld({ CREATE_ATTEMPTS_MAX: '1' });
  plans = new Plans(system);
  for (const id of ids) await system.simulator.control('PUT', `domains/${domainOf(id)}`, { owner: 'otherPartner' });
  await ask(system, ids);
  await system.settled();
  for (const id of ids) await system.simulator.control('DELETE', `domains/${domainOf(id)}`);
});
afterAll(async () => {
  await plans.close();
  await system.stop();
});

it('stops, dead-letters nothing again, and goes on when it is resumed', async () => {
  const all = [...(await letters(system)).values()].map((letter) => planned(system, letter));
  const plan = await plans.start(all, { ramp: [2, 6] });
  await plans.untilRow(`SELECT 1 FROM replay_plan WHERE step >= 2`, 'the second step');
  await system.simulator.control('PUT', 'outage', { mode: 'status', status: 503, scope: 'api' });
  await plans.untilRow(`SELECT 1 FROM replay_plan WHERE api_paused_since IS NOT NULL`, 'the plan to wait');
  const before = await plans.stands(plan);
  expect(before.letters['waiting']).toBeGreaterThan(0);
  // A minute later.
  await plans.db.query(`UPDATE replay_plan SET api_paused_since = api_paused_since - interval '1 minute'`);
  const stopped = await plans.until(plan, 'stopped');
  expect(stopped.reason).toMatch(/^Partner Center was paused for 60 s: /);
  expect(stopped.letters['waiting']).toBe(before.letters['waiting']);
  expect(stopped.letters['failed']).toBeUndefined();

  await system.simulator.control('DELETE', 'outage');
  await eventually(async () => (await system.workers[0]!.readiness()).status === 'ready', { what: 'the pause to end' });
  // What was sent before it stopped ends as if nothing had been.
  await eventually(async () => expect((await plans.stands(plan)).letters).not.toHaveProperty('sent'), {
    what: 'the letters that were sent',
    timeoutMs: 20_000,
  });
  expect(await resumePlan(plans.db, plan, 'test')).toEqual({ kind: 'changed' });
  expect(await plans.until(plan, 'done')).toMatchObject({ letters: { created: LETTERS } });
  expect((await plans.replayed()).sort()).toEqual(replayIds(plan, LETTERS).sort());
  await system.settled();
  expect((await letters(system)).size).toBe(LETTERS);
  expect((await system.created()).size).toBe(LETTERS);
});
