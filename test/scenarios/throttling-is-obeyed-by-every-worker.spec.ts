import { type OnboardingSystem, eventually } from '#testing';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { ask, creates, failCreates, idsOf, letters, startWorld, untilCreated } from '../support/world.js';

// Two workers are busy when one call gets 429. From half a second later until Retry-After has passed nobody starts any
// call to the API. A single counted attempt would end an event here: none is counted.
let system: OnboardingSystem;

beforeAll(async () => {
  system = await startWorld({ CREATE_ATTEMPTS_MAX: '1', CREATE_CONCURRENCY_MAX: '4' }, { createLatency: 40 });
  await system.startWorker();
});
afterAll(() => system.stop());

async function throttled(from: number): Promise<number | false> {
  const [first] = (await system.simulator.journal()).filter(({ status, endedAt }) => status === 429 && endedAt! > from);
  return first?.endedAt ?? false;
}

const FORMS = [
  { form: 'seconds', seconds: 2, waitMs: 2_000 },
  { form: 'date', seconds: 3, waitMs: 2_000 },
  { form: 'seconds', seconds: 0, waitMs: 1_000 },
];

describe.each(FORMS)('Retry-After of $seconds as $form', ({ form, seconds, waitMs }) => {
  it('is waited for by both workers', async () => {
    const ids = idsOf(`${form}-${seconds}`, 60);
    await ask(system, ids);
    const began = Date.now() - 1;
    await system.simulator.fault({ match: { operation: 'create' }, action: { kind: 'throttle', form, seconds } });
    const at = await eventually(() => throttled(began), { what: 'a 429', intervalMs: 20 });
    await untilCreated(system, ids);
    const started = (await system.simulator.journal())
      .filter(({ operation }) => operation !== 'token')
      .map(({ startedAt }) => startedAt - at);
    expect(started.filter((ms) => ms > 500 && ms < waitMs)).toEqual([]);
    expect(started.some((ms) => ms >= waitMs)).toBe(true);
    expect(await letters(system)).toEqual(new Map());
  });
});

it('obeys a 429 to the read-only probe of an event that fails alone', async () => {
  await failCreates(system, 'alone', { kind: 'status', status: 500 }, 1);
  await system.simulator.fault({ match: { operation: 'search' }, action: { kind: 'throttle', seconds: 2 } });
  const began = Date.now() - 1;
  await ask(system, ['alone']);
  const at = await eventually(() => throttled(began), { what: 'a 429', intervalMs: 20 });
  await untilCreated(system, ['alone']);
  const [, repeated] = await creates(system, 'alone');
  expect(repeated!.startedAt - at).toBeGreaterThanOrEqual(2_000);
});

it('waits ten seconds where none is named, and twice as long the second time in a row', async () => {
  const throttle = { kind: 'throttle', form: 'absent' };
  const waits: number[] = [];
  await system.simulator.fault({ match: { operation: 'create' }, times: 2, action: throttle });
  for (const id of ['unnamed-1', 'unnamed-2']) {
    const began = Date.now() - 1;
    await ask(system, [id]);
    const at = await eventually(() => throttled(began), { what: 'a 429', timeoutMs: 15_000 });
    const until = await eventually(
      async () => {
        const readings = await Promise.all(system.workers.map((worker) => worker.readiness()));
        const ends = readings.map(({ parts }) => Date.parse((parts.partnerCenter as { until?: string }).until ?? ''));
        return ends.every((end) => end > at) && Math.min(...ends);
      },
      { what: 'both workers to tell of the throttle' },
    );
    waits.push((until - at) / 1_000);
  }
  expect(waits[0]).toBeGreaterThan(9);
  expect(waits[0]).toBeLessThan(11);
  expect(waits[1]).toBeGreaterThan(19);
  expect(waits[1]).toBeLessThan(21);
});
