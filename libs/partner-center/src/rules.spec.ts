import { decodeRecord } from '#events';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { customerData } from '../test-support/builders.js';
import type { Cloud } from './clouds.js';
import { BUILT_IN_COUNTRY_RULES } from './country-rules.js';
import { toCreateBody } from './create-body.js';
import type { CustomerDataShape } from './customer-data.js';
import { knownFields } from './field-paths.js';
import type { CountryRule } from './merge-country-rules.js';
import { needsRegistrationNumber, REGISTRATION_NUMBERS } from './registration-numbers.js';
import { resellerFault } from './reseller-rule.js';
import { checkRules, type RuleViolation } from './rules.js';

type Overrides = Parameters<typeof customerData>[0];
const RULES = [...BUILT_IN_COUNTRY_RULES.values()];
const ADDRESS = 'billingProfile.defaultAddress';
const BRAZIL = { country: 'BR', state: 'São Paulo', postalCode: '01310-100' };

function check(data: CustomerDataShape, options: { cloud?: Cloud; hasUserAuth?: boolean } = {}): RuleViolation[] {
  return checkRules(data, { cloud: 'global', hasUserAuth: true, ...options });
}
function faults(overrides: Overrides): string[] {
  return check(customerData(overrides)).map(({ field }) => field);
}

/** Right data of a customer in the country of the rule. */
function customerOf(
  rule: CountryRule,
  address: NonNullable<Overrides>['address'] = {},
): Required<Pick<NonNullable<Overrides>, 'company' | 'billing' | 'address'>> {
  const { country, cultures, states, postalCodeExample } = rule;
  return {
    company: { organizationRegistrationNumber: '12345' },
    billing: { culture: cultures[0] ?? '' },
    address: { country, state: [...states][0] ?? null, postalCode: postalCodeExample, ...address },
  };
}

