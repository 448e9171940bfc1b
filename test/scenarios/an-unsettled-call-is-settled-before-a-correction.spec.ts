import { OnboardingSystem, eventually } from '#testing';
import { afterAll, beforeAll, expect, inject, it } from 'vitest';
import { HASTE, codesOf, replayOf, request, requestIdOf, storyOf } from '../support/again.js';
import { derivedId } from '../support/derived-ids.js';

// A create call had an unclear end and nobody could tell whether the tenant in our list is its tenant: dead-lettered with
// the call unsettled. The next record of the id settles the old call first (last row of the table of contract 2).
let system: OnboardingSystem;
let group: string;
const OTHER = 'South Bakery';

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

const domainOf = (id: string): string => `${id.replaceAll('-', '')}.onmicrosoft.com`;
const newDomainOf = (id: string): string => `new${domainOf(id)}`;
const correctionOf = (id: string) => request(id, OTHER, newDomainOf(id));

/** The first call is cut off before it does anything; the repeated one meets a tenant of ours without evidence. */
async function leaveUnsettled(id: string): Promise<void> {
  const domain = domainOf(id);
  await system.simulator.control('PUT', `domains/${domain}`, { owner: 'oursWithoutEvidence' });
  await system.simulator.fault({ match: { operation: 'create', domain }, action: { kind: 'reset', when: 'before' } });
  await system.request([request(id)]);
  await system.settled();
  const { letters, requestIds } = await storyOf(system, id);
  expect(codesOf(letters)).toEqual(['OUTCOME_UNRESOLVED']);
  expect(letters[0]?.headers['dead-letter-reason']).toBe('unresolved');
  expect(new Set(requestIds)).toEqual(new Set([requestIdOf(id, 1)]));
}

it('adopts the tenant that the old call made, and the correction becomes CORRELATION_ID_REUSED', async () => {
  await leaveUnsettled('was-made');
  const correlationId = derivedId('correlation/was-made');
  await system.simulator.control('DELETE', `domains/${domainOf('was-made')}`);
  await system.simulator.control('PUT', `domains/${domainOf('was-made')}`, { owner: 'ours', correlationId });
  await system.request([correctionOf('was-made')]);
  await system.settled();
  const { created, letters, rejected, requestIds } = await storyOf(system, 'was-made');
  expect(created).toHaveLength(1);
  expect(JSON.parse(String(created[0]?.value))).toMatchObject({ domain: domainOf('was-made'), recovered: true });
  expect(codesOf(letters)).toEqual(['OUTCOME_UNRESOLVED', 'CORRELATION_ID_REUSED']);
  expect(String(letters[1]?.value)).toBe(correctionOf('was-made').value);
  expect(rejected).toHaveLength(1);
  expect(new Set(requestIds)).toEqual(new Set([requestIdOf('was-made', 1)]));
});

it('makes the correction revision 2 when the old call certainly made nothing', async () => {
  await leaveUnsettled('was-not-made');
  await system.simulator.control('DELETE', `domains/${domainOf('was-not-made')}`);
  await system.request([correctionOf('was-not-made')]);
  await system.settled();
  const { created, letters, requestIds } = await storyOf(system, 'was-not-made');
  expect(created).toHaveLength(1);
  expect(JSON.parse(String(created[0]?.value))).toMatchObject({
    domain: newDomainOf('was-not-made'),
    companyName: OTHER,
    recovered: false,
  });
  expect(requestIds.at(-1)).toBe(requestIdOf('was-not-made', 2));
  expect(codesOf(letters)).toEqual(['OUTCOME_UNRESOLVED']);
});

it('parks the correction, naming the old domain, when neither can be told', async () => {
  await leaveUnsettled('who-knows');
  await system.request([correctionOf('who-knows'), correctionOf('who-knows')]);
  await system.settled();
  const { created, letters, rejected, requestIds } = await storyOf(system, 'who-knows');
  expect(created).toEqual([]);
  expect(codesOf(letters)).toEqual(['OUTCOME_UNRESOLVED', 'OUTCOME_UNRESOLVED']);
  expect(String(letters[1]?.value)).toBe(correctionOf('who-knows').value);
  expect(letters[1]?.headers['dead-letter-message']).toContain(domainOf('who-knows'));
  expect(letters[1]?.headers['dead-letter-message']).not.toContain(newDomainOf('who-knows'));
  expect(rejected.map(({ headers }) => headers['ce_id'])).toEqual([
    derivedId('rejected/who-knows/1'),
    derivedId('rejected/who-knows/2'),
  ]);
  expect(new Set(requestIds)).toEqual(new Set([requestIdOf('who-knows', 1)]));
});

it('reconciles the same data first, then repeats the same request', async () => {
  await leaveUnsettled('same-data');
  await system.simulator.control('DELETE', `domains/${domainOf('same-data')}`);
  await system.request([replayOf(request('same-data'), group)]);
  await system.settled();
  const { created, letters, requestIds } = await storyOf(system, 'same-data');
  expect(created).toHaveLength(1);
  expect(new Set(requestIds)).toEqual(new Set([requestIdOf('same-data', 1)]));
  expect(codesOf(letters)).toEqual(['OUTCOME_UNRESOLVED']);
});

it('dead-letters third data while a correction waits, and takes the correction again for a duplicate', async () => {
  await leaveUnsettled('three-data');
  const search = { operation: 'search', domain: domainOf('three-data') };
  const { id } = await system.simulator.fault({
    match: search,
    times: 'forever',
    action: { kind: 'status', status: 503 },
  });
  await system.request([correctionOf('three-data'), correctionOf('three-data'), request('three-data', 'East Bakery')]);
  await system.request([request('three-data')]);
  // While the search fails the correction waits: all four are judged before it goes on.
  const areTaken = (): Promise<boolean> => system.log.isConsumed(group, system.topics.requested);
  await eventually(areTaken, { what: 'the four records to be taken', timeoutMs: 20_000 });
  await system.simulator.control('DELETE', `domains/${domainOf('three-data')}`);
  await system.simulator.control('DELETE', `faults/${id}`);
  await system.settled();
  const { created, letters } = await storyOf(system, 'three-data');
  expect(codesOf(letters)).toEqual(['OUTCOME_UNRESOLVED', 'CORRELATION_ID_REUSED']);
  expect(String(letters[1]?.value)).toContain('East Bakery');
  expect(created).toHaveLength(1);
});
