import { type OnboardingSystem, customerData, eventually, requestRecord } from '#testing';
import { afterAll, beforeAll, beforeEach, expect, it } from 'vitest';
import { ask, creates, failCreates, idsOf, letters, startWorld, untilCreated } from '../support/world.js';

// 403 and 404 are about a country or a partner: that onboarding is held and tried again ever more rarely, others go on.
// Only when two that differ are refused with nothing accepted between does all work pause.
const REFUSED = { kind: 'status', status: 403, code: 2030 };
const GERMANY = { country: 'DE', state: '', city: 'Berlin', postalCode: '10115', phoneNumber: '03012345678' };
let system: OnboardingSystem;

beforeAll(async () => {
  system = await startWorld();
});
beforeEach(() => system.simulator.control('DELETE', 'faults'));
afterAll(() => system.stop());

function german(id: string): Promise<void> {
  const data = customerData(id, { address: GERMANY, billingProfile: { culture: 'de-DE', language: 'de' } });
  return system.request([requestRecord(id, data)]);
}
async function untilHeld(count: number): Promise<void> {
  await eventually(async () => (await system.workers[0]!.readiness()).held === count, { what: `${count} held` });
}

it('holds the refused one while others go on, and tries it again at doubling intervals', async () => {
  await failCreates(system, 'held', REFUSED);
  await ask(system, ['held']);
  await untilHeld(1);
  await ask(system, idsOf('going on', 5));
  await untilCreated(system, idsOf('going on', 5));
  const health = await system.workers[0]!.readiness();
  expect(health).toMatchObject({ status: 'ready', held: 1, pending: 1 });
  const calls = await eventually(
    async () => {
      const tried = await creates(system, 'held');
      return tried.length >= 4 && tried;
    },
    { what: 'four calls' },
  );
  const waits = calls.slice(1).map(({ startedAt }, n) => startedAt - calls[n]!.endedAt!);
  expect(waits[0]).toBeGreaterThanOrEqual(195);
  expect(waits[1]).toBeGreaterThanOrEqual(395);
  expect(waits[2]).toBeGreaterThanOrEqual(795);
  await system.simulator.control('DELETE', 'faults');
  await untilCreated(system, ['held']);
  expect(await letters(system)).toEqual(new Map());
});

it('goes on when a create was accepted between the refusals of two countries', async () => {
  await failCreates(system, 'us refused', { ...REFUSED, status: 404 });
  await failCreates(system, 'de refused', REFUSED);
  await ask(system, ['us refused']);
  await untilHeld(1);
  await ask(system, ['accepted']);
  await untilCreated(system, ['accepted']);
  await german('de refused');
  await untilHeld(2);
  expect((await system.workers[0]!.readiness()).status).toBe('ready');
  await system.simulator.control('DELETE', 'faults');
  await untilCreated(system, ['us refused', 'de refused']);
});

it('pauses when another country is refused with nothing accepted since, and one accepted create ends it', async () => {
  await ask(system, ['reset']);
  await untilCreated(system, ['reset']);
  await failCreates(system, 'us again', REFUSED);
  await failCreates(system, 'de again', REFUSED);
  await ask(system, ['us again']);
  await untilHeld(1);
  await german('de again');
  await eventually(async () => (await system.workers[0]!.readiness()).status === 'paused', { what: 'the pause' });
  await ask(system, idsOf('fresh', 3));
  await untilCreated(system, idsOf('fresh', 3));
  expect((await system.workers[0]!.readiness()).status).toBe('ready');
  await system.simulator.control('DELETE', 'faults');
  await untilCreated(system, ['us again', 'de again']);
});
