import type { CustomerInput } from './customer-input.js';
import type { ErrorFacts } from './error-body.js';
import type { Settings } from '../settings.js';
import type { Token } from './tokens.js';
import { COUNTRY_CULTURES, COUNTRY_RULES, REGISTRATION_NUMBER_COUNTRIES } from './countries.js';
import { isGuid } from './ids.js';
import { isPlausibleCompanyName, isPlausibleContactName, isPlausibleDomain } from './names.js';

export interface ValidationContext {
  readonly settings: Settings;
  readonly token: Token | undefined;
  readonly existingTenants: number;
}

type Step = (input: CustomerInput, context: ValidationContext) => ErrorFacts | undefined;

/**
 * Steps 4 to 7 of the service's validation (reference 9), in that order; the first that objects answers. Token,
 * throttling and JSON come before, the domain and the late checks after.
 */
export function validate(input: CustomerInput, context: ValidationContext): ErrorFacts | undefined {
  for (const step of STEPS) {
    const objection = step(input, context);
    if (objection) return objection;
  }
  return undefined;
}

/** Step 9: what the service finds out only when the tenant is made already: 27002 (reference 7.1). */
export function lateObjection(input: CustomerInput): ErrorFacts | undefined {
  const { address, billing } = input;
  const country = address.country?.toUpperCase() ?? '';
  const rules = COUNTRY_RULES[country];
  if (!/^[^\s@]+@([^\s@.]+\.)+[a-z]{2,24}$/i.test(billing.email ?? '')) {
    return invalidData(`NotificationEmailAddress: ${billing.email} is invalid.`);
  }
  if (country === 'US' && address.region) return invalidData('StateInvalid');
  if (rules?.isStateRequired && !rules.supportedStatesList.includes(address.state?.toUpperCase() ?? '')) {
    return invalidData('StateInvalid');
  }
  if (rules && !new RegExp(rules.postalCodeRegex).test(address.postalCode ?? '')) return invalidData('ZipInvalid');
  return undefined;
}

const registration: Step = ({ registrationNumber, address }) => {
  const country = address.country?.toUpperCase();
  if (!country) return undefined;
  if (!REGISTRATION_NUMBER_COUNTRIES.has(country)) {
    if (!registrationNumber) return undefined;
    return refused(600002, 'Organization registration number is not supported for this country.');
  }
  if (!registrationNumber) return refused(600049, 'Organization registration number is missing.');
  if (!address.phoneNumber) return refused(600051, 'Customer phone number is missing.');
  if (/^[0-9A-Za-z./ -]{5,22}$/.test(registrationNumber)) return undefined;
  return refused(600050, 'Organization registration number is not in the format ^[0-9A-Za-z./ -]{5,22}$.');
};

const missing: Step = ({ domain, billing, address }) => {
  const rules = COUNTRY_RULES[address.country?.toUpperCase() ?? ''];
  const required: [string, string | undefined][] = [
    ['companyProfile.domain', domain],
    ['billingProfile.email', billing.email],
    ['billingProfile.culture', billing.culture],
    ['billingProfile.language', billing.language],
    ['billingProfile.companyName', billing.companyName],
    ['billingProfile.defaultAddress.country', address.country],
    ['billingProfile.defaultAddress.addressLine1', address.addressLine1],
    ['billingProfile.defaultAddress.firstName', address.firstName],
    ['billingProfile.defaultAddress.lastName', address.lastName],
  ];
  if (rules?.isCityRequired) required.push(['billingProfile.defaultAddress.city', address.city]);
  if (rules?.isStateRequired) required.push(['billingProfile.defaultAddress.state', address.state]);
  if (rules?.isPostalCodeRequired) required.push(['billingProfile.defaultAddress.postalCode', address.postalCode]);
  if (required.every(([, value]) => value?.trim())) return undefined;
  const paths = required.filter(([, value]) => !value?.trim()).map(([path]) => path);
  return { ...refused(2001, 'Customer details are missing'), data: paths };
};

const form: Step = ({ domain, billing, address }, { settings }) => {
  const country = address.country?.toUpperCase() ?? '';
  if (!COUNTRY_CULTURES[country]) return refused(3000, 'The property defaultAddress.country is invalid.');
  if ((address.addressLine1?.length ?? 0) > 200) return tooLong('addressLine1');
  if ((address.addressLine2?.length ?? 0) > 200) return tooLong('addressLine2');
  if ((address.firstName?.length ?? 0) > 50) return tooLong('firstName');
  if ((address.lastName?.length ?? 0) > 50) return tooLong('lastName');
  if (!/^[a-z]{2,3}(-[a-z]{4})?-[a-z]{2}$/i.test(billing.culture ?? '')) return invalidProperty('culture');
  if (settings.cultureCheck === 'market' && !isCultureOf(country, billing.culture)) return invalidProperty('culture');
  if (!/^[a-z]{2,3}(-[a-z]{2,4})?$/i.test(billing.language ?? '')) return invalidProperty('language');
  return isPlausibleDomain(domain ?? '', settings.strictNames) ? undefined : invalidProperty('domain');
};

const names: Step = ({ billing, address }, { settings }) => {
  if (!settings.strictNames) return undefined;
  if (!isPlausibleCompanyName(billing.companyName ?? '')) return invalidProperty('companyName');
  if (!isPlausibleContactName(address.firstName ?? '')) return invalidProperty('firstName');
  if (!isPlausibleContactName(address.lastName ?? '')) return invalidProperty('lastName');
  return /@(.+\.)?microsoft\.com$/i.test(billing.email ?? '') ? invalidProperty('email') : undefined;
};

const environment: Step = ({ associatedPartnerId }, { settings, token, existingTenants }) => {
  if (!settings.accountAllowed) return { ...refused(600006, 'The requested action is not allowed.'), status: 403 };
  if (associatedPartnerId !== undefined) {
    const objection = resellerObjection(associatedPartnerId, settings, token);
    if (objection) return objection;
  }
  if (!settings.sandbox || existingTenants < settings.sandboxLimit) return undefined;
  return refused(800018, 'The number of customers allowed in the sandbox has been reached.');
};

const STEPS: readonly Step[] = [registration, missing, form, names, environment];

function resellerObjection(id: string, settings: Settings, token: Token | undefined): ErrorFacts | undefined {
  if (!token?.isAppUser) return { ...refused(900329, 'Application-only tokens are not supported.'), status: 403 };
  if (!isGuid(id)) return refused(2000, 'Associated partner Id must be a GUID.');
  const reseller = settings.resellers.find((known) => known.id.toLowerCase() === id.toLowerCase());
  return reseller ? undefined : refused(2205, 'No account was found for the indirect reseller tenant id.');
}

function isCultureOf(country: string, culture: string | undefined): boolean {
  return COUNTRY_CULTURES[country]?.some((known) => known.toLowerCase() === culture?.toLowerCase()) ?? false;
}

function refused(code: number, description: string): ErrorFacts {
  return { status: 400, code, description };
}

function tooLong(property: string): ErrorFacts {
  return refused(2000, `The length of ${property} is not allowed.`);
}

function invalidProperty(property: string): ErrorFacts {
  return refused(3000, `The property ${property} is invalid.`);
}

function invalidData(why: string): ErrorFacts {
  return refused(27002, `Invalid data: ${why}`);
}
