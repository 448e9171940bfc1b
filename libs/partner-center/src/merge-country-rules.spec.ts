import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { customerData } from '../test-support/builders.js';
import { toCreateBody } from './create-body.js';
import { BUILT_IN_COUNTRY_RULES } from './country-rules.js';
import { mergeCountryRules, type CountryRules } from './merge-country-rules.js';
import { RECORDED_COUNTRY_RULES } from './recorded-country-rules.js';
import type { CountryValidationRules } from './resources.js';
import { checkRules } from './rules.js';

/** The built-in rules with an answer about a country, of the cultures it has. */
function refreshed(answer: CountryValidationRules): CountryRules {
  const cultures = BUILT_IN_COUNTRY_RULES.get(answer.iso2Code)?.cultures ?? [];
  const whole = { supportedCulturesList: [...cultures], ...answer };
  return mergeCountryRules(BUILT_IN_COUNTRY_RULES, answer.iso2Code, whole);
}

function faults(countryRules: CountryRules, overrides: Parameters<typeof customerData>[0]): string[] {
  const options = { cloud: 'global', hasUserAuth: false, countryRules } as const;
  return checkRules(customerData(overrides), options).map(
    ({ field, message }) => `${field.split('.').at(-1)} ${message}`,
  );
}

const FRANCE = { country: 'FR', state: null, city: 'Paris', postalCode: '75011' };
const FRENCH = { culture: 'fr-FR', language: 'fr' };

