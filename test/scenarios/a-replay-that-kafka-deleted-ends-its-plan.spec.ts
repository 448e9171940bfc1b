import { OnboardingSystem, requestRecord } from '#testing';
import { afterAll, beforeAll, expect, inject, it } from 'vitest';
import { onboarding } from '../support/command-line.js';
import { Plans, letterOf } from '../support/replays.js';
import { QUICK } from '../support/world.js';

// A plan has sent its letters, and before intake reads them the only worker is killed and Kafka deletes everything
// (retention, or an operator). Another worker ends the plan: nobody has to abort it, and nothing is sent twice.
let system: OnboardingSystem;
let plans: Plans;

beforeAll(async () => {
  const parts = { brokers: inject('kafkaBrokers'), databaseUrl: inject('databaseUrl') };
  system = await OnboardingSystem.start({ ...parts, settings: QUICK, partitions: 1 });
  plans = new Plans(system);
  await system.startWorker();
});
afterAll(async () => {
  await plans.close();
  await system.stop();
});

async function killAndDelete(): Promise<void> {
  await system.workers.pop()!.process.kill();
  const topic = system.topics.requested;
  await system.log.admin(async (admin) => {
    const [end] = await admin.fetchTopicOffsets(topic);
    await admin.deleteTopicRecords({ topic, partitions: [{ partition: 0, offset: end!.high }] });
  });
}

it('says that they had no effect, and lets another plan replay them', async () => {
  await system.request([requestRecord('before')]);
  await system.settled();
  const lost = ['lost-0', 'lost-1'].map((id, offset) => letterOf(system, requestRecord(id), { offset }));
  const onTopic = `SELECT 1 WHERE (SELECT count(*) FROM replay_letter WHERE state = 'sent') = 2
                      AND NOT EXISTS (SELECT 1 FROM outbox WHERE kind = 'replay')`;
  const started = plans.start(lost, { ramp: [2] });
  await plans.beforeIntake(onTopic, 'the letters on the topic', killAndDelete);
  const plan = await started;
  await system.startWorker();
  expect((await plans.until(plan, 'done')).letters).toEqual({ nothing: 2 });
  const { document } = await onboarding(system.settings, 'replay', 'status', plan);
  expect(document).toMatchObject({
    ...{ state: 'done', total: 2, sent: 2, open: 0, nothing: 2, asForecast: 0 },
    reason: '2 of its letters had no effect (0:0 first: its record was deleted from the topic before it was read)',
  });
  const again = await plans.start(lost, { ramp: [2] });
  expect((await plans.until(again, 'done')).letters).toEqual({ created: 2 });
  expect(await system.simulator.summary()).toMatchObject({ surplusTenants: 0, tenants: 3 });
}, 240_000);
