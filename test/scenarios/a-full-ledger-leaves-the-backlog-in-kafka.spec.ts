import { OnboardingSystem, customerData, requestRecord } from '#testing';
import { setTimeout as delay } from 'node:timers/promises';
import { afterAll, beforeAll, expect, inject, it } from 'vitest';

// Six partitions hold far more requests than may be open at once, and two workers read them. Never more than PENDING_MAX and
// one chunk a worker are open; the rest waits in Kafka, and all of it ends.
const COUNT = 3_000;
const PENDING_MAX = 50;
let system: OnboardingSystem;

beforeAll(async () => {
  system = await OnboardingSystem.start({
    brokers: inject('kafkaBrokers'),
    databaseUrl: inject('databaseUrl'),
    partitions: 6,
    settings: { PENDING_MAX: String(PENDING_MAX) },
  });
  await system.log.createTopic(system.topics.requested, 6);
  const data = customerData('x');
  await system.request(
    Array.from({ length: COUNT }, (_, n) => {
      const companyProfile = { domain: `full${n}.onmicrosoft.com` };
      return { ...requestRecord(`full-${n}`, { ...data, companyProfile }), partition: n % 6 };
    }),
  );
});
afterAll(() => system.stop());

it('never opens more than PENDING_MAX and 500 a worker, and loses nothing', async () => {
  await system.startWorker();
  let most = 0;
  let isDone = false;
  const watching = (async () => {
    while (!isDone) {
      const [row] = await system.query(`SELECT count(*)::int AS n FROM onboarding WHERE state IN ('open', 'held')`);
      most = Math.max(most, Number(row?.['n']));
      await delay(5);
    }
  })();
  try {
    await system.startWorker();
    await system.settled(110_000);
  } finally {
    isDone = true;
    await watching;
  }
  expect(most).toBeGreaterThan(PENDING_MAX);
  expect(most).toBeLessThanOrEqual(PENDING_MAX + 2 * 500);
  expect((await system.created()).size).toBe(COUNT);
  expect((await system.simulator.summary()).surplusTenants).toBe(0);
});
