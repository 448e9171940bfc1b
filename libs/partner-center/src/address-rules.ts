import type { AddressShape } from './customer-data.js';
import type { CountryRule } from './merge-country-rules.js';
import { text } from './normalise.js';
import { isMatch, type ServicePattern } from './service-pattern.js';

/** What is wrong with a member of the address: its name, and what would be right. */
type AddressFault = readonly [member: keyof AddressShape, message: string | null];

/**
 * What is certainly wrong with an address in the country of the rule (reference 2.1 to 2.3). Whether street, city, state
 * and postal code fit together only the service knows; it may refuse with 27002 after it made the tenant.
 */
export function addressFaults(address: AddressShape, rule: CountryRule): AddressFault[] {
  return [
    ['city', rule.isCityRequired && text(address.city) === undefined ? `is required in ${rule.country}` : null],
    ['state', stateFault(text(address.state), rule)],
    ['postalCode', postalCodeFault(text(address.postalCode), rule)],
    ['phoneNumber', phoneNumberFault(text(address.phoneNumber), rule)],
  ];
}

/** Where no list is compared with, any text passes. */
function stateFault(state: string | undefined, { country, states, isStateRequired }: CountryRule): string | null {
  if (state === undefined ? !isStateRequired : states.size === 0 || states.has(state.toUpperCase())) return null;
  const [example] = states;
  if (example === undefined) return `is required in ${country}`;
  const territories = country === 'US' ? '; PR, GU, VI and other territories are countries of their own' : '';
  return `must be the code of a state or province of ${country}, for example ${example}${territories}`;
}

function postalCodeFault(postalCode: string | undefined, rule: CountryRule): string | null {
  const { country, isPostalCodeRequired, postalCode: pattern } = rule;
  const isRight = postalCode === undefined ? !isPostalCodeRequired : pattern === null || isMatch(pattern, postalCode);
  if (isRight) return null;
  if (rule.postalCodeExample !== null)
    return `must be a postal code of ${country}, for example ${rule.postalCodeExample}`;
  return pattern === null ? `is required in ${country}` : `must be a postal code of ${country}${inWords(pattern)}`;
}

/** Its format is not looked at: the service takes what its own pattern for the US does not (reference 2.1). */
function phoneNumberFault(phoneNumber: string | undefined, rule: CountryRule): string | null {
  return rule.isPhoneNumberRequired && phoneNumber === undefined ? `is required in ${rule.country}` : null;
}

/** What is certainly wrong with a registration number, or null. Elsewhere it is not sent, so nothing is wrong with it. */
export function registrationNumberFault(number: string | undefined, rule: CountryRule): string | null {
  const { country, registrationNumber: pattern, registrationNumberHint: hint } = rule;
  if (number === undefined) {
    return rule.isRegistrationNumberRequired ? `is required in ${country} (${hint ?? 'any'})` : null;
  }
  if (pattern === null || isMatch(pattern, number)) return null;
  return `must be a registration number of ${country} (${hint ?? 'any'})${inWords(pattern)}`;
}

/** A pattern that people can read, for lack of an example. */
function inWords({ source }: ServicePattern): string {
  return /^[\x20-\x7e]{1,80}$/.test(source) ? `, as ${source}` : '';
}
