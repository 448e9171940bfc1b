import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { TestClient } from '../../test/client.js';

let client: TestClient;
beforeAll(async () => {
  client = await TestClient.start();
});
beforeEach(() => client.reset());
afterAll(() => client.close());

const REDMOND = { AddressLine1: '1 Microsoft Way', City: 'Redmond', State: 'WA', PostalCode: '98052', Country: 'US' };
const settings = (changes: Record<string, unknown>) => client.control('PATCH', 'settings', changes);
const validate = (address: Record<string, unknown> | string) =>
  client.send('POST', '/v1/validations/address', {
    body: typeof address === 'string' ? address : JSON.stringify(address),
  });

describe('the published samples', () => {
  it.each([
    ['VerifiedShippable', {}, 1],
    ['Verified', { PostalCode: '98052-8300' }, 1],
    ['InteractionRequired', { City: 'Seattle' }, 1],
    ['StreetPartial', { AddressLine1: 'Microsoft Way' }, 1],
    ['PremisesPartial', { AddressLine1: '3 Microsoft Way' }, 1],
    ['None', { City: 'Seattle', PostalCode: '98055' }, 0],
    ['NotValidated', { Country: '' }, 0],
    [
      'Multiple',
      { AddressLine1: '1 Strada Dacia', City: 'Bulboac', State: undefined, PostalCode: '6512', Country: 'MD' },
      2,
    ],
  ])('get %s', async (status, change, suggestions) => {
    const reply = await validate({ ...REDMOND, ...change });
    expect([reply.status, reply.json.status]).toEqual([200, status]);
    expect(reply.json.suggestedAddresses).toHaveLength(suggestions);
    expect(reply.json.originalAddress.addressLine1).toBe({ ...REDMOND, ...change }.AddressLine1);
  });

  it('are suggested in their full form', async () => {
    const shippable = (await validate(REDMOND)).json.suggestedAddresses[0];
    expect(shippable).toMatchObject({ country: 'US', city: 'Redmond', state: 'WA', postalCode: '98052-8300' });
    const partial = (await validate({ ...REDMOND, AddressLine1: 'Microsoft Way' })).json;
    expect(partial.suggestedAddresses[0]).toMatchObject({ addressLine1: '1 Microsoft Way', postalCode: '98052-6399' });
    expect(partial.validationMessage).toContain("'PostalCode'");
  });
});

it.each([
  ['another state', { country: 'US', state: 'XX', postalCode: '14203' }, 'None', "'State'"],
  ['another postal code', { country: 'US', state: 'NY', postalCode: '1' }, 'None', "'PostalCode'"],
  ['any state outside four countries', { country: 'DE', state: 'XX', postalCode: '10115' }, 'VerifiedShippable', ''],
  ['no state outside four countries', { country: 'DE', postalCode: '10115' }, 'VerifiedShippable', ''],
  ['no state in Mexico', { country: 'MX', postalCode: '1' }, 'None', "'State'"],
  ['any state in Mexico', { country: 'MX', state: 'XX', postalCode: '1' }, 'Verified', ''],
  ['an unknown country', { country: 'UK' }, 'NotValidated', ''],
])('judges %s by the rules of the country', async (_, address, status, message) => {
  const { json } = await validate({ addressLine1: '1 Main Street', city: 'Somewhere', ...address });
  expect(json.status).toBe(status);
  expect(json.validationMessage ?? '').toContain(message);
});

it('finds what a test says it finds', async () => {
  await settings({ addressStatus: 'Multiple' });
  expect((await validate(REDMOND)).json).toMatchObject({ status: 'Multiple', suggestedAddresses: [{ country: 'US' }] });
});

it('was silent about good addresses once, and hid the reason of bad ones in a text', async () => {
  await settings({ addressValidation: 'legacy' });
  const good = await validate(REDMOND);
  expect([good.status, good.bytes.length]).toEqual([200, 0]);
  const bad = await validate({ ...REDMOND, City: 'Seattle', PostalCode: '98055' });
  expect([bad.status, bad.json.code]).toEqual([400, 2007]);
  const inner = JSON.parse(bad.json.description);
  expect(inner).toMatchObject({ code: '60071', object_type: 'AddressValidation', resource_status: 'Active' });
  expect(inner.reason).toMatch(/^ZipCityInvalid/);
});

it('takes App-only tokens, JSON and no other method', async () => {
  expect((await validate('{')).json.code).toBe(400056);
  expect((await client.get('/v1/validations/address')).status).toBe(405);
});
