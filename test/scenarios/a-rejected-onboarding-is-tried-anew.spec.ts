import { OnboardingSystem } from '#testing';
import { afterAll, beforeAll, expect, inject, it } from 'vitest';
import { HASTE, codesOf, older, replayOf, request, requestIdOf, storyOf } from '../support/again.js';
import { derivedId } from '../support/derived-ids.js';

// An onboarding was refused for good (its domain belongs to somebody else) or given up, every call settled. Newer records and replays
// try it anew as the next revision; older ones are a duplicate or a dead letter.
let system: OnboardingSystem;
let group: string;
const OTHER = 'South Bakery';

beforeAll(async () => {
  system = await OnboardingSystem.start({
    brokers: inject('kafkaBrokers'),
    databaseUrl: inject('databaseUrl'),
    settings: { ...HASTE, CREATE_ATTEMPTS_MAX: '3' },
  });
  await system.startWorker();
  group = system.settings['KAFKA_GROUP_ID'] ?? '';
});
afterAll(() => system.stop());

const domainOf = (id: string): string => `${id.replaceAll('-', '')}.onmicrosoft.com`;

async function reject(id: string): Promise<void> {
  await system.simulator.control('PUT', `domains/${domainOf(id)}`, { owner: 'otherPartner' });
  await system.request([request(id)]);
  await system.settled();
  expect(codesOf((await storyOf(system, id)).letters)).toEqual(['PARTNER_CENTER_27100']);
}

it('makes the tenant of a corrected record as revision 2, under a new request id', async () => {
  await reject('corrected');
  await system.request([request('corrected', OTHER, 'newdomain.onmicrosoft.com')]);
  await system.settled();
  const { created, letters, rejected, requestIds } = await storyOf(system, 'corrected');
  expect(created.map(({ headers }) => headers['ce_id'])).toEqual([derivedId('created/corrected')]);
  expect(requestIds).toEqual([requestIdOf('corrected', 1), requestIdOf('corrected', 2)]);
  expect(rejected.map(({ headers }) => headers['ce_id'])).toEqual([derivedId('rejected/corrected/1')]);
  expect(letters[0]?.headers).toMatchObject({
    'dead-letter-reason': 'rejected',
    'dead-letter-fields': '["companyProfile.domain"]',
    'dead-letter-request-id': requestIdOf('corrected', 1),
    'dead-letter-attempts': '1',
  });
});

it('tries the same data of a newer record anew after its attempts were exhausted, under a new request id', async () => {
  const { id } = await system.simulator.fault({
    match: { operation: 'create', domain: domainOf('given-up') },
    times: 'forever',
    action: { kind: 'status', status: 500 },
  });
  await system.request([request('given-up')]);
  await system.settled();
  expect(codesOf((await storyOf(system, 'given-up')).letters)).toEqual(['ATTEMPTS_EXHAUSTED']);
  await system.simulator.control('DELETE', `faults/${id}`);
  await system.request([request('given-up')]);
  await system.settled();
  const { created, letters, requestIds } = await storyOf(system, 'given-up');
  expect(created.map(({ headers }) => headers['ce_id'])).toEqual([derivedId('created/given-up')]);
  expect(letters).toHaveLength(1);
  expect(new Set(requestIds.slice(0, -1))).toEqual(new Set([requestIdOf('given-up', 1)]));
  expect(requestIds.at(-1)).toBe(requestIdOf('given-up', 2));
});

it('tries a replay of an old record anew, and counts over the whole life', async () => {
  await reject('replayed');
  await system.request([older(replayOf(request('replayed'), group))]);
  await system.settled();
  const { letters, rejected, requestIds } = await storyOf(system, 'replayed');
  expect(codesOf(letters)).toEqual(['PARTNER_CENTER_27100', 'PARTNER_CENTER_27100']);
  expect(letters[1]?.headers).toMatchObject({
    'dead-letter-attempts': '2',
    'dead-letter-replays': '1',
    'dead-letter-first-failed-at': letters[0]?.headers['dead-letter-failed-at'],
    'dead-letter-fingerprint': letters[0]?.headers['dead-letter-fingerprint'],
    'replay-id': 'plan-1',
  });
  expect(requestIds).toEqual([requestIdOf('replayed', 1), requestIdOf('replayed', 2)]);
  expect(rejected.map(({ headers }) => headers['ce_id'])).toEqual([
    derivedId('rejected/replayed/1'),
    derivedId('rejected/replayed/2'),
  ]);
});

it('drops an older record with the same data, and dead-letters one with other data until it is replayed', async () => {
  await reject('older-ones');
  const correction = older(request('older-ones', OTHER, 'olderdomain.onmicrosoft.com'));
  await system.request([older(request('older-ones')), correction]);
  await system.settled();
  const before = await storyOf(system, 'older-ones');
  expect(before.requestIds).toEqual([requestIdOf('older-ones', 1)]);
  expect(codesOf(before.letters)).toEqual(['PARTNER_CENTER_27100', 'CORRELATION_ID_REUSED']);
  expect(before.rejected).toHaveLength(2);
  await system.request([replayOf(correction, group)]);
  await system.settled();
  const after = await storyOf(system, 'older-ones');
  expect(after.requestIds).toEqual([requestIdOf('older-ones', 1), requestIdOf('older-ones', 2)]);
  expect(after.created).toHaveLength(1);
});

it('takes the data of any revision for the same once it is created', async () => {
  await reject('any-revision');
  await system.request([request('any-revision', OTHER, 'anyrevision2.onmicrosoft.com')]);
  await system.settled();
  await system.request([replayOf(request('any-revision'), group)]);
  await system.settled();
  const { created, letters } = await storyOf(system, 'any-revision');
  expect(created).toHaveLength(2);
  expect(created[1]?.value).toEqual(created[0]?.value);
  expect(codesOf(letters)).toEqual(['PARTNER_CENTER_27100']);
});

it('makes one revision of several records in one batch', async () => {
  await reject('in-a-batch');
  const good = request('in-a-batch', OTHER, 'inabatch2.onmicrosoft.com');
  const records = [good, replayOf(good, group), request('in-a-batch'), request('in-a-batch', 'East Bakery')];
  await system.request(records);
  await system.settled();
  const { created, letters, requestIds, rejected } = await storyOf(system, 'in-a-batch');
  expect(created).toHaveLength(1);
  expect(requestIds).toEqual([requestIdOf('in-a-batch', 1), requestIdOf('in-a-batch', 2)]);
  expect(codesOf(letters)).toEqual(['PARTNER_CENTER_27100', 'CORRELATION_ID_REUSED']);
  expect(rejected).toHaveLength(1);
});

it('gives a refused correction no revision', async () => {
  await reject('badly-corrected');
  const bad = { ...request('badly-corrected'), value: '{"billingProfile":7}' };
  await system.request([bad]);
  await system.settled();
  await system.request([request('badly-corrected', OTHER, 'badlycorrected2.onmicrosoft.com')]);
  await system.settled();
  const { created, letters, requestIds, rejected } = await storyOf(system, 'badly-corrected');
  expect(codesOf(letters)).toEqual(['PARTNER_CENTER_27100', 'EVENT_INVALID']);
  expect(rejected).toHaveLength(2);
  expect(requestIds).toEqual([requestIdOf('badly-corrected', 1), requestIdOf('badly-corrected', 2)]);
  expect(created).toHaveLength(1);
});
