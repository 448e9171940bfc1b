import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { customerBody, TestClient } from '../../test/client.js';

let client: TestClient;
beforeAll(async () => {
  client = await TestClient.start();
});
beforeEach(() => client.reset());
afterAll(() => client.close());

const settings = (changes: Record<string, unknown>) => client.control('PATCH', 'settings', changes);
const rules = async (country: string) => (await client.get(`/v1/countryvalidationrules/${country}`)).json;
const createIn = async (address: Record<string, unknown>, company: Record<string, unknown> = {}) => {
  const body = customerBody({ address });
  return (await client.create({ ...body, companyProfile: { ...body.companyProfile, ...company } })).json;
};

describe('the rules of a country', () => {
  it('begin with a byte order mark and leave out what does not apply', async () => {
    const reply = await client.get('/v1/countryvalidationrules/us');
    expect([...reply.bytes.subarray(0, 3)]).toEqual([0xef, 0xbb, 0xbf]);
    expect(reply.json).toMatchObject({ iso2Code: 'US', isStateRequired: true, isVatIdSupported: false });
    expect(reply.json.supportedStatesList).toHaveLength(51);
    expect(reply.json).not.toHaveProperty('vatIdRegex');
    expect(reply.json.attributes).toEqual({ objectType: 'CountryValidationRules' });
  });

  it('are not found for UK', async () => {
    const reply = await client.get('/v1/countryvalidationrules/UK');
    expect([reply.status, reply.json.description]).toEqual([
      404,
      'No validation rules were found for the country/region UK',
    ]);
  });

  it('come with registration numbers in the newer shape, and as documented in the outdated one', async () => {
    expect(await rules('BR')).not.toHaveProperty('customerOrganizationRegistrationNumberRequired');
    await settings({ countryRulesShape: 'newer' });
    expect(await rules('BR')).toMatchObject({
      customerOrganizationRegistrationNumberRequired: true,
      customerOrganizationPhoneNumberRequired: true,
    });
    const us = await rules('US');
    expect(us.customerOrganizationRegistrationNumberRequired).toBe(false);
    expect(us).not.toHaveProperty('customerOrganizationRegistrationNumberRegex');
    await settings({ countryRulesShape: 'outdated' });
    const outdated = await rules('US');
    expect(outdated.states.value).toHaveLength(51);
    expect(outdated).not.toHaveProperty('supportedStatesList');
    expect(outdated.attributes.objectType).toBe('CountryInformation');
  });

  it('can be changed, for those who ask and for those who create', async () => {
    const germany = { country: 'DE', state: undefined, postalCode: '10115' };
    expect(await createIn(germany)).toHaveProperty('id');
    await settings({ countryRules: { DE: { postalCodeRegex: '^D-[0-9]{5}$' }, US: null } });
    expect(await rules('DE')).toMatchObject({ postalCodeRegex: '^D-[0-9]{5}$', isCityRequired: true });
    expect(await createIn(germany)).toMatchObject({ code: 27002, description: 'Invalid data: ZipInvalid' });
    expect(await createIn({})).toMatchObject({ code: 3000 });
    await client.control('DELETE', 'settings');
    expect(await createIn(germany)).toHaveProperty('id');
  });

  it.each([[{ de: {} }], [{ DE: 1 }], [{ DE: { postalCodeRegex: '(' } }], [[]]])(
    'cannot be %j',
    async (countryRules) => {
      expect((await settings({ countryRules })).json.error).toContain('countryRules must be');
    },
  );

  it('carry the form of a registration number that a create then must have', async () => {
    const kyrgyzstan = { country: 'KG', state: undefined, postalCode: undefined };
    await settings({ countryRules: { KG: { customerOrganizationRegistrationNumberRegex: '^\\d{14}$' } } });
    const wrong = await createIn(kyrgyzstan, { organizationRegistrationNumber: '1234567' });
    expect(wrong).toMatchObject({ code: 600050 });
    expect(wrong.description).toContain('^\\d{14}$');
    const right = await createIn(kyrgyzstan, { organizationRegistrationNumber: '12345678901234' });
    expect(right.companyProfile.organizationRegistrationNumber).toBe('12345678901234');
  });
});

it('refuses a registration number elsewhere, or ignores it', async () => {
  const number = { organizationRegistrationNumber: '1234567' };
  expect(await createIn({}, number)).toMatchObject({ code: 600002 });
  await settings({ registrationNumberElsewhere: 'ignored' });
  expect(await createIn({}, number)).toHaveProperty('id');
});

it('compares the state with a list in Canada, where it may be left out', async () => {
  const canada = { country: 'CA', postalCode: 'K1A 0B1', city: 'Ottawa' };
  expect(await createIn({ ...canada, state: 'on' })).toHaveProperty('id');
  expect(await createIn({ ...canada, state: undefined })).toHaveProperty('id');
  expect(await createIn({ ...canada, state: 'Ontario' })).toMatchObject({ code: 27002 });
});
