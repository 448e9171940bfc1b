import { STATE_LIST_COUNTRIES } from './normalise.js';
import type { CountryValidationRules } from './resources.js';
import { compilePattern, isMatch, type ServicePattern } from './service-pattern.js';

/** What is certain about customers of one country. */
export interface CountryRule {
  country: string;
  /** The cultures that may be asked for, as the service writes them. */
  cultures: readonly string[];
  isCityRequired: boolean;
  isStateRequired: boolean;
  isPostalCodeRequired: boolean;
  /** Codes in capitals that a state is compared with; empty: any text passes. */
  states: ReadonlySet<string>;
  postalCode: ServicePattern | null;
  /** A postal code that passes, for the message. */
  postalCodeExample: string | null;
  isRegistrationNumberRequired: boolean;
  registrationNumber: ServicePattern | null;
  /** What the number is called, or one that passes, for the message. */
  registrationNumberHint: string | null;
  isPhoneNumberRequired: boolean;
}

/** Rules by country, ISO 3166 alpha-2. A country that is not in it is no market of Partner Center. */
export type CountryRules = ReadonlyMap<string, CountryRule>;

const MAX_ITEMS = 200;
/** What may stand in a message for people: one printable word of ASCII. */
const WORD = /^[\x21-\x7e]{1,40}$/;

/**
 * The rules with what the service says about one country today. Its word wins over what was known, member by member;
 * one that is missing, empty, odd or not safe to use (see `compilePattern`) leaves what was known. The same table comes
 * back, unchanged, if the answer is about another country, or names no cultures: each market has some, so an answer
 * without is an empty shell whose `false` would let pass what leaves a tenant behind (27002, reference 3.3).
 *
 * Two things are not taken from an answer. Languages: the documents and the lists disagree (`zh`, `zh-CHS`). That a
 * registration number is needed where none was: the body of a create call must not change with the rules.
 */
export function mergeCountryRules(rules: CountryRules, country: string, answer: CountryValidationRules): CountryRules {
  const cultures = wordsOf(answer.supportedCulturesList);
  if (cultures === undefined || answer.iso2Code.trim().toUpperCase() !== country) return rules;
  const known = rules.get(country) ?? withoutRules(country, cultures);
  return new Map(rules).set(country, { ...merged(known, answer), cultures });
}

/** A market of which nothing but the cultures is known. */
export function withoutRules(country: string, cultures: readonly string[]): CountryRule {
  return {
    country,
    cultures,
    isCityRequired: false,
    isStateRequired: false,
    isPostalCodeRequired: false,
    states: new Set(),
    postalCode: null,
    postalCodeExample: null,
    isRegistrationNumberRequired: false,
    registrationNumber: null,
    registrationNumberHint: null,
    isPhoneNumberRequired: false,
  };
}

function merged(known: CountryRule, answer: CountryValidationRules): Omit<CountryRule, 'cultures'> {
  const postalCode = patternOf(answer.postalCodeRegex) ?? known.postalCode;
  const isExampleRight =
    known.postalCodeExample !== null && (postalCode === null || isMatch(postalCode, known.postalCodeExample));
  return {
    country: known.country,
    isCityRequired: answer.isCityRequired ?? known.isCityRequired,
    isStateRequired: answer.isStateRequired ?? known.isStateRequired,
    isPostalCodeRequired: answer.isPostalCodeRequired ?? known.isPostalCodeRequired,
    states: statesOf(known.country, answer) ?? known.states,
    postalCode,
    postalCodeExample: isExampleRight ? known.postalCodeExample : null,
    isRegistrationNumberRequired:
      known.isRegistrationNumberRequired && (answer.customerOrganizationRegistrationNumberRequired ?? true),
    registrationNumber: patternOf(answer.customerOrganizationRegistrationNumberRegex) ?? known.registrationNumber,
    registrationNumberHint: hintOf(answer.customerOrganizationRegistrationNumberSample) ?? known.registrationNumberHint,
    isPhoneNumberRequired: answer.customerOrganizationPhoneNumberRequired ?? known.isPhoneNumberRequired,
  };
}

function statesOf(country: string, { supportedStatesList }: CountryValidationRules): ReadonlySet<string> | undefined {
  const states = STATE_LIST_COUNTRIES.has(country) ? wordsOf(supportedStatesList) : undefined;
  return states === undefined ? undefined : new Set(states.map((state) => state.toUpperCase()));
}

/** A list of which one item is odd is not a list to refuse customers by. */
function wordsOf(list: readonly string[] | undefined): readonly string[] | undefined {
  const words = list?.map((item) => item.trim()) ?? [];
  return words.length > 0 && words.length <= MAX_ITEMS && words.every((word) => WORD.test(word)) ? words : undefined;
}

function hintOf(sample: string | undefined): string | undefined {
  const trimmed = sample?.trim() ?? '';
  return WORD.test(trimmed) ? `for example ${trimmed}` : undefined;
}

function patternOf(source: string | undefined): ServicePattern | null {
  return source === undefined ? null : compilePattern(source);
}
