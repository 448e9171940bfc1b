import { type OnboardingSystem, eventually } from '#testing';
import { afterEach, expect, it } from 'vitest';
import { ask, creates, failCreates, idsOf, letters, requestIdOf, startWorld, untilCreated } from '../support/world.js';

// SIGTERM while create calls are under way, and while calls hang for longer than a worker may take to stop. It exits with
// 0 in time, and what it held is worked on at once by the next worker: a lease of a minute would show any wait for it.
const NO_HELP_FROM_THE_LEASE = { WORKER_LEASE_MS: '60000', RETRY_DELAY_MIN_MS: '20000', RETRY_DELAY_MAX_MS: '20000' };
let system: OnboardingSystem;
afterEach(() => system.stop());

function untilUnderWay(count: number): Promise<unknown> {
  return eventually(async () => (await creates(system)).filter(({ endedAt }) => endedAt === null).length === count, {
    what: `${count} calls under way`,
  });
}

it('lets calls end, publishes them, and leaves the rest to the next worker', async () => {
  const settings = { ...NO_HELP_FROM_THE_LEASE, CREATE_CONCURRENCY_MAX: '5', PARTNER_CENTER_TIMEOUT_MS: '20000' };
  system = await startWorld(settings, { createLatency: 1_500 });
  const ids = idsOf('under way', 14);
  await ask(system, ids);
  await untilUnderWay(5);
  const began = Date.now();
  expect(await system.workers[0]!.process.stop()).toMatchObject({ code: 0 });
  expect(Date.now() - began).toBeLessThan(30_000);
  expect((await system.created()).size).toBeGreaterThanOrEqual(5);
  await system.simulator.settings({ createLatency: 0 });
  await system.startWorker();
  await untilCreated(system, ids, 10_000);
  expect(await creates(system)).toHaveLength(14);
});

it('breaks off calls that hang; the next worker repeats the same requests at once and nobody takes it for an outage', async () => {
  system = await startWorld({
    ...NO_HELP_FROM_THE_LEASE,
    PROBE_INTERVAL_MS: '60000',
    CREATE_ATTEMPTS_MAX: '1',
    PARTNER_CENTER_TIMEOUT_MS: '120000',
  });
  const ids = idsOf('hanging', 6);
  for (const [n, id] of ids.entries())
    await failCreates(system, id, { kind: 'hang', when: n % 2 ? 'after' : 'before' }, 1);
  await ask(system, ids);
  await untilUnderWay(6);
  const began = Date.now();
  expect(await system.workers[0]!.process.stop()).toMatchObject({ code: 0 });
  expect(Date.now() - began).toBeLessThan(30_000);
  const next = await system.startWorker();
  await untilCreated(system, ids, 10_000);
  expect((await next.readiness()).status).toBe('ready');
  for (const id of ids) {
    const requestIds = (await creates(system, id)).map(({ requestId }) => requestId);
    expect(requestIds).toEqual([requestIdOf(id), requestIdOf(id)]);
  }
  expect(await system.simulator.summary()).toMatchObject({ tenants: 6, surplusTenants: 0 });
  expect(await letters(system)).toEqual(new Map());
});