describe('mergeCountryRules', () => {
  it('changes nothing when an answer says what is known', () => {
    for (const recorded of RECORDED_COUNTRY_RULES) {
      const rules = refreshed(recorded);
      expect(rules).not.toBe(BUILT_IN_COUNTRY_RULES);
      expect(rules).toEqual(BUILT_IN_COUNTRY_RULES);
    }
  });

  it('asks of the next customers what the service asks', () => {
    const rules = refreshed({
      iso2Code: 'FR',
      supportedCulturesList: ['fr-FR', 'en-US', 'br-FR'],
      isPostalCodeRequired: true,
      postalCodeRegex: '^[0-9]{5,5}$',
      isCityRequired: true,
      customerOrganizationPhoneNumberRequired: true,
    });
    expect(faults(rules, { billing: FRENCH, address: FRANCE })).toEqual([]);
    expect(faults(rules, { billing: { culture: 'BR-fr' }, address: FRANCE })).toEqual([]);
    expect(
      faults(rules, { billing: FRENCH, address: { ...FRANCE, postalCode: '7501', city: null, phoneNumber: '' } }),
    ).toEqual([
      'city is required in FR',
      'postalCode must be a postal code of FR, as ^[0-9]{5,5}$',
      'phoneNumber is required in FR',
    ]);
    expect(faults(BUILT_IN_COUNTRY_RULES, { billing: FRENCH, address: { ...FRANCE, postalCode: '7501' } })).toEqual([]);
  });

  it('lets pass what the service no longer asks for', () => {
    const rules = refreshed({
      iso2Code: 'US',
      isCityRequired: false,
      isStateRequired: false,
      isPostalCodeRequired: false,
      supportedStatesList: ['NY', 'pr'],
      postalCodeRegex: '^\\d{3}$',
    });
    expect(faults(rules, { address: { city: null, state: null, postalCode: null } })).toEqual([]);
    expect(faults(rules, { address: { state: 'PR', postalCode: '123' } })).toEqual([]);
    expect(faults(rules, { address: { state: 'WA', postalCode: '98052' } })).toEqual([
      expect.stringContaining('for example NY'),
      'postalCode must be a postal code of US, as ^\\d{3}$',
    ]);
  });

  it('holds a registration number against the pattern of the service, never demands one where none is sent', () => {
    const rules = refreshed({
      iso2Code: 'BR',
      customerOrganizationRegistrationNumberRequired: true,
      customerOrganizationRegistrationNumberRegex: '^\\d{14}$',
      customerOrganizationRegistrationNumberSample: '12345678000195',
    });
    const brazil = { billing: { culture: 'pt-BR' }, address: { country: 'BR' } };
    const of = (organizationRegistrationNumber: string) =>
      faults(rules, { ...brazil, company: { organizationRegistrationNumber } });
    expect(of(' 12345678000195 ')).toEqual([]);
    expect(of('123')).toEqual([
      'organizationRegistrationNumber must be a registration number of BR (for example 12345678000195), as ^\\d{14}$',
    ]);
    expect(
      faults(refreshed({ iso2Code: 'BR', customerOrganizationRegistrationNumberRequired: false }), brazil),
    ).toEqual([]);

    const france = refreshed({
      iso2Code: 'FR',
      customerOrganizationRegistrationNumberRequired: true,
      customerOrganizationRegistrationNumberRegex: '^x$',
    });
    const data = { billing: FRENCH, address: FRANCE, company: { organizationRegistrationNumber: '1' } };
    expect(france.get('FR')?.isRegistrationNumberRequired).toBe(false);
    expect(faults(france, data)).toEqual([]);
    expect(toCreateBody(customerData(data)).companyProfile).not.toHaveProperty('organizationRegistrationNumber');
  });

  it('compares a state with the list of four countries only', () => {
    const supportedStatesList = ['AGU', 'BCN'];
    const mexico = { billing: { culture: 'es-MX' }, address: { country: 'MX', state: 'Jalisco' } };
    expect(faults(refreshed({ iso2Code: 'MX', supportedStatesList }), mexico)).toEqual([
      'state must be the code of a state or province of MX, for example AGU',
    ]);
    const australia = { billing: { culture: 'en-AU' }, address: { country: 'AU', state: 'New South Wales' } };
    expect(faults(refreshed({ iso2Code: 'AU', supportedStatesList }), australia)).toEqual([]);
  });

  it('opens a market that the service knows, if it says which cultures it has', () => {
    expect(refreshed({ iso2Code: 'CU' })).toBe(BUILT_IN_COUNTRY_RULES);
    const cuba = { billing: { culture: 'es-CU' }, address: { country: 'cu', state: null } };
    expect(faults(BUILT_IN_COUNTRY_RULES, cuba)).toHaveLength(1);
    expect(faults(refreshed({ iso2Code: 'CU', supportedCulturesList: ['es-CU'] }), cuba)).toEqual([]);
  });

  it.each([
    ['a regular expression that runs for ever', { postalCodeRegex: '^(\\d+)+$' }],
    ['one that is not understood', { postalCodeRegex: '(?<!x)[' }],
    ['no regular expression', { postalCodeRegex: '' }],
    ['an empty list', { supportedStatesList: [] }],
    ['a list with an odd item', { supportedStatesList: ['NY', ''] }],
    ['a list without end', { supportedStatesList: Array.from({ length: 201 }, () => 'NY') }],
    ['languages', { supportedLanguagesList: ['xx'] }],
    ['a sample that is not fit for a message', { customerOrganizationRegistrationNumberSample: 'a\u0007b' }],
  ])('keeps what is known beside %s', (_what, answer) => {
    expect(refreshed({ iso2Code: 'US', ...answer })).toEqual(BUILT_IN_COUNTRY_RULES);
  });

  it.each([
    ['is about another country', { iso2Code: 'DE', supportedCulturesList: ['de-DE'] }],
    ['is about none', { iso2Code: '', supportedCulturesList: ['en-US'] }],
    ['is an empty shell', { iso2Code: 'US', isStateRequired: false, isCityRequired: false, supportedCulturesList: [] }],
    ['has no cultures', { iso2Code: 'US', isStateRequired: false }],
    ['has an odd culture', { iso2Code: 'US', isStateRequired: false, supportedCulturesList: ['en-US', 'es US\n'] }],
  ])('takes nothing from an answer that %s', (_what, answer) => {
    expect(mergeCountryRules(BUILT_IN_COUNTRY_RULES, 'US', answer)).toBe(BUILT_IN_COUNTRY_RULES);
  });

  it('keeps the country it was asked for, whatever an answer holds', () => {
    const text = fc.oneof(fc.string(), fc.constantFrom('US', '^\\d{5}$', '(a+)+', 'en-US', 'NY'));
    const answer = fc.record(
      {
        iso2Code: fc.constantFrom('US', 'us ', 'DE', ''),
        isStateRequired: fc.boolean(),
        isCityRequired: fc.boolean(),
        isPostalCodeRequired: fc.boolean(),
        supportedStatesList: fc.array(text),
        supportedCulturesList: fc.oneof(fc.array(text), fc.constant<string[]>(['en-US'])),
        postalCodeRegex: text,
        customerOrganizationRegistrationNumberRegex: text,
        customerOrganizationRegistrationNumberSample: text,
      },
      { requiredKeys: ['iso2Code'] },
    );
    fc.assert(
      fc.property(answer, (one) => {
        const rules = mergeCountryRules(BUILT_IN_COUNTRY_RULES, 'US', one);
        expect(mergeCountryRules(rules, 'US', one)).toEqual(rules);
        expect(rules.get('US')?.country).toBe('US');
        expect(rules.get('US')?.cultures.length).toBeGreaterThan(0);
        for (const [country, rule] of rules)
          if (country !== 'US') expect(rule).toBe(BUILT_IN_COUNTRY_RULES.get(country));
        if (one.iso2Code === 'DE' || one.iso2Code === '') expect(rules).toBe(BUILT_IN_COUNTRY_RULES);
      }),
    );
  });
});
