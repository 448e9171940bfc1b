import { afterEach, describe, expect, it } from 'vitest';
import { sendJson } from '../../test-support/local-server.js';
import { CALL, clientsOfTests, sendWithBom } from '../../test-support/with-client.js';

/** As recorded for Portugal and the US (reference 2.1), the lists shortened. */
const PT = {
  iso2Code: 'PT',
  defaultCulture: 'pt-PT',
  isStateRequired: false,
  supportedStatesList: [],
  supportedLanguagesList: ['en', 'pt-PT'],
  supportedCulturesList: ['pt-PT', 'en-US'],
  isPostalCodeRequired: true,
  postalCodeRegex: '^\\d{4}(-\\d{3})?$',
  isCityRequired: true,
  isVatIdSupported: true,
  vatIdRegex: '^PT[\\d]{9,9}$',
  isTaxIdSupported: false,
  isTaxIdOptional: false,
  countryCallingCodesList: ['351'],
};

describe('countryValidationRules.get', () => {
  const start = clientsOfTests(afterEach);

  it('reads the rules of a country; what is not sent stays absent, what is not known is dropped', async () => {
    const sent = { ...PT, later: true, attributes: { objectType: 'CountryValidationRules' } };
    const { client, seen } = await start((_, response) => sendWithBom(response, 200, sent));
    const answer = await client.countryValidationRules.get('pt', CALL);
    expect(answer.kind === 'answered' && answer.value).toEqual(PT);
    expect(seen()[0]).toMatchObject({ method: 'GET', url: '/v1/countryvalidationrules/pt' });
  });

  it('reads PascalCase, texts for true and false, one text for a list, newer members', async () => {
    const sent = {
      Iso2Code: 'BR',
      IsStateRequired: 'True',
      SupportedStatesList: 'SP',
      CountryCallingCodesList: null,
      CustomerOrganizationRegistrationNumberRequired: true,
      CustomerOrganizationRegistrationNumberRegex: '^\\d{14}$',
    };
    const { client } = await start((_, response) => sendJson(response, 200, sent));
    const answer = await client.countryValidationRules.get('BR', CALL);
    expect(answer.kind === 'answered' && answer.value).toEqual({
      iso2Code: 'BR',
      isStateRequired: true,
      supportedStatesList: ['SP'],
      customerOrganizationRegistrationNumberRequired: true,
      customerOrganizationRegistrationNumberRegex: '^\\d{14}$',
    });
  });

  it('says that a country has no rules', async () => {
    const { client } = await start((_, response) => sendJson(response, 404, { code: 1000, description: 'UK' }));
    expect(await client.countryValidationRules.get('UK', CALL)).toMatchObject({ kind: 'not-found', code: '1000' });
  });

  it.each([
    ['of another country', { ...PT, iso2Code: 'ES' }],
    ['of none', {}],
    ['nothing', ''],
    ['a list', [PT]],
  ])('has no answer when it reads %s', async (_, body) => {
    const { client } = await start((__, response) => sendJson(response, 200, body));
    expect(await client.countryValidationRules.get('PT', CALL)).toMatchObject({
      kind: 'failed',
      why: 'damaged-answer',
    });
  });
});