describe('checkRules', () => {
  it('finds nothing in right data', () => {
    expect(faults({})).toEqual([]);
    expect(
      faults({ billing: { culture: 'EN-us', language: 'En' }, address: { country: 'us', state: ' ny ' } }),
    ).toEqual([]);
    expect(
      faults({ address: { country: 'uk', state: null, postalCode: 'sw1a1aa' }, billing: { culture: 'en-GB' } }),
    ).toEqual([]);
  });

  it('knows 248 markets and 24 countries with a registration number', () => {
    expect(RULES).toHaveLength(248);
    expect(RULES.filter(({ country }) => needsRegistrationNumber(country))).toHaveLength(24);
    expect(REGISTRATION_NUMBERS.size).toBe(24);
    const cultures = RULES.flatMap((rule) => rule.cultures);
    expect(cultures.filter((culture) => !/^[a-z]{2}-([A-Z][a-z]{3}-)?[A-Z]{2}$/.test(culture))).toEqual([]);
    expect(RULES.filter(({ states }) => states.size > 0).map(({ country, states }) => [country, states.size])).toEqual([
      ['CA', 13],
      ['CN', 31],
      ['US', 51],
    ]);
  });

  it('accepts every market with each of its cultures and states, however they are cased', () => {
    for (const rule of RULES) {
      for (const culture of [...rule.cultures, ...rule.cultures.map((each) => each.toLowerCase())]) {
        const { company, address } = customerOf(rule);
        expect(faults({ company, address, billing: { culture } })).toEqual([]);
      }
      for (const state of rule.states) {
        for (const written of [state, ` ${state.toLowerCase()}`]) {
          expect(faults(customerOf(rule, { state: written }))).toEqual([]);
        }
      }
    }
  });

  it('refuses in every market what its row says', () => {
    for (const rule of RULES) {
      const { company, billing, address } = customerOf(rule);
      expect(faults({ company, address, billing: { culture: 'xx-XX' } })).toEqual(['billingProfile.culture']);
      const bare = { ...address, city: ' ', state: '', postalCode: null, phoneNumber: '' };
      expect(faults({ company: {}, billing, address: bare }).map((field) => field.split('.').at(-1))).toEqual([
        ...(rule.isCityRequired ? ['city'] : []),
        ...(rule.isStateRequired ? ['state'] : []),
        ...(rule.isPostalCodeRequired ? ['postalCode'] : []),
        ...(rule.isPhoneNumberRequired ? ['phoneNumber'] : []),
        ...(rule.isRegistrationNumberRequired ? ['organizationRegistrationNumber'] : []),
      ]);
      const odd = { ...address, state: 'Nowhere', postalCode: '?' };
      expect(faults({ company, billing, address: odd }).map((field) => field.split('.').at(-1))).toEqual([
        ...(rule.states.size > 0 ? ['state'] : []),
        ...(rule.postalCode === null ? [] : ['postalCode']),
      ]);
    }
  });

  it('refuses a country that is no market', () => {
    const other = fc
      .oneof(fc.string(), fc.constantFrom('ZZ', 'EL', 'CU', 'IR', 'KP', 'SD', 'SY', 'USA', '__proto__'))
      .filter((country) => !BUILT_IN_COUNTRY_RULES.has(country.trim().toUpperCase()) && !/^\s*uk\s*$/i.test(country));
    fc.assert(
      fc.property(other, (country) => {
        expect(faults({ address: { country } })).toEqual([`${ADDRESS}.country`]);
      }),
    );
  });

  it.each([
    ['US', { city: null, state: ' ', postalCode: '' }, ['city', 'state', 'postalCode']],
    ['CN', { city: null, state: null, postalCode: null }, ['city', 'state', 'postalCode']],
    ['DE', { city: null, state: null, postalCode: null }, ['city', 'postalCode']],
    ['GB', { city: null, state: null, postalCode: null }, ['city', 'postalCode']],
    ['PT', { city: null, state: null, postalCode: null }, ['city', 'postalCode']],
    ['US', { state: 'New York' }, ['state']],
    ['US', { state: 'PR' }, ['state']],
    ['US', { postalCode: '1420' }, ['postalCode']],
    ['US', { postalCode: ' 14203-1234 ' }, []],
    ['US', { postalCode: '１４２０３' }, []],
    ['US', { postalCode: '1'.repeat(100_000) }, ['postalCode']],
    ['US', { region: 'NA', phoneNumber: '' }, []],
    ['US', { phoneNumber: '+1 (716) 555-0100 ext. 7' }, []],
    ['US', { addressLine1: ' \t' }, ['addressLine1']],
    ['CN', { state: 'GD', postalCode: '10000' }, ['postalCode']],
    ['DE', { state: 'Bayern', postalCode: '8033' }, ['postalCode']],
    ['GB', { postalCode: '12345' }, ['postalCode']],
    ['GB', { postalCode: 'gir 0aa' }, []],
    ['PT', { postalCode: '1000' }, []],
    ['CA', { state: null, postalCode: null }, []],
    ['CA', { state: 'Ontario', postalCode: 'anything' }, ['state']],
    ['MX', { state: 'Jalisco', postalCode: 'anything' }, []],
    ['AU', { state: 'New South Wales', postalCode: null }, []],
    ['FR', { postalCode: null, city: null }, []],
  ])('checks an address in %s: %o', (country, address, expected) => {
    const rule = BUILT_IN_COUNTRY_RULES.get(country);
    const found = rule === undefined ? [] : faults(customerOf(rule, address));
    expect(found.map((field) => field.split('.').at(-1))).toEqual(expected);
  });

  it('takes a language in two letters or in a form of the service, whichever it is', () => {
    for (const language of ['en', 'EN', ' fr ', 'zh-CHS', 'pt-PT', 'az-Latn-AZ', 'xx']) {
      expect(faults({ billing: { language } })).toEqual([]);
    }
    for (const language of [
      '',
      ' ',
      'e',
      'English',
      'en_US',
      'en-',
      '12',
      'en US',
      'français',
      'en-US-'.repeat(1_000),
    ]) {
      expect(faults({ billing: { language } })).toEqual(['billingProfile.language']);
    }
  });

  it('tells what it found by the rules of the country from what holds everywhere', () => {
    const blank = { addressLine1: ' ', city: ' ', state: ' ', postalCode: ' ', phoneNumber: ' ' };
    const odd = customerData({
      company: { companyName: 'GmbH', organizationRegistrationNumber: ' ' },
      billing: { culture: 'xx-XX', language: '-', email: '-', firstName: '-' },
      address: { ...blank, firstName: '.', lastName: '-' },
    });
    const { billingProfile: billing } = odd;
    const bySource = (country: string): (string | undefined)[][] => {
      const data = { ...odd, billingProfile: { ...billing, defaultAddress: { ...billing.defaultAddress, country } } };
      const found = check({ ...data, associatedPartnerId: '4711' });
      const isOfCountry = ({ source }: RuleViolation): boolean => source === 'country';
      const names = (violations: RuleViolation[]): (string | undefined)[] => [
        ...new Set(violations.map(({ field }) => field.split('.').at(-1))),
      ];
      return [names(found.filter(isOfCountry)), names(found.filter((each) => !isOfCountry(each)))];
    };
    const everywhere = ['companyName', 'email', 'language', 'firstName', 'lastName', 'addressLine1'];
    expect(bySource('US')).toEqual([
      ['culture', 'city', 'state', 'postalCode'],
      [...everywhere, 'associatedPartnerId'],
    ]);
    expect(bySource('BR')[0]).toEqual(['culture', 'phoneNumber', 'organizationRegistrationNumber']);
    expect(bySource('ZZ')).toEqual([[], [...everywhere, 'country', 'associatedPartnerId']]);
  });

  it('refuses the culture of another country', () => {
    const company = { organizationRegistrationNumber: '1' };
    expect(faults({ company, address: BRAZIL, billing: { culture: 'br-BR' } })).toEqual(['billingProfile.culture']);
    expect(faults({ company, address: BRAZIL, billing: { culture: 'pt-BR' } })).toEqual([]);
    expect(faults({ billing: { culture: 'en' } })).toEqual(['billingProfile.culture']);
  });

  it('looks at both contacts and at both company names', () => {
    expect(faults({ billing: { firstName: 'Test', lastName: ' ' } })).toEqual(['billingProfile.firstName']);
    expect(faults({ address: { firstName: '.', lastName: '-' } })).toEqual([
      `${ADDRESS}.firstName`,
      `${ADDRESS}.lastName`,
    ]);
    expect(faults({ company: { companyName: 'GmbH' } })).toEqual(['companyProfile.companyName']);
    expect(faults({ company: { companyName: ' ' }, billing: { companyName: ' ' } })).toEqual([
      'billingProfile.companyName',
    ]);
  });

  it('demands App+User for an associated partner, and a GUID', () => {
    const associatedPartnerId = '0b7b8a54-3a43-4a0c-8a3e-111111111111';
    expect(faults({ associatedPartnerId })).toEqual([]);
    expect(faults({ associatedPartnerId: '4711' })).toEqual(['associatedPartnerId']);
    expect(check(customerData({ associatedPartnerId: ' ' }), { hasUserAuth: false })).toEqual([]);
    const [violation] = check(customerData({ associatedPartnerId }), { hasUserAuth: false });
    expect(violation?.field).toBe('associatedPartnerId');
    expect(violation?.message).toContain('PARTNER_CENTER_REFRESH_TOKEN');
  });
});

