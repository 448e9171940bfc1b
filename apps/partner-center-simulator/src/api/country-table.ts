import type { Settings } from '../settings.js';
import { COUNTRY_CULTURES, COUNTRY_RULES, type CountryRules, REGISTRATION_NUMBER_COUNTRIES } from './countries.js';

/** States of Canada (reference 2.3): no rules were recorded for it, but its states are compared with a list. */
const CANADA = new Set('AB BC MB NB NL NS NT NU ON PE QC SK YT'.split(' '));
const REGISTRATION_NUMBER_FORM = '^[0-9A-Za-z./ -]{5,22}$';

/** Rules of one market as the service has them now, ready for use. */
export interface Market {
  readonly rules: CountryRules;
  readonly cultures: readonly string[];
  readonly postalCode: RegExp | undefined;
  /** Upper case; undefined where any text passes (reference 2.3). */
  readonly states: ReadonlySet<string> | undefined;
  readonly needsRegistrationNumber: boolean;
  readonly registrationNumber: RegExp;
}

/** The markets with what the setting `countryRules` changes in them; a market set to null does not exist. */
export class CountryTable {
  readonly #markets = new Map<string, Market | undefined>();
  #changes: Settings['countryRules'] | undefined;

  constructor(private readonly settings: Settings) {}

  /** By its two letters in any casing. */
  market(country: string | undefined): Market | undefined {
    if (!country) return undefined;
    if (this.#changes !== this.settings.countryRules) {
      this.#changes = this.settings.countryRules;
      this.#markets.clear();
    }
    const code = country.toUpperCase();
    if (!this.#markets.has(code)) {
      if (code.length > 2) return undefined;
      this.#markets.set(code, this.#build(code));
    }
    return this.#markets.get(code);
  }

  #build(code: string): Market | undefined {
    const change = this.#changes?.[code];
    const known = COUNTRY_RULES[code] ?? lenientRules(code);
    if (change === null || (!known && !change)) return undefined;
    const rules: CountryRules = { ...(known ?? bareRules(code)), ...change };
    const form = rules.customerOrganizationRegistrationNumberRegex ?? REGISTRATION_NUMBER_FORM;
    return {
      rules,
      cultures: COUNTRY_CULTURES[code] ?? rules.supportedCulturesList,
      postalCode: rules.postalCodeRegex ? new RegExp(rules.postalCodeRegex) : undefined,
      states: code === 'CA' ? CANADA : rules.isStateRequired ? new Set(rules.supportedStatesList) : undefined,
      needsRegistrationNumber:
        rules.customerOrganizationRegistrationNumberRequired ?? REGISTRATION_NUMBER_COUNTRIES.has(code),
      registrationNumber: new RegExp(form),
    };
  }
}

/** What the newer service adds to the rules (reference 2.1). */
export function newerMembers({ rules, needsRegistrationNumber, registrationNumber }: Market) {
  return {
    ...rules,
    customerOrganizationRegistrationNumberRequired: needsRegistrationNumber,
    customerOrganizationPhoneNumberRequired: needsRegistrationNumber,
    ...(needsRegistrationNumber
      ? {
          customerOrganizationRegistrationNumberRegex: registrationNumber.source,
          customerOrganizationRegistrationNumberSample:
            rules.customerOrganizationRegistrationNumberSample ?? '123456789',
        }
      : {}),
  };
}

/** The form that the documentation still shows (reference 2.1). */
export function outdatedMembers({ rules }: Market) {
  const { supportedStatesList, ...others } = rules;
  return { ...others, states: { value: supportedStatesList }, attributes: { objectType: 'CountryInformation' } };
}

function lenientRules(code: string): CountryRules | undefined {
  const cultures = COUNTRY_CULTURES[code];
  return cultures && { ...bareRules(code), ...culturesOf(cultures) };
}

function culturesOf(cultures: readonly string[]) {
  return {
    defaultCulture: cultures[0] ?? 'en-US',
    supportedLanguagesList: [...new Set(cultures.map((culture) => culture.split('-')[0] ?? ''))],
    supportedCulturesList: cultures,
  };
}

function bareRules(code: string): CountryRules {
  return {
    iso2Code: code,
    defaultCulture: 'en-US',
    isStateRequired: false,
    supportedStatesList: [],
    supportedLanguagesList: ['en'],
    supportedCulturesList: ['en-US'],
    isPostalCodeRequired: false,
    isCityRequired: false,
    isVatIdSupported: false,
    isTaxIdSupported: false,
    isTaxIdOptional: true,
    countryCallingCodesList: [],
    attributes: { objectType: 'CountryValidationRules' },
  };
}
