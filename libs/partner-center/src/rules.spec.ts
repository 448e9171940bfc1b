import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { customerData } from '../test-support/builders.js';
import { ADDRESS_RULES } from './address-rules.js';
import { CLOUD_ADDRESSES, CLOUDS, type Cloud } from './clouds.js';
import { MARKETS, needsRegistrationNumber } from './markets.js';
import { checkRules } from './rules.js';

type Overrides = Parameters<typeof customerData>[0];

function faults(overrides: Overrides, options: { cloud?: Cloud; hasUserAuth?: boolean } = {}): string[] {
  const violations = checkRules(customerData(overrides), { cloud: 'global', hasUserAuth: true, ...options });
  return violations.map(({ field }) => field);
}
const DE = { country: 'DE', state: null, postalCode: '10115', city: 'Berlin' };
const ADDRESS = 'billingProfile.defaultAddress';

describe('checkRules', () => {
  it('finds nothing in right data', () => {
    expect(faults({})).toEqual([]);
    expect(faults({ address: DE, billing: { culture: 'de-de' } })).toEqual([]);
    expect(
      faults({ address: { country: 'uk', state: null, postalCode: 'sw1a1aa' }, billing: { culture: 'en-GB' } }),
    ).toEqual([]);
  });

  it('knows 248 markets and 24 countries with a registration number', () => {
    expect(MARKETS.size).toBe(248);
    expect([...MARKETS.keys()].filter(needsRegistrationNumber)).toHaveLength(24);
    expect([...MARKETS.values()].flat().every((culture) => /^[a-z]{2}-([A-Z][a-z]{3}-)?[A-Z]{2}$/.test(culture))).toBe(
      true,
    );
  });

  it('accepts every market with each of its cultures, however they are cased', () => {
    const market = fc.constantFrom(...MARKETS.entries());
    fc.assert(
      fc.property(market, fc.nat(), fc.boolean(), ([country, cultures], index, isUpper) => {
        const culture = cultures[index % cultures.length] ?? '';
        const rule = ADDRESS_RULES[country];
        const violations = faults({
          company: { organizationRegistrationNumber: '1' },
          billing: { culture: isUpper ? culture.toUpperCase() : culture.toLowerCase() },
          address: {
            country: isUpper ? country : country.toLowerCase(),
            state: rule?.states[index % Math.max(rule.states.length, 1)] ?? 'anything',
            postalCode: rule?.postalCodeExample?.split(' or ')[0] ?? 'anything',
          },
        });
        expect(violations).toEqual([]);
      }),
    );
  });

  it('refuses a country that is no market, and cultures that a market does not offer', () => {
    fc.assert(
      fc.property(
        fc.string().filter((c) => !MARKETS.has(c.trim().toUpperCase()) && c.trim().toUpperCase() !== 'UK'),
        (country) => {
          expect(faults({ address: { country } })).toEqual([`${ADDRESS}.country`]);
        },
      ),
    );
    const brazil = { country: 'BR', state: 'São Paulo', postalCode: '01000-000' };
    const company = { organizationRegistrationNumber: '1' };
    expect(faults({ company, address: brazil, billing: { culture: 'br-BR' } })).toEqual(['billingProfile.culture']);
    expect(faults({ company, address: brazil, billing: { culture: 'pt-BR' } })).toEqual([]);
  });

  it.each([
    ['US', { state: null }, ['state']],
    ['US', { state: 'XX' }, ['state']],
    ['US', { state: 'New York' }, ['state']],
    ['US', { state: 'ny' }, []],
    ['US', { postalCode: '1420' }, ['postalCode']],
    ['US', { postalCode: ' 14203-1234 ' }, []],
    ['US', { postalCode: null, city: ' ' }, ['city', 'postalCode']],
    ['CN', { state: 'GD', postalCode: '100000' }, []],
    ['CN', { state: null, postalCode: '10000' }, ['state', 'postalCode']],
    ['DE', { state: 'Bayern', postalCode: '8033' }, ['postalCode']],
    ['GB', { state: null, postalCode: '12345' }, ['postalCode']],
    ['PT', { state: null, postalCode: '1000-001' }, []],
    ['CA', { state: 'ON', postalCode: 'anything' }, []],
    ['CA', { state: null, postalCode: null }, []],
    ['CA', { state: 'Ontario' }, ['state']],
    ['MX', { state: 'anything', postalCode: 'anything' }, []],
    ['FR', { state: null, postalCode: null, city: null }, []],
    ['BR', { phoneNumber: '' }, ['organizationRegistrationNumber', 'phoneNumber']],
  ])('checks an address in %s: %o', (country, address, expected) => {
    const found = faults({ address: { country, ...address } });
    expect(found.map((field) => field.split('.').at(-1))).toEqual(expected);
  });

  it('takes 1 to 27 letters or digits and a suffix of the cloud for a domain, in any case', () => {
    const prefix = fc.stringMatching(/^[A-Za-z0-9]{1,27}$/);
    fc.assert(
      fc.property(prefix, fc.constantFrom(...CLOUDS), fc.boolean(), (name, cloud, isUpper) => {
        for (const suffix of CLOUD_ADDRESSES[cloud].domainSuffixes) {
          const domain = `${name}${isUpper ? suffix.toUpperCase() : suffix}`;
          expect(faults({ company: { domain } }, { cloud })).toEqual([]);
        }
      }),
    );
    const wrong = [
      'onmicrosoft.com',
      '.onmicrosoft.com',
      'a-b.onmicrosoft.com',
      'a.b.onmicrosoft.com',
      'a.example',
      `${'a'.repeat(28)}.onmicrosoft.com`,
      'ä.onmicrosoft.com',
      'a.onmicrosoft.com.evil',
    ];
    for (const domain of wrong) expect(faults({ company: { domain } })).toEqual(['companyProfile.domain']);
    expect(faults({ company: { domain: 'a.onmicrosoft.com' } }, { cloud: 'china' })).toEqual(['companyProfile.domain']);
  });

  it.each([
    'client1@example.u',
    'x',
    '@a.example',
    'a@b',
    'a b@c.example',
    'a@.example',
    'a@-b.example',
    'a@b.c1',
    'ops@MICROSOFT.com',
  ])('refuses the e-mail %s', (email) => expect(faults({ billing: { email } })).toEqual(['billingProfile.email']));

  it.each([
    'a@b.co',
    "o'neil+x@sub.example.museum",
    'ops@microsoft.com.example',
    'info@bücher.example',
    'a@b.xn--p1ai',
  ])('accepts the e-mail %s', (email) => expect(faults({ billing: { email } })).toEqual([]));

  it.each(['x', '---', ' ', '1 2 3', 'A\tB', 'L.L.C.', 'Pty Ltd', 'gmbh', 'c. p. a.'])(
    'refuses the company name %j',
    (companyName) => {
      expect(faults({ billing: { companyName } })).toEqual(['billingProfile.companyName']);
      expect(faults({ company: { companyName } })).toEqual(companyName === ' ' ? [] : ['companyProfile.companyName']);
    },
  );

  it.each(['3M', 'AAA', '株式', '中 国', 'Limited Edition GmbH', 'É1'])(
    'accepts the company name %s',
    (companyName) => {
      expect(faults({ billing: { companyName } })).toEqual([]);
    },
  );

  it('demands App+User for an associated partner, and a GUID', () => {
    const associatedPartnerId = '0b7b8a54-3a43-4a0c-8a3e-111111111111';
    expect(faults({ associatedPartnerId })).toEqual([]);
    expect(faults({ associatedPartnerId: '4711' })).toEqual(['associatedPartnerId']);
    expect(faults({ associatedPartnerId: ' ' }, { hasUserAuth: false })).toEqual([]);
    const [violation] = checkRules(customerData({ associatedPartnerId }), { cloud: 'global', hasUserAuth: false });
    expect(violation?.field).toBe('associatedPartnerId');
    expect(violation?.message).toContain('PARTNER_CENTER_REFRESH_TOKEN');
  });

  it('never repeats a value in a message', () => {
    const value = 'zq9 zq9';
    const all = checkRules(
      customerData({
        company: { domain: value, companyName: 'q' },
        billing: { email: value, culture: value, companyName: '?' },
        address: { state: value, postalCode: value },
        associatedPartnerId: value,
      }),
      { cloud: 'global', hasUserAuth: true },
    );
    expect(all).toHaveLength(8);
    expect(JSON.stringify(all)).not.toContain('zq9');
  });
});
