import { OnboardingSystem, eventually } from '#testing';
import { afterAll, beforeAll, expect, inject, it } from 'vitest';
import { HASTE, codesOf, replayOf, request, requestIdOf, storyOf } from '../support/again.js';
import { derivedId } from '../support/derived-ids.js';

// A correlation id comes again while its onboarding is called, waits, is held or created, with the same data and with other data: the
// first two rows of the table of contract 2.
let system: OnboardingSystem;
let group: string;

beforeAll(async () => {
  system = await OnboardingSystem.start({
    brokers: inject('kafkaBrokers'),
    databaseUrl: inject('databaseUrl'),
    settings: HASTE,
  });
  await system.startWorker();
  group = system.settings['KAFKA_GROUP_ID'] ?? '';
});
afterAll(() => system.stop());

async function expectReusedUntold(id: string): Promise<void> {
  const { letters, rejected, requestIds, created } = await storyOf(system, id);
  expect(codesOf(letters)).toEqual(['CORRELATION_ID_REUSED']);
  expect(letters[0]?.headers).toMatchObject({ 'dead-letter-reason': 'invalid', 'dead-letter-attempts': '0' });
  expect(String(letters[0]?.value)).toContain('South Bakery');
  expect(rejected).toEqual([]);
  expect(created).toHaveLength(1);
  expect(new Set(requestIds)).toEqual(new Set([requestIdOf(id, 1)]));
}

it('lets an open onboarding be: a duplicate is nothing, other data are a dead letter', async () => {
  await system.simulator.fault({
    match: { operation: 'create', domain: 'openone.onmicrosoft.com' },
    action: { kind: 'delay', delayMs: 1500 },
  });
  await system.request([request('open-one', 'North Bakery', 'openone.onmicrosoft.com')]);
  await eventually(async () => (await system.workers[0]?.readiness())?.pending === 1, { what: 'it to be open' });
  const domain = 'openone.onmicrosoft.com';
  await system.request([
    request('open-one', 'North Bakery', domain),
    replayOf(request('open-one', 'North Bakery', domain), group),
    request('open-one', 'South Bakery', domain),
  ]);
  await system.settled();
  await expectReusedUntold('open-one');
});

it('lets one that waits out a throttling be', async () => {
  const domain = 'waitingone.onmicrosoft.com';
  const { id } = await system.simulator.fault({
    match: { operation: 'create', domain },
    times: 'forever',
    action: { kind: 'throttle', seconds: 1 },
  });
  await system.request([request('waiting-one', 'North Bakery', domain)]);
  await eventually(async () => (await system.workers[0]?.readiness())?.status === 'paused', { what: 'it to wait' });
  await system.request([
    request('waiting-one', 'North Bakery', domain),
    replayOf(request('waiting-one', 'North Bakery', domain), group),
    request('waiting-one', 'South Bakery', domain),
  ]);
  await eventually(async () => expect(codesOf((await storyOf(system, 'waiting-one')).letters)).toHaveLength(1), {
    what: 'the dead letter',
    intervalMs: 200,
  });
  expect((await system.workers[0]?.readiness())?.pending).toBe(1);
  await system.simulator.control('DELETE', `faults/${id}`);
  await system.settled();
  await expectReusedUntold('waiting-one');
});

it('lets a held onboarding be', async () => {
  const domain = 'heldone.onmicrosoft.com';
  const { id } = await system.simulator.fault({
    match: { operation: 'create', domain },
    times: 'forever',
    action: { kind: 'status', status: 403 },
  });
  await system.request([request('held-one', 'North Bakery', domain)]);
  await eventually(async () => (await system.workers[0]?.readiness())?.held === 1, { what: 'it to be held' });
  await system.request([
    request('held-one', 'North Bakery', domain),
    replayOf(request('held-one', 'North Bakery', domain), group),
    replayOf(request('held-one', 'South Bakery', domain), group),
  ]);
  await eventually(async () => expect(codesOf((await storyOf(system, 'held-one')).letters)).toHaveLength(1), {
    what: 'the dead letter',
    intervalMs: 200,
  });
  await system.simulator.control('DELETE', `faults/${id}`);
  await system.settled();
  await expectReusedUntold('held-one');
});

it('announces a created one again on a replay, byte for byte, and calls nothing', async () => {
  const record = request('created-one');
  await system.request([record]);
  await system.settled();
  await system.request([
    request('created-one'),
    replayOf(record, 'another-group'),
    { ...record, headers: { ...record.headers, 'replay-group': group } },
    replayOf(record, group),
    replayOf(record, group, 2),
  ]);
  await system.settled();
  const { created, letters, rejected, requestIds } = await storyOf(system, 'created-one');
  expect(created).toHaveLength(3);
  for (const event of created) {
    expect(event.value).toEqual(created[0]?.value);
    expect(event.key).toEqual(created[0]?.key);
    expect(event.headerList).toEqual(created[0]?.headerList);
    expect(event.headers['ce_id']).toBe(derivedId('created/created-one'));
  }
  expect(requestIds).toEqual([requestIdOf('created-one', 1)]);
  expect([...letters, ...rejected]).toEqual([]);
});

it('dead-letters other data for a created one, a replay of them too, and tells no CustomerRejected', async () => {
  await system.request([request('created-two')]);
  await system.settled();
  await system.request([
    request('created-two', 'South Bakery'),
    replayOf(request('created-two', 'South Bakery'), group, 7),
  ]);
  await system.settled();
  const { letters, created, rejected } = await storyOf(system, 'created-two');
  expect(codesOf(letters)).toEqual(['CORRELATION_ID_REUSED', 'CORRELATION_ID_REUSED']);
  expect(letters.map(({ headers }) => headers['dead-letter-replays']).sort()).toEqual(['0', '7']);
  expect(created).toHaveLength(1);
  expect(rejected).toEqual([]);
});

it('tells no CustomerRejected of a broken record either while the id is created', async () => {
  await system.request([{ ...request('created-two'), value: '{"broken":true}' }]);
  await system.settled();
  const { letters, rejected } = await storyOf(system, 'created-two');
  expect(codesOf(letters)).toContain('EVENT_INVALID');
  expect(rejected).toEqual([]);
});
