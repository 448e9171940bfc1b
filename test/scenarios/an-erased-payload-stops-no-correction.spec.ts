import { OnboardingSystem, eventually } from '#testing';
import { afterAll, beforeAll, expect, inject, it } from 'vitest';
import { HASTE, codesOf, replayOf, request, requestIdOf, storyOf } from '../support/again.js';
import { derivedId } from '../support/derived-ids.js';

// Payloads of finished onboardings are erased at once. Replays, corrections and the settling of old calls still work: what
// they need besides the new record is identity, domain and digests.
let system: OnboardingSystem;
let group: string;

beforeAll(async () => {
  system = await OnboardingSystem.start({
    brokers: inject('kafkaBrokers'),
    databaseUrl: inject('databaseUrl'),
    settings: { ...HASTE, PAYLOAD_RETENTION_DAYS: '0' },
  });
  await system.startWorker();
  group = system.settings['KAFKA_GROUP_ID'] ?? '';
});
afterAll(() => system.stop());

const erased = (): Promise<unknown> =>
  eventually(
    async () => {
      await system.settled();
      return (await system.query('SELECT 1 FROM request_record')).length === 0;
    },
    { what: 'the payloads to be erased', timeoutMs: 15_000, intervalMs: 200 },
  );

async function leaveUnsettled(id: string, domain: string): Promise<void> {
  await system.simulator.control('PUT', `domains/${domain}`, { owner: 'oursWithoutEvidence' });
  await system.simulator.fault({ match: { operation: 'create', domain }, action: { kind: 'reset', when: 'before' } });
  await system.request([request(id, 'North Bakery', domain)]);
  await erased();
  expect(codesOf((await storyOf(system, id)).letters)).toEqual(['OUTCOME_UNRESOLVED']);
}

it('knows the same data and announces the same event', async () => {
  await system.request([request('finished')]);
  await erased();
  await system.request([request('finished'), replayOf(request('finished'), group)]);
  await erased();
  const { created, letters } = await storyOf(system, 'finished');
  expect(created).toHaveLength(2);
  expect(created[1]?.value).toEqual(created[0]?.value);
  expect(letters).toEqual([]);
});

it('settles the old call of a correction: made nothing', async () => {
  await leaveUnsettled('free-now', 'freenow.onmicrosoft.com');
  await system.simulator.control('DELETE', 'domains/freenow.onmicrosoft.com');
  await system.request([request('free-now', 'South Bakery', 'freenow2.onmicrosoft.com')]);
  await erased();
  const { created, requestIds } = await storyOf(system, 'free-now');
  expect(created).toHaveLength(1);
  expect(requestIds.at(-1)).toBe(requestIdOf('free-now', 2));
});

it('settles the old call of a correction: it made the tenant', async () => {
  await leaveUnsettled('ours-now', 'oursnow.onmicrosoft.com');
  await system.simulator.control('DELETE', 'domains/oursnow.onmicrosoft.com');
  const correlationId = derivedId('correlation/ours-now');
  await system.simulator.control('PUT', 'domains/oursnow.onmicrosoft.com', { owner: 'ours', correlationId });
  await system.request([request('ours-now', 'South Bakery', 'oursnow2.onmicrosoft.com')]);
  await erased();
  const { created, letters } = await storyOf(system, 'ours-now');
  expect(JSON.parse(String(created[0]?.value))).toMatchObject({ domain: 'oursnow.onmicrosoft.com', recovered: true });
  expect(codesOf(letters)).toEqual(['OUTCOME_UNRESOLVED', 'CORRELATION_ID_REUSED']);
});
