import { OnboardingSystem, copyDatabase, eventually, requestRecord } from '#testing';
import { afterEach, expect, inject, it } from 'vitest';
import { ledgerCounts } from '../support/announced.js';

// A worker is killed in the midst of work and the ledger is copied as it stands; on the original everything is finished and
// more is asked for. Then the copy takes the original's place: it knows neither those tenants nor those records.
let system: OnboardingSystem;

afterEach(() => system.stop());

it.each([
  ['still knows the request ids', {}],
  ['has forgotten the request ids', { requestIdWindow: 1 }],
])('no second tenant is made and everything is announced when the service %s', async (_, simulator) => {
  system = await OnboardingSystem.start({
    brokers: inject('kafkaBrokers'),
    databaseUrl: inject('databaseUrl'),
    settings: { WORKER_LEASE_MS: '1000', CREATE_CONCURRENCY_MAX: '10', RECONCILE_WINDOW_MS: '2000' },
    simulator: { createLatency: 200, ...simulator },
    partitions: 1,
  });
  const original = system.settings['DATABASE_URL'] ?? '';
  const before = Array.from({ length: 60 }, (_, n) => `before-${n}`);
  const after = Array.from({ length: 30 }, (_, n) => `after-${n}`);

  const first = await system.startWorker();
  await system.request(before.map((id) => requestRecord(id)));
  await eventually(async () => (await system.simulator.summary()).tenants >= 20, { what: 'the first tenants' });
  await first.process.kill();
  const restored = await copyDatabase(original);

  const second = await system.startWorker();
  await system.request(after.map((id) => requestRecord(id)));
  await allCreated(original, 90);
  await second.process.kill();
  await system.startWorker({ DATABASE_URL: restored });
  await allCreated(restored, 90);

  const { tenants, surplusTenants } = await system.simulator.summary();
  expect({ tenants, surplusTenants }).toEqual({ tenants: 90, surplusTenants: 0 });
  expect(await system.read('deadLetter')).toEqual([]);
  const announced = Map.groupBy(await system.read('created'), ({ headers }) => headers['ce_correlationid']);
  expect([...announced.keys()].sort()).toEqual([...before, ...after].sort());
  for (const records of announced.values()) {
    expect(new Set(records.map(({ headers }) => headers['ce_id'])).size).toBe(1);
    const tenantIds = records.map(({ value }) => (JSON.parse(String(value)) as { tenantId: string }).tenantId);
    expect(new Set(tenantIds).size).toBe(1);
  }
});

function allCreated(databaseUrl: string, count: number): Promise<unknown> {
  return eventually(
    async () => {
      const counts = await ledgerCounts(system, databaseUrl);
      if (counts.created === count && counts.unsent === 0) return true;
      throw new Error(JSON.stringify(counts));
    },
    { what: `${count} to be created and announced`, timeoutMs: 90_000, intervalMs: 100 },
  );
}
