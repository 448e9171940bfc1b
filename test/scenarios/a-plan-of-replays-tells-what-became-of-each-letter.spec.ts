import { type OnboardingSystem, customerData, eventually, requestRecord } from '#testing';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { Plans, letterOf } from '../support/replays.js';
import { ask, domainOf, failCreates, startWorld, untilCreated } from '../support/world.js';

// A plan replays records of every kind: of a tenant that exists, with the same data and with others, of an onboarding that is
// being worked on, an invalid one, and ones that the service refuses, holds and accepts.
let system: OnboardingSystem;
let plans: Plans;

beforeAll(async () => {
  system = await startWorld();
  plans = new Plans(system);
});
afterAll(async () => {
  await plans.close();
  await system.stop();
});

it('counts each as what it became, and waits for what is held', async () => {
  await ask(system, ['made']);
  await untilCreated(system, ['made']);
  await failCreates(system, 'working', { kind: 'status', status: 503 });
  await failCreates(system, 'holding', { kind: 'status', status: 403, code: 2030 });
  await ask(system, ['working']);
  await system.simulator.control('PUT', `domains/${domainOf('refused')}`, { owner: 'otherPartner' });
  await eventually(async () => (await system.workers[0]!.readiness()).pending === 1, { what: 'one to be worked on' });
  const other = { ...requestRecord('made', customerData('made2')), key: 'made' };
  const plan = await plans.start(
    [
      ...['made', 'working', 'refused', 'holding', 'fresh'].map((id) => letterOf(system, requestRecord(id))),
      letterOf(system, requestRecord('invalid', { companyProfile: 7 })),
      letterOf(system, other),
    ],
    { ramp: [100] },
  );
  const whileHeld = ['announced', 'nothing', 'failed PARTNER_CENTER_27100', 'sent', 'created', 'failed EVENT_INVALID'];
  await eventually(
    async () => expect(await plans.letters(plan)).toEqual([...whileHeld, 'failed CORRELATION_ID_REUSED']),
    {
      what: 'all but the held one to end',
      timeoutMs: 30_000,
    },
  );
  expect((await plans.stands(plan)).state).toBe('running');
  await system.simulator.control('DELETE', 'faults');
  const { letters: counts } = await plans.until(plan, 'done');
  expect(counts).toEqual({ announced: 1, nothing: 1, failed: 3, created: 2 });
  await system.settled();
  const made = (await system.read('created')).filter(({ headers }) => headers['ce_correlationid'] === 'made');
  expect(made).toHaveLength(2);
  expect(new Set(made.map(({ headers }) => headers['ce_id'])).size).toBe(1);
});
