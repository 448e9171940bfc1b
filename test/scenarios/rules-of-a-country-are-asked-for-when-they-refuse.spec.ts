import { type OnboardingSystem, customerData, eventually, requestRecord } from '#testing';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { ask, creates, startWorld, untilCreated, untilLetter } from '../support/world.js';

// The rules of a country may have changed since the worker was built. They are asked for when they refused a request of
// that country, in the background, and not before.
let system: OnboardingSystem;

const POSTAL_CODE = 'billingProfile.defaultAddress.postalCode';
function withPostalCode(id: string, postalCode: string): ReturnType<typeof requestRecord> {
  const data = customerData(id);
  const { billingProfile } = data;
  const defaultAddress = { ...billingProfile.defaultAddress, postalCode };
  return requestRecord(id, { ...data, billingProfile: { ...billingProfile, defaultAddress } });
}
const questions = (): Promise<unknown[]> => system.simulator.journal('?operation=countryRules');

beforeAll(async () => {
  system = await startWorld();
});
afterAll(() => system.stop());

it('are not asked for while no rule refuses anything: one create costs one call', async () => {
  await ask(system, ['fine']);
  await untilCreated(system, ['fine']);
  expect((await system.simulator.journal()).map(({ operation }) => operation).sort()).toEqual(['create', 'token']);
});

it('are not asked for when a rule refused that holds everywhere', async () => {
  await system.request([requestRecord('odd', customerData('odd', { address: { firstName: '.', lastName: '-' } }))]);
  await untilLetter(system, 'odd');
  await ask(system, ['after odd']);
  await untilCreated(system, ['after odd']);
  expect(await questions()).toEqual([]);
});

it('are asked for once when they refused requests, which make no create call', async () => {
  await system.request([withPostalCode('bad1', 'no code'), withPostalCode('bad2', 'neither')]);
  for (const id of ['bad1', 'bad2']) {
    const { headers } = await untilLetter(system, id);
    expect(headers).toMatchObject({ 'dead-letter-code': 'RULE_VIOLATION', 'dead-letter-fields': `["${POSTAL_CODE}"]` });
    expect(await creates(system, id)).toEqual([]);
  }
  await eventually(async () => (await questions()).length > 0, { what: 'the rules to be asked for' });
  await ask(system, ['fine again']);
  await untilCreated(system, ['fine again']);
  expect(await questions()).toHaveLength(1);
});

it('are asked for when the registration number that a country demands is missing', async () => {
  const address = { country: 'BR', state: 'SP', postalCode: '01310-100' };
  await system.request([requestRecord('br', customerData('br', { address, billingProfile: { culture: 'pt-BR' } }))]);
  const { headers } = await untilLetter(system, 'br');
  expect(headers['dead-letter-fields']).toBe('["companyProfile.organizationRegistrationNumber"]');
  await eventually(async () => (await questions()).length === 2, { what: 'the rules of Brazil to be asked for' });
});
