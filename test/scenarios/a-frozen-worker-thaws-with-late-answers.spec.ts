import { OnboardingSystem, type WorkerProcess, eventually, requestRecord } from '#testing';
import { afterEach, beforeEach, expect, inject, it } from 'vitest';
import { eachHasOneTenantAnnouncedOnce, ledgerCounts, logged } from '../support/announced.js';

// A worker is frozen (SIGSTOP) for longer than its lease with two calls under way and more claimed ahead. Another takes
// everything over. Then the first one thaws, with two answers 201 in its sockets and a queue of claims that it lost.
const CALLS = 2;
const ids = ['thaw-1', 'thaw-2', 'thaw-3'];
let system: OnboardingSystem;
let frozen: WorkerProcess;

beforeEach(async () => {
  system = await OnboardingSystem.start({
    brokers: inject('kafkaBrokers'),
    databaseUrl: inject('databaseUrl'),
    settings: { WORKER_LEASE_MS: '1500', CREATE_CONCURRENCY_MAX: String(CALLS) },
    partitions: 1,
  });
  frozen = await system.startWorker();
  await system.simulator.fault({
    match: { operation: 'create' },
    times: CALLS,
    action: { kind: 'delay', when: 'after', delayMs: 1_500 },
  });
});
afterEach(() => system.stop());

async function freezeWithCallsUnderWay(): Promise<void> {
  await system.request(ids.map((id) => requestRecord(id)));
  await eventually(async () => (await system.simulator.tenants()).length === CALLS, {
    what: 'the calls',
    intervalMs: 5,
  });
  frozen.process.freeze();
}

/** Every create call by domain, in order: the journal knows no callers, so the counts have to tell. */
async function callsByDomain(): Promise<number[]> {
  const creates = await system.simulator.journal('?operation=create');
  return [...Map.groupBy(creates, ({ domain }) => domain).values()].map((calls) => calls.length).sort();
}

it('its late answers are known already, and it repeats none of the calls that it had claimed', async () => {
  await freezeWithCallsUnderWay();
  await system.startWorker();
  const events = await eachHasOneTenantAnnouncedOnce(system, ids);
  frozen.process.thaw();
  await logged(frozen.process, 'this worker was silent for too long');
  await logged(frozen.process, 'a late 201 was taken in');

  await system.request([requestRecord('after-the-thaw')]);
  const all = await eachHasOneTenantAnnouncedOnce(system, [...ids, 'after-the-thaw']);
  for (const id of ids) expect(all.get(id)).toEqual(events.get(id));
  // Once before the frost and once by the other worker; the claimed ones only by the other worker.
  expect(await callsByDomain()).toEqual([1, 1, 2, 2]);
});

it('its late answers count while the worker that took over still waits for its own', async () => {
  await freezeWithCallsUnderWay();
  await system.simulator.fault({
    match: { operation: 'create' },
    times: 'forever',
    action: { kind: 'hang', ms: 8_000 },
  });
  const next = await system.startWorker();
  await eventually(async () => (await system.simulator.summary()).creates === 2 * CALLS, {
    what: 'the other worker to repeat the calls',
    timeoutMs: 20_000,
  });
  frozen.process.thaw();
  await eventually(async () => (await ledgerCounts(system)).created === CALLS, { what: 'the late answers' });
  await logged(frozen.process, 'a late 201 was taken in');
  await system.simulator.control('DELETE', 'faults');

  await eachHasOneTenantAnnouncedOnce(system, ids);
  expect(next.process.stdout).not.toContain('ALARM');
  expect(frozen.process.stdout).not.toContain('ALARM');
});
