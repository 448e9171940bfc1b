import { ADDRESS_RULES } from './address-rules.js';
import { CLOUD_ADDRESSES, type Cloud } from './clouds.js';
import { isGuid } from './created-customer.js';
import type { CustomerDataShape } from './customer-data.js';
import { MARKETS, needsRegistrationNumber } from './markets.js';
import { companyNameFault, domainFault, emailFault } from './name-rules.js';
import { canonicalCountry, canonicalCulture, canonicalState, text } from './normalise.js';

/** `message` says what would be right and never repeats the value. */
export interface RuleViolation {
  field: string;
  message: string;
}

export interface RuleOptions {
  cloud: Cloud;
  /** App+User is configured. */
  hasUserAuth: boolean;
}

const ADDRESS = 'billingProfile.defaultAddress';

/**
 * Rules of country, address, name and domain that are known before calling (contract 2, reference 2). Only what is
 * certainly wrong is found; what may be right is left to the service. Pure.
 */
export function checkRules(data: CustomerDataShape, options: RuleOptions): RuleViolation[] {
  const { companyProfile, billingProfile } = data;
  const country = canonicalCountry(billingProfile.defaultAddress.country);
  return [
    found('companyProfile.domain', domainFault(companyProfile.domain, CLOUD_ADDRESSES[options.cloud].domainSuffixes)),
    found('companyProfile.companyName', companyNameFault(text(companyProfile.companyName))),
    found('billingProfile.companyName', companyNameFault(billingProfile.companyName)),
    found('billingProfile.email', emailFault(billingProfile.email)),
    ...countryFaults(data, country),
    ...partnerFaults(data, options),
  ].flat();
}

function countryFaults(data: CustomerDataShape, country: string): RuleViolation[] {
  const cultures = MARKETS.get(country);
  if (cultures === undefined) {
    return found(`${ADDRESS}.country`, 'must be a country of Partner Center as ISO 3166 alpha-2 code, for example US');
  }
  return [
    ...found('billingProfile.culture', cultureFault(data.billingProfile.culture, country, cultures)),
    ...addressFaults(data, country),
    ...registrationFaults(data, country),
  ];
}

function cultureFault(culture: string, country: string, cultures: readonly string[]): string | null {
  if (cultures.includes(canonicalCulture(culture))) return null;
  return `must be one of ${cultures.join(', ')} for the country ${country}`;
}

function addressFaults(data: CustomerDataShape, country: string): RuleViolation[] {
  const rule = ADDRESS_RULES[country];
  if (rule === undefined) return [];
  const address = data.billingProfile.defaultAddress;
  const state = canonicalState(address.state, country);
  const postalCode = text(address.postalCode);
  const isStateKnown = rule.states.length === 0 || (state !== undefined && rule.states.includes(state));
  const isPostalCodeRight =
    postalCode === undefined || rule.postalCode === undefined || rule.postalCode.test(postalCode);
  return [
    ...found(
      `${ADDRESS}.city`,
      rule.isCityRequired && text(address.city) === undefined ? `is required in ${country}` : null,
    ),
    ...found(`${ADDRESS}.state`, stateFault(country, { state, isStateKnown })),
    ...found(
      `${ADDRESS}.postalCode`,
      (rule.isPostalCodeRequired && postalCode === undefined) || !isPostalCodeRight
        ? `must be a postal code of ${country}, for example ${rule.postalCodeExample ?? ''}`
        : null,
    ),
  ];
}

function stateFault(country: string, found: { state: string | undefined; isStateKnown: boolean }): string | null {
  const rule = ADDRESS_RULES[country];
  if (rule === undefined || found.isStateKnown || (found.state === undefined && !rule.isStateRequired)) return null;
  const territories = country === 'US' ? '; territories such as PR, GU and VI are countries of their own' : '';
  return `must be the two-letter code of a state or province of ${country}, for example ${rule.states[0] ?? ''}${territories}`;
}

function registrationFaults(data: CustomerDataShape, country: string): RuleViolation[] {
  if (!needsRegistrationNumber(country)) return [];
  const isNumberMissing = text(data.companyProfile.organizationRegistrationNumber) === undefined;
  const isPhoneMissing = text(data.billingProfile.defaultAddress.phoneNumber) === undefined;
  return [
    ...found('companyProfile.organizationRegistrationNumber', isNumberMissing ? `is required in ${country}` : null),
    ...found(`${ADDRESS}.phoneNumber`, isPhoneMissing ? `is required in ${country}` : null),
  ];
}

function partnerFaults(data: CustomerDataShape, options: RuleOptions): RuleViolation[] {
  const partner = text(data.associatedPartnerId);
  if (partner === undefined) return [];
  if (!options.hasUserAuth) {
    return found('associatedPartnerId', 'needs App+User authentication: configure PARTNER_CENTER_REFRESH_TOKEN');
  }
  return found(
    'associatedPartnerId',
    isGuid(partner) ? null : 'must be the tenant id (a GUID) of the indirect reseller',
  );
}

function found(field: string, message: string | null): RuleViolation[] {
  return message === null ? [] : [{ field, message }];
}
