import { type OnboardingSystem, customerData, eventually, requestRecord } from '#testing';
import { afterAll, beforeAll, beforeEach, expect, it } from 'vitest';
import {
  ask,
  creates,
  failCreates,
  idsOf,
  letters,
  rejections,
  requestIdOf,
  startWorld,
  untilCreated,
  untilLetter,
} from '../support/world.js';

// Creates get 500: of one customer while others succeed, of all customers at once, and of one that waits alone while
// reads work. Three counted attempts are allowed. Only what the service evidently could have done is counted.
let system: OnboardingSystem;
const FAILS = { kind: 'status', status: 500 };

beforeAll(async () => {
  system = await startWorld({ CREATE_ATTEMPTS_MAX: '3' });
});
beforeEach(() => system.simulator.control('DELETE', 'faults'));
afterAll(() => system.stop());

it('gives up on the one that fails while others succeed, after three counted calls with one request id', async () => {
  await failCreates(system, 'poison', FAILS);
  await ask(system, ['poison', ...idsOf('fine', 5)]);
  let others = 0;
  const letter = await eventually(
    async () => {
      await ask(system, [`stream-${others++}`]);
      return (await letters(system)).get('poison') ?? false;
    },
    { what: 'the poison event to be given up', timeoutMs: 20_000, intervalMs: 50 },
  );
  const calls = await creates(system, 'poison');
  expect(calls.length).toBeGreaterThanOrEqual(3);
  expect(new Set(calls.map(({ requestId }) => requestId))).toEqual(new Set([requestIdOf('poison')]));
  expect(letter.headers).toMatchObject({
    'dead-letter-code': 'ATTEMPTS_EXHAUSTED',
    'dead-letter-reason': 'exhausted',
    'dead-letter-attempts': '3',
    'dead-letter-http-status': '500',
    'dead-letter-request-id': requestIdOf('poison'),
  });
  const lastCall = calls.at(-1)!.endedAt!;
  const searches = await system.simulator.journal('?operation=search');
  expect(searches.some((search) => search.domain === calls[0]!.domain && search.startedAt >= lastCall + 1_500)).toBe(
    true,
  );
  expect((await rejections(system)).get('poison')).toMatchObject({ code: 'ATTEMPTS_EXHAUSTED', httpStatus: 500 });
  await untilCreated(system, [...idsOf('fine', 5), ...idsOf('stream', others)]);
});

it('takes failures of everybody for an outage and spends nothing', async () => {
  const ids = idsOf('everybody', 5);
  await system.simulator.fault({ match: { operation: 'create' }, times: 'forever', action: FAILS });
  const before = (await creates(system)).length;
  await ask(system, ids);
  await eventually(async () => (await creates(system)).length > before + 20, {
    what: 'twenty calls',
    timeoutMs: 20_000,
  });
  expect((await system.workers[0]!.readiness()).status).toBe('paused');
  await system.simulator.control('DELETE', 'faults');
  await untilCreated(system, ids, 10_000);
  expect((await letters(system)).size).toBe(1);
});

it('gives up on one that waits alone, because reads before and after its calls succeeded', async () => {
  await failCreates(system, 'lonely', FAILS);
  await ask(system, ['lonely']);
  const letter = await untilLetter(system, 'lonely');
  expect(letter.headers).toMatchObject({ 'dead-letter-code': 'ATTEMPTS_EXHAUSTED', 'dead-letter-attempts': '3' });
  expect(new Set((await creates(system, 'lonely')).map(({ requestId }) => requestId)).size).toBe(1);
});

it('spends nothing on one that waits alone while reads fail too', async () => {
  await system.simulator.control('PUT', 'outage', { mode: 'status', status: 500, scope: 'api' });
  await ask(system, ['patient']);
  await eventually(async () => (await creates(system, 'patient')).length > 10, {
    what: 'ten calls',
    timeoutMs: 20_000,
  });
  await system.simulator.control('DELETE', 'outage');
  await untilCreated(system, ['patient'], 10_000);
});

it('gives up on one even if another waits for its domain', async () => {
  await failCreates(system, 'owner', FAILS, 6);
  await ask(system, ['owner']);
  // Only a domain that is called for makes the other wait.
  await eventually(async () => (await creates(system, 'owner')).length > 0, { what: 'the first call' });
  await system.request([requestRecord('waits', customerData('owner'))]);
  await untilCreated(system, ['waits']);
  const ended = await letters(system);
  expect([ended.get('owner')?.headers['dead-letter-code'], ended.get('waits')]).toEqual([
    'ATTEMPTS_EXHAUSTED',
    undefined,
  ]);
});
