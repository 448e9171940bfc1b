import { OnboardingSystem, eventually, requestRecord } from '#testing';
import { afterEach, expect, inject, it } from 'vitest';
import { eachHasOneTenantAnnouncedOnce } from '../support/announced.js';

// Create calls have left and are not answered when the worker is killed with SIGKILL; the service carries them out all the
// same. Another worker finishes: it sends the same request id, also while the service still works on the first call.
const ids = ['dies-1', 'dies-2', 'dies-3'];
let system: OnboardingSystem;

afterEach(() => system.stop());

async function start(simulator: Record<string, unknown>, settings: Record<string, string> = {}): Promise<void> {
  system = await OnboardingSystem.start({
    brokers: inject('kafkaBrokers'),
    databaseUrl: inject('databaseUrl'),
    settings: { WORKER_LEASE_MS: '1000', RETRY_DELAY_MIN_MS: '50', RECONCILE_WINDOW_MS: '1500', ...settings },
    simulator,
    partitions: 1,
  });
}

/** Starts a worker, lets its calls get as far as `until` says, and puts another in its place. */
async function dieAndBeReplaced(until: () => Promise<boolean>): Promise<void> {
  const worker = await system.startWorker();
  await system.request(ids.map((id) => requestRecord(id)));
  await eventually(until, { what: 'the calls to be under way', timeoutMs: 20_000 });
  await worker.process.kill();
  await system.startWorker();
}

async function requestIdsByDomain(): Promise<Map<string | null, (string | null)[]>> {
  const creates = await system.simulator.journal('?operation=create');
  const byDomain = Map.groupBy(creates, ({ domain }) => domain);
  return new Map([...byDomain].map(([domain, calls]) => [domain, calls.map(({ requestId }) => requestId)]));
}

it('the same request is sent again and answered when the tenant was made before the death', async () => {
  await start({});
  await system.simulator.fault({
    match: { operation: 'create' },
    times: ids.length,
    action: { kind: 'delay', when: 'after', delayMs: 2_000 },
  });
  await dieAndBeReplaced(async () => (await system.simulator.tenants()).length === ids.length);

  const events = await eachHasOneTenantAnnouncedOnce(system, ids);
  for (const { recovered } of events.values()) expect(recovered).toBe(false);
  for (const requestIds of (await requestIdsByDomain()).values()) {
    expect(requestIds.length).toBeGreaterThan(1);
    expect(new Set(requestIds).size).toBe(1);
  }
});

// What a service may do with a request id that it is still working on.
it.each([
  ['refuses the second call', 'reject409'],
  ['tells the second call that the domain is taken', 'both→domainTaken'],
])('one tenant is made when the first call outlives its worker and the service %s', async (_, concurrentSameId) => {
  await start({ createLatency: 10_000, concurrentSameId }, { PARTNER_CENTER_TIMEOUT_MS: '11000' });
  const creates = (): Promise<number> => system.simulator.summary().then((summary) => summary.creates);
  await dieAndBeReplaced(async () => (await creates()) === ids.length);
  expect(await system.simulator.tenants()).toEqual([]);

  const events = await eachHasOneTenantAnnouncedOnce(system, ids);
  for (const { recovered } of events.values()) expect(recovered).toBe(true);
  for (const requestIds of (await requestIdsByDomain()).values()) expect(new Set(requestIds).size).toBe(1);
  expect(await system.read('deadLetter')).toEqual([]);
});
