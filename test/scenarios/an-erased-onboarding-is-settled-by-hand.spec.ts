import { type OnboardingSystem, customerData, eventually, requestRecord } from '#testing';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { codesOf, requestIdOf, storyOf } from '../support/again.js';
import { type Answer, onboarding } from '../support/command-line.js';
import { domainOf, startWorld, untilCreated } from '../support/world.js';

// Four customers stand under their domains in the partner's list and nobody can tell who made them: their onboardings end
// unresolved, and their payloads are erased at once. An operator settles them on the command line; what is announced then
// is what the dead letter repeats of the request.
const IDS = ['ours', 'corrected', 'gone', 'lost'];
const TENANT = '3c1b7c5e-0f2d-4a53-9a57-2f6d0a8a9b1c';
const OTHER_TENANT = '7d0a1f54-5f0e-4f35-8f7b-0a9f0f1d2c3b';
/** Every look is a process of its own. */
const PATIENT = { timeoutMs: 60_000, intervalMs: 200 };
let system: OnboardingSystem;
const run = (...args: string[]): Promise<Answer> => onboarding(system.settings, ...args);

/** The key is the CRM's own, and each company has another name and reference. */
const ofCrm = (id: string, company: string, domain = domainOf(id)): ReturnType<typeof requestRecord> => {
  const data = customerData(id, {
    domain,
    customerReference: `${company}-1`,
    billingProfile: { companyName: company },
  });
  return { ...requestRecord(id, data), key: `key of ${company}` };
};

beforeAll(async () => {
  system = await startWorld({ PAYLOAD_RETENTION_DAYS: '0' });
  for (const id of IDS) {
    const domain = domainOf(id);
    await system.simulator.control('PUT', `domains/${domain}`, { owner: 'oursWithoutEvidence' });
    await system.simulator.fault({ match: { operation: 'create', domain }, action: { kind: 'reset', when: 'before' } });
  }
  await system.request(IDS.map((id) => ofCrm(id, 'North')));
  await untilLettersAndErased(IDS.length);
  await system.request([ofCrm('corrected', 'South', 'south.onmicrosoft.com')]);
  await untilLettersAndErased(IDS.length + 1);
});
afterAll(() => system.stop());

async function untilLettersAndErased(count: number): Promise<void> {
  const isSo = async (): Promise<boolean> =>
    (await system.read('deadLetter')).length === count &&
    (await system.query('SELECT 1 FROM request_record')).length === 0;
  await eventually(isSo, { what: `${count} letters, and the payloads to be erased`, ...PATIENT });
}

it('announces the tenant with what the dead letter repeats of the request', async () => {
  const { code, document } = await run('resolve', 'ours', '--tenant', TENANT);
  expect([code, document]).toMatchObject([0, { state: 'created', tenantId: TENANT }]);
  await untilCreated(system, ['ours'], PATIENT.timeoutMs);
  const { created, rejected, letters } = await storyOf(system, 'ours');
  expect(created.map(({ key }) => String(key))).toEqual(['key of North']);
  expect(created[0]?.headers).toMatchObject({ ce_causationid: 'event-of-ours', ce_correlationid: 'ours' });
  expect(JSON.parse(String(created[0]?.value))).toMatchObject({
    ...{ customerReference: 'North-1', companyName: 'North', domain: domainOf('ours') },
    ...{ tenantId: TENANT, recovered: true, credentials: 'unavailable' },
  });
  expect([rejected.length, codesOf(letters)]).toEqual([1, ['OUTCOME_UNRESOLVED']]);
});

it('announces the data of the call that made the tenant, not those of a later correction', async () => {
  expect(codesOf((await storyOf(system, 'corrected')).letters)).toEqual(['OUTCOME_UNRESOLVED', 'OUTCOME_UNRESOLVED']);
  expect((await run('resolve', 'corrected', '--tenant', OTHER_TENANT)).code).toBe(0);
  await untilCreated(system, ['corrected'], PATIENT.timeoutMs);
  const [event] = (await storyOf(system, 'corrected')).created;
  expect(JSON.parse(String(event?.value))).toMatchObject({
    ...{ customerReference: 'North-1', companyName: 'North', domain: domainOf('corrected'), tenantId: OTHER_TENANT },
  });
  expect(String(event?.key)).toBe('key of North');
});

it('needs no request to say that there is no tenant; its letter is replayed under the next request id', async () => {
  expect((await run('resolve', 'gone', '--not-created')).document).toMatchObject({ state: 'rejected' });
  await system.simulator.control('DELETE', `domains/${domainOf('gone')}`);
  const { document } = await run('replay', 'plan', '--correlation-id', 'gone');
  expect(document['forecast']).toMatchObject({ create: 1 });
  expect((await run('replay', 'start', document['plan'], '--yes')).document).toMatchObject({
    state: 'done',
    created: 1,
  });
  const { created, rejected, letters, requestIds } = await storyOf(system, 'gone');
  expect(created.map(({ key }) => String(key))).toEqual(['key of North']);
  expect([rejected.length, letters.length]).toEqual([1, 1]);
  expect(requestIds.at(-1)).toBe(requestIdOf('gone', 2));
});

it('is refused where the dead letter is gone too, and can still be said to have no tenant', async () => {
  const [letter] = (await storyOf(system, 'lost')).letters;
  const { partition = 0, offset = 0 } = letter ?? {};
  const partitions = [{ partition, offset: String(offset + 1) }];
  await system.log.admin(async (admin) => {
    // kafkajs deletes records only of a topic that this client has asked about before.
    await admin.fetchTopicOffsets(system.topics.deadLetter);
    await admin.deleteTopicRecords({ topic: system.topics.deadLetter, partitions });
  });
  const { code, document } = await run('resolve', 'lost', '--tenant', TENANT.replace('3', '4'));
  expect([code, document]).toEqual([1, { error: { code: 'RECORD_ERASED', message: expect.any(String) as string } }]);
  expect((await run('show', 'lost')).document).toMatchObject({ state: 'unresolved', tenantId: null });
  expect((await run('resolve', 'lost', '--not-created')).document).toMatchObject({ state: 'rejected' });
});
