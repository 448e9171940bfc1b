import { MARKETS } from './markets.js';
import { mergeCountryRules, withoutRules, type CountryRule, type CountryRules } from './merge-country-rules.js';
import { RECORDED_COUNTRY_RULES } from './recorded-country-rules.js';
import { REGISTRATION_NUMBERS } from './registration-numbers.js';

/**
 * Provinces of Canada (reference 2.3). Source: a partner's help centre; the service compares the state with a list there,
 * but no recording of it is known. Checked only where a state is given.
 */
const CANADIAN_PROVINCES: ReadonlySet<string> = new Set('AB BC MB NB NL NS NT NU ON PE QC SK YT'.split(' '));

/** Ours; each passes the pattern of its country. */
const POSTAL_CODE_EXAMPLES: ReadonlyMap<string, string> = new Map([
  ['US', '98052'],
  ['CN', '100000'],
  ['DE', '10115'],
  ['GB', 'SW1A 1AA'],
  ['PT', '1000-001'],
]);

/** What is known without asking the service: 248 markets (reference 2.1 to 2.3). */
export const BUILT_IN_COUNTRY_RULES: CountryRules = RECORDED_COUNTRY_RULES.reduce<CountryRules>(
  (rules, recorded) => mergeCountryRules(rules, recorded.iso2Code, recorded),
  new Map([...MARKETS].map(([country, cultures]) => [country, unrecorded(country, cultures)])),
);

function unrecorded(country: string, cultures: readonly string[]): CountryRule {
  const registrationNumberHint = REGISTRATION_NUMBERS.get(country) ?? null;
  return {
    ...withoutRules(country, cultures),
    ...(country === 'CA' ? { states: CANADIAN_PROVINCES } : {}),
    postalCodeExample: POSTAL_CODE_EXAMPLES.get(country) ?? null,
    isRegistrationNumberRequired: registrationNumberHint !== null,
    registrationNumberHint,
    isPhoneNumberRequired: registrationNumberHint !== null,
  };
}
