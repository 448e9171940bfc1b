import { OnboardingSystem, type PostgresInstance, eventually, requestRecord, startPostgres } from '#testing';
import { afterAll, afterEach, beforeAll, expect, inject, it } from 'vitest';
import { eachHasOneTenantAnnouncedOnce, logged } from '../support/announced.js';

// The tenants are made and the answers have reached the worker, but the database is down: they stand only in the memory of
// a process that is killed with SIGKILL. The database comes back, and another worker has to find the tenants again.
let postgres: PostgresInstance;
let system: OnboardingSystem;

beforeAll(async () => {
  postgres = await startPostgres({ own: true });
});
afterEach(() => system.stop());
afterAll(() => postgres.stop());

// How the service meets a request id that it has answered before, and whether the tenant must then be found and adopted.
it.each([
  ['answers the request id again', {}, false],
  ['tells that the domain is taken', { replay: 'domainTaken400' }, true],
  ['tells of a conflict', { replay: 'conflict409' }, true],
  ['has forgotten the request id', { requestIdWindow: 1 }, true],
  [
    'has forgotten the request id and shows the tenant late',
    { requestIdWindow: 1, listDelay: 3_000, auditDelay: 4_000 },
    true,
  ],
])('one tenant is known and announced when the service %s', async (_, simulator, recovered) => {
  system = await OnboardingSystem.start({
    brokers: inject('kafkaBrokers'),
    databaseUrl: postgres.url,
    settings: {
      WORKER_LEASE_MS: '1000',
      RETRY_DELAY_MIN_MS: '50',
      RECONCILE_WINDOW_MS: '5000',
      PARTNER_CENTER_TIMEOUT_MS: '2000',
    },
    simulator: { createLatency: 500, ...simulator },
    partitions: 1,
  });
  const worker = await system.startWorker();
  const ids = ['unrecorded-1', 'unrecorded-2', 'unrecorded-3'];
  await system.request(ids.map((id) => requestRecord(id)));
  await eventually(async () => (await system.simulator.summary()).creates === ids.length, { what: 'the calls' });
  await postgres.halt();
  await eventually(async () => (await system.simulator.summary()).perStatus['201'] === ids.length, {
    what: 'the answers',
  });
  await logged(worker.process, 'outcomes could not be recorded yet');
  await worker.process.kill();
  await postgres.start();
  await system.startWorker();

  const events = await eachHasOneTenantAnnouncedOnce(system, ids);
  expect([...events.values()].map((event) => event['recovered'])).toEqual(ids.map(() => recovered));
  expect(await system.read('deadLetter')).toEqual([]);
});