describe('resellerFault', () => {
  it('refuses a reseller that the provider has no partnership with, in whatever state the others are', () => {
    const partnerId = '0B7B8A54-3A43-4A0C-8A3E-111111111111';
    expect(resellerFault(partnerId.toLowerCase(), [{ partnerId }])).toBeNull();
    expect(resellerFault(` ${partnerId} `, [{ partnerId: partnerId.toLowerCase() }])).toBeNull();
    expect(resellerFault(partnerId, [])?.field).toBe('associatedPartnerId');
    expect(resellerFault(partnerId, [{ partnerId: '0b7b8a54-3a43-4a0c-8a3e-222222222222' }])).not.toBeNull();
  });
});

describe('for all data', () => {
  /** Marked texts, so that a message that quotes one is found. */
  const odd = fc.oneof(fc.string(), fc.stringMatching(/^zq[a-z0-9 @.,;:/_-]{0,80}$/));
  const member = (...likely: string[]) => fc.option(fc.oneof(odd, fc.constantFrom(...likely)), { nil: null });
  const required = (...likely: string[]) => fc.oneof(odd, fc.constantFrom(...likely));
  const contact = { firstName: member('Gena', 'x', 'test', '陽'), lastName: member('Ray', '-', 'admin') };
  const data = fc.record({
    companyProfile: fc.record({
      domain: required(' A1.OnMicrosoft.com', 'a.onmicrosoft.com', 'a-b.onmicrosoft.com'),
      companyName: member('GmbH', 'North'),
      organizationRegistrationNumber: member(' ', '1'),
    }),
    billingProfile: fc.record({
      ...contact,
      email: required(' a@b.example ', 'a@b.u', 'ops@microsoft.com'),
      culture: required('EN-us', ' pt-br', 'az-LATN-az', 'en-GB'),
      language: required('En', ' fr', 'zh-CHS', 'English'),
      companyName: required('North', '1 2', 'x'),
      defaultAddress: fc.record({
        ...contact,
        country: required('us', ' GB', 'uk', 'br', 'CN', 'CA', 'az', 'FR', 'ZZ'),
        region: member('NA'),
        city: member('Buffalo'),
        state: member(' ny', 'ON', 'gd', 'zz'),
        addressLine1: required('123 Main Street', ' '),
        postalCode: member('98052 ', 'SW1A 1AA', '100000', 'x'),
        phoneNumber: member('1', ' '),
      }),
    }),
    associatedPartnerId: member('0b7b8a54-3a43-4a0c-8a3e-111111111111', '1'),
  });

  it('what is normalised for the call is judged as what came', () => {
    fc.assert(
      fc.property(data, (one) => {
        const body = toCreateBody(one);
        expect(check(body)).toEqual(check(one));
        expect(toCreateBody(body)).toEqual(body);
      }),
      { numRuns: 1_000 },
    );
  });

  it('messages say what would be right, in few words, and quote nothing', () => {
    const messages = new Set<string>();
    fc.assert(
      fc.property(data, fc.boolean(), (one, hasUserAuth) => {
        for (const { message } of check(one, { hasUserAuth })) {
          messages.add(message);
          expect(message).toMatch(/^(must be|must hold|must name|must not|is required|needs)\b[\x20-\x7e]{0,200}$/);
          expect(message).not.toContain('zq');
        }
      }),
      { numRuns: 1_000 },
    );
    expect(messages.size).toBeGreaterThan(20);
  });

  it('fields are members of the event', () => {
    const fields = new Set<string>();
    fc.assert(
      fc.property(data, (one) => {
        for (const { field } of check(one)) fields.add(field);
      }),
      { numRuns: 1_000 },
    );
    expect(fields.size).toBeGreaterThanOrEqual(17);
    expect(knownFields([...fields])).toEqual([...fields]);
    for (const field of fields) expect(fieldsOfWrongType(field)).toEqual([field]);
  });
});

/** The fields that intake names when the member of that path is a number. */
function fieldsOfWrongType(path: string): string[] {
  const data: object = customerData();
  const names = path.split('.');
  const last = names.pop() ?? '';
  const owner = names.reduce<Record<string, unknown>>((at, name) => at[name] as Record<string, unknown>, { ...data });
  owner[last] = 5;
  const value = Buffer.from(JSON.stringify(names.length === 0 ? owner : data));
  const headers = [['correlation-id', Buffer.from('c')]] as const;
  const record = {
    topic: 't',
    partition: 0,
    offset: 0n,
    timestampMs: 0,
    key: null,
    value,
    headers: headers.map(([name, text]) => [name, text] as [string, Buffer]),
  };
  const decoded = decodeRecord(record, { groupId: 'g', checkRules: () => [] });
  return decoded.kind === 'refused' ? decoded.fields : [];
}
