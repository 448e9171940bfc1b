import { addressFaults, registrationNumberFault } from './address-rules.js';
import { CLOUD_ADDRESSES, type Cloud } from './clouds.js';
import { BUILT_IN_COUNTRY_RULES } from './country-rules.js';
import { isGuid } from './created-customer.js';
import type { CustomerDataShape } from './customer-data.js';
import { emailFault } from './email-rule.js';
import type { CountryRule, CountryRules } from './merge-country-rules.js';
import { companyNameFault, contactFault, domainFault } from './name-rules.js';
import { canonicalCountry, text } from './normalise.js';
import { needsRegistrationNumber } from './registration-numbers.js';

/** `message` goes on after the name of the field, says what would be right, and never repeats the value. */
export interface RuleViolation {
  /** Property path relative to the data, e.g. `billingProfile.defaultAddress.postalCode`. */
  field: string;
  message: string;
  /** Found by what is known of the customer's country: newer rules of the service may let it pass. */
  source?: 'country';
}

export interface RuleOptions {
  cloud: Cloud;
  /** App+User is configured. */
  hasUserAuth: boolean;
  /** Rules by country that were refreshed from the service; without them the built-in ones hold. */
  countryRules?: CountryRules;
}

const ADDRESS = 'billingProfile.defaultAddress';
/** Most cultures that a message names. */
const MAX_NAMED = 8;

/**
 * Rules of country, address, name and domain that are known before calling (contract 2, reference 2). Only what is
 * certainly wrong is found: a customer refused for nothing is worse than a call. Pure; what the data say before and after
 * they are normalised for the create call is judged alike.
 */
export function checkRules(data: CustomerDataShape, options: RuleOptions): RuleViolation[] {
  const violations: RuleViolation[] = [];
  const check = (field: string, message: string | null, source?: 'country'): void => {
    if (message !== null) violations.push({ field, message, ...(source && { source }) });
  };
  const { companyProfile: company, billingProfile: billing } = data;
  check('companyProfile.domain', domainFault(company.domain, CLOUD_ADDRESSES[options.cloud].domainSuffixes));
  check('companyProfile.companyName', companyNameFault(text(company.companyName)));
  check('billingProfile.companyName', companyNameFault(billing.companyName));
  check('billingProfile.email', emailFault(billing.email));
  check('billingProfile.language', languageFault(billing.language));
  checkContact('billingProfile', billing, check);
  checkContact(ADDRESS, billing.defaultAddress, check);
  check(`${ADDRESS}.addressLine1`, addressLineFault(billing.defaultAddress.addressLine1));
  const rule = (options.countryRules ?? BUILT_IN_COUNTRY_RULES).get(canonicalCountry(billing.defaultAddress.country));
  if (rule === undefined) check(`${ADDRESS}.country`, NO_MARKET);
  else checkCountry(data, rule, (field, message) => check(field, message, 'country'));
  check('associatedPartnerId', partnerFault(text(data.associatedPartnerId), options));
  return violations;
}

type Check = (field: string, message: string | null) => void;

const NO_MARKET = 'must be a market of Partner Center as ISO 3166 code of two letters, for example US or GB';

function checkContact(
  path: string,
  { firstName, lastName }: { firstName?: string | null | undefined; lastName?: string | null | undefined },
  check: Check,
): void {
  const [first, last] = [text(firstName), text(lastName)];
  const message = contactFault(first, last);
  if (first !== undefined) check(`${path}.firstName`, message);
  if (last !== undefined) check(`${path}.lastName`, message);
}

function checkCountry({ companyProfile, billingProfile }: CustomerDataShape, rule: CountryRule, check: Check): void {
  check('billingProfile.culture', cultureFault(billingProfile.culture, rule));
  for (const [member, message] of addressFaults(billingProfile.defaultAddress, rule)) {
    check(`${ADDRESS}.${member}`, message);
  }
  // Where no country demands it, it is not sent.
  if (!needsRegistrationNumber(rule.country)) return;
  const number = text(companyProfile.organizationRegistrationNumber);
  check('companyProfile.organizationRegistrationNumber', registrationNumberFault(number, rule));
}

/** A market's list is the ceiling (reference 2.1). */
function cultureFault(culture: string, { country, cultures }: CountryRule): string | null {
  const wanted = culture.trim().toLowerCase();
  if (cultures.some((each) => each.toLowerCase() === wanted)) return null;
  const named = cultures.slice(0, MAX_NAMED).join(', ');
  return `must be one of the cultures of ${country}, for example ${named}`;
}

function addressLineFault(addressLine1: string): string | null {
  return text(addressLine1) === undefined ? 'is required, for example 123 Main Street' : null;
}

/** Two letters, or a longer form as the service's own lists have it: `zh-CHS`, `pt-PT`. Which ones, only it knows. */
function languageFault(language: string): string | null {
  const isForm = /^[a-z]{2,3}(-[a-z0-9]{2,8}){0,3}$/i.test(language.trim());
  return isForm ? null : 'must be the code of a language in two letters, for example en';
}

function partnerFault(partner: string | undefined, { hasUserAuth }: RuleOptions): string | null {
  if (partner === undefined) return null;
  if (!hasUserAuth) return 'needs App+User authentication: configure PARTNER_CENTER_REFRESH_TOKEN';
  return isGuid(partner) ? null : 'must be the tenant id (a GUID) of the indirect reseller';
}
