import { type KafkaInstance, OnboardingSystem, eventually, requestRecord, startKafka } from '#testing';
import { afterAll, beforeAll, expect, inject, it } from 'vitest';
import { eachHasOneTenantAnnouncedOnce } from '../support/announced.js';

// Two workers take in, create and announce 300 customers when the broker goes away and comes back, twice.
let kafka: KafkaInstance;
let system: OnboardingSystem;

beforeAll(async () => {
  kafka = await startKafka({ own: true });
  system = await OnboardingSystem.start({
    brokers: kafka.brokers,
    databaseUrl: inject('databaseUrl'),
    settings: { WORKER_LEASE_MS: '2000', CREATE_CONCURRENCY_MAX: '10' },
    simulator: { createLatency: 100 },
  });
});
afterAll(async () => {
  await system.stop();
  await kafka.stop();
});

it('each is announced once and every call is made once', async () => {
  const workers = [await system.startWorker(), await system.startWorker()];
  const ids = Array.from({ length: 300 }, (_, n) => `broker-${n}`);
  await system.request(ids.map((id) => requestRecord(id)));
  for (const tenants of [40, 120]) {
    await eventually(async () => (await system.simulator.summary()).tenants >= tenants, {
      what: `${tenants} tenants`,
      timeoutMs: 60_000,
    });
    await kafka.restart();
  }
  await eachHasOneTenantAnnouncedOnce(system, ids, 90_000);
  expect((await system.simulator.summary()).creates).toBe(ids.length);
  expect(workers.some(({ process }) => process.hasExited)).toBe(false);
});
