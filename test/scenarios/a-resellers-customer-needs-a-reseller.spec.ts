import { type OnboardingSystem, customerData, eventually, requestRecord } from '#testing';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { creates, domainOf, letters, startWorld, untilCreated, untilLetter } from '../support/world.js';

// An indirect provider creates customers for its indirect resellers. Who they are is asked for once; a partner who is none of
// them is refused before anything is created, and the question failing stops nobody.
const OURS = '7d2f3b1c-4a5e-4f60-8b7a-9c0d1e2f3a4b';
const UNSIGNED = '1f2e3d4c-5b6a-4978-8695-a4b3c2d1e0f9';
const STRANGER = '00112233-4455-4677-8899-aabbccddeeff';
let system: OnboardingSystem;

const askFor = (id: string, associatedPartnerId: string): Promise<void> =>
  system.request([requestRecord(id, { ...customerData(id), associatedPartnerId })]);
const questions = async (): Promise<number> => (await system.simulator.journal('?operation=relationships')).length;

beforeAll(async () => {
  system = await startWorld(
    { PARTNER_CENTER_REFRESH_TOKEN: 'the-configured-refresh-token' },
    {
      resellers: [
        { id: OURS, name: 'North Resellers', mpnId: '4711', state: 'Active', location: 'US' },
        {
          id: UNSIGNED,
          name: 'South Resellers',
          mpnId: '4712',
          state: 'Active',
          location: 'US',
          isAgreementSigned: false,
        },
      ],
    },
  );
});
afterAll(() => system.stop());

it('is created for one of ours, and who ours are is asked once for many', async () => {
  await Promise.all([askFor('r1', OURS), askFor('r2', OURS.toUpperCase()), askFor('r3', OURS)]);
  const events = await untilCreated(system, ['r1', 'r2', 'r3']);
  expect(events.map(({ associatedPartnerId }) => String(associatedPartnerId).toLowerCase())).toEqual([
    OURS,
    OURS,
    OURS,
  ]);
  expect(await questions()).toBe(1);
});

it('is refused without a create call for a stranger', async () => {
  await askFor('stranger', STRANGER);
  const { headers } = await untilLetter(system, 'stranger');
  expect(headers).toMatchObject({
    'dead-letter-code': 'RULE_VIOLATION',
    'dead-letter-reason': 'invalid',
    'dead-letter-fields': '["associatedPartnerId"]',
    'dead-letter-attempts': '0',
  });
  expect(headers['dead-letter-message']).toContain('indirect reseller');
  expect(headers).not.toHaveProperty('dead-letter-request-id');
  expect(await creates(system, 'stranger')).toEqual([]);
});

it('is held, not refused, for one of ours whose agreement is not signed: only the service can know', async () => {
  await askFor('unsigned', UNSIGNED);
  const answers = await eventually(
    async () => {
      const calls = await creates(system, 'unsigned');
      return calls.length >= 2 && calls.map(({ status }) => status);
    },
    { what: 'a second try', timeoutMs: 20_000 },
  );
  expect(new Set(answers)).toEqual(new Set([400]));
  expect((await letters(system)).has('unsigned')).toBe(false);
});

it('is created all the same while nobody can say who ours are', async () => {
  await system.workers[0]!.process.stop();
  await system.simulator.fault({
    match: { operation: 'relationships' },
    times: 'forever',
    action: { kind: 'status', status: 500 },
  });
  await system.startWorker();
  await askFor('r4', OURS);
  await untilCreated(system, ['r4']);
  expect((await creates(system, 'r4')).map(({ domain }) => domain)).toEqual([domainOf('r4')]);
});
