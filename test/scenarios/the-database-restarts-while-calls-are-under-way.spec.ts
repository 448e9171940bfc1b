import { OnboardingSystem, type PostgresInstance, eventually, requestRecord, startPostgres } from '#testing';
import { afterAll, beforeAll, expect, inject, it } from 'vitest';
import { eachHasOneTenantAnnouncedOnce, ledgerCounts, logged } from '../support/announced.js';

// Two workers have create calls under way when the database goes away for longer than their lease. The answers come while
// it is gone, and one worker finds the database again before the other. Nobody may take a live worker for dead
// afterwards: every outcome is recorded by the worker that has it.
const LEASE_MS = 3_000;
const CALLS = 20;
let postgres: PostgresInstance;
let system: OnboardingSystem;

beforeAll(async () => {
  postgres = await startPostgres({ own: true });
  system = await OnboardingSystem.start({
    brokers: inject('kafkaBrokers'),
    databaseUrl: postgres.url,
    settings: { WORKER_LEASE_MS: String(LEASE_MS), CREATE_CONCURRENCY_MAX: '10' },
    simulator: { createLatency: 2_000 },
  });
});
afterAll(async () => {
  await system.stop();
  await postgres.stop();
});

it('no call is repeated and every answer is recorded', async () => {
  const [first, second] = [await system.startWorker(), await system.startWorker()];
  const ids = Array.from({ length: CALLS + 15 }, (_, n) => `restart-${n}`);
  await system.request(ids.map((id) => requestRecord(id)));
  await eventually(async () => (await system.simulator.summary()).creates === CALLS, {
    what: 'both workers to have all their calls under way',
  });
  await postgres.halt();
  const haltedMs = performance.now();
  await logged(first.process, 'outcomes could not be recorded yet');
  await logged(second.process, 'outcomes could not be recorded yet');
  await eventually(() => performance.now() - haltedMs > LEASE_MS + 500, { what: 'the outage to outlast the lease' });
  second.process.freeze();
  await postgres.start();
  const recorded = async (): Promise<boolean> => (await ledgerCounts(system)).created >= CALLS / 2;
  await eventually(recorded, { what: 'the first worker to record what it has' });
  second.process.thaw();

  await eachHasOneTenantAnnouncedOnce(system, ids);
  const creates = await system.simulator.journal('?operation=create');
  expect(creates.map(({ domain }) => domain).sort()).toEqual(
    ids.map((id) => `${id.replace('-', '')}.onmicrosoft.com`).sort(),
  );
  for (const { process } of [first, second]) expect(process.stdout).not.toContain('taken over');
});
