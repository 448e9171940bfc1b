import { type KafkaInstance, OnboardingSystem, eventually, requestRecord, startKafka } from '#testing';
import { afterAll, beforeAll, inject, it } from 'vitest';
import { eachHasOneTenantAnnouncedOnce, ledgerCounts } from '../support/announced.js';

// The broker freezes while create calls are under way: their outcomes get into the ledger and not onto the topics. The
// worker is killed with SIGKILL, the broker thaws, and another worker has to publish what the dead one knew.
let kafka: KafkaInstance;
let system: OnboardingSystem;

beforeAll(async () => {
  kafka = await startKafka({ own: true });
  system = await OnboardingSystem.start({
    brokers: kafka.brokers,
    databaseUrl: inject('databaseUrl'),
    settings: { WORKER_LEASE_MS: '1000' },
    simulator: { createLatency: 1_000 },
    partitions: 1,
  });
});
afterAll(async () => {
  await kafka.resume();
  await system.stop();
  await kafka.stop();
});

it('each tenant is announced once, by the next worker', async () => {
  const worker = await system.startWorker();
  const ids = Array.from({ length: 20 }, (_, n) => `unpublished-${n}`);
  await system.request(ids.map((id) => requestRecord(id)));
  await eventually(async () => (await system.simulator.summary()).creates === ids.length, { what: 'the calls' });
  await kafka.pause();
  await eventually(async () => (await ledgerCounts(system)).unsent === ids.length, { what: 'the outcomes' });
  await worker.process.kill();
  await kafka.resume();
  await system.startWorker();

  await eachHasOneTenantAnnouncedOnce(system, ids);
});
