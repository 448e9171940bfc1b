import type { CustomerInput } from './customer-input.js';
import type { ErrorFacts } from './error-body.js';
import type { Settings } from '../settings.js';
import type { Token } from './tokens.js';
import { cloudOf } from './clouds.js';
import type { CountryTable, Market } from './country-table.js';
import { documentedError } from './error-codes.js';
import { isGuid } from './ids.js';
import { isDomainOfCloud, isPlausibleCompanyName, isPlausibleContactName, isPlausibleDomain } from './names.js';

export interface ValidationContext {
  readonly settings: Settings;
  readonly token: Token | undefined;
  readonly existingTenants: number;
  readonly countries: CountryTable;
}

/** What a step looks at: the context, and the market of the address if there is one. */
interface Situation extends ValidationContext {
  readonly market: Market | undefined;
}

type Step = (input: CustomerInput, situation: Situation) => ErrorFacts | undefined;

/**
 * Steps 4 to 7 of the service's validation (reference 9), in that order; the first that objects answers. Token,
 * throttling and JSON come before, the domain and the late checks after.
 */
export function validate(input: CustomerInput, context: ValidationContext): ErrorFacts | undefined {
  const situation = { ...context, market: context.countries.market(input.address.country) };
  for (const step of STEPS) {
    const objection = step(input, situation);
    if (objection) return objection;
  }
  return undefined;
}

/** Step 9: what the service finds out only when the tenant is made already: 27002 (reference 7.1). */
export function lateObjection({ address, billing }: CustomerInput, countries: CountryTable): ErrorFacts | undefined {
  const market = countries.market(address.country);
  if (!/^[^\s@]+@([^\s@.]+\.)+[a-z]{2,24}$/i.test(billing.email ?? '')) {
    return invalidData(`NotificationEmailAddress: ${billing.email} is invalid.`);
  }
  if (market?.rules.iso2Code === 'US' && address.region) return invalidData('StateInvalid');
  if (market?.states && isStateWrong(market, address.state)) return invalidData('StateInvalid');
  return isPostalCodeWrong(market, address.postalCode) ? invalidData('ZipInvalid') : undefined;
}

/** Outside the market's list the state of Canada may be left out; where a state is required it may not. */
function isStateWrong({ rules, states }: Market, state: string | undefined): boolean {
  if (!state && !rules.isStateRequired) return false;
  return !states?.has(state?.toUpperCase() ?? '');
}

function isPostalCodeWrong(market: Market | undefined, postalCode: string | undefined): boolean {
  if (!market?.postalCode || (!postalCode && !market.rules.isPostalCodeRequired)) return false;
  return !market.postalCode.test(postalCode ?? '');
}

const registration: Step = ({ registrationNumber, address }, { market, settings }) => {
  if (!address.country) return undefined;
  if (!market?.needsRegistrationNumber) {
    return registrationNumber && settings.registrationNumberElsewhere === 'refused' ? documented(600002) : undefined;
  }
  if (!registrationNumber) return documented(600049);
  if (!address.phoneNumber) return documented(600051);
  if (market.registrationNumber.test(registrationNumber)) return undefined;
  return refused(600050, `Organization registration number is not in the format ${market.registrationNumber.source}.`);
};

const missing: Step = ({ domain, billing, address }, { market }) => {
  const rules = market?.rules;
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

const form: Step = ({ domain, billing, address }, { settings, market }) => {
  if (!market) return refused(3000, 'The property defaultAddress.country is invalid.');
  if ((address.addressLine1?.length ?? 0) > 200) return tooLong('addressLine1');
  if ((address.addressLine2?.length ?? 0) > 200) return tooLong('addressLine2');
  if ((address.firstName?.length ?? 0) > 50) return tooLong('firstName');
  if ((address.lastName?.length ?? 0) > 50) return tooLong('lastName');
  if (!/^[a-z]{2,3}(-[a-z]{4})?-[a-z]{2}$/i.test(billing.culture ?? '')) return invalidProperty('culture');
  if (settings.cultureCheck === 'market' && !isCultureOf(market, billing.culture)) return invalidProperty('culture');
  if (!/^[a-z]{2,3}(-[a-z]{2,4})?$/i.test(billing.language ?? '')) return invalidProperty('language');
  if (!isPlausibleDomain(domain ?? '')) return invalidProperty('domain');
  if (!settings.strictNames) return undefined;
  return isDomainOfCloud(domain ?? '', cloudOf(settings).domainSuffixes) ? undefined : invalidProperty('domain');
};

const names: Step = ({ billing, address }, { settings }) => {
  if (!settings.strictNames) return undefined;
  if (!isPlausibleCompanyName(billing.companyName ?? '')) return invalidProperty('companyName');
  if (!isPlausibleContactName(address.firstName ?? '')) return invalidProperty('firstName');
  if (!isPlausibleContactName(address.lastName ?? '')) return invalidProperty('lastName');
  const mailDomain = billing.email?.split('@').at(-1)?.toLowerCase() ?? '';
  if (/^(.+\.)?microsoft\.com$/.test(mailDomain) || mailDomain === settings.partnerDomain.toLowerCase()) {
    return invalidProperty('email');
  }
  return undefined;
};

const environment: Step = ({ associatedPartnerId, password }, { settings, token, existingTenants }) => {
  if (!settings.accountAllowed) return documented(600006);
  if (password !== undefined && settings.givenPassword === 'refused')
    return invalidProperty('userCredentials.password');
  if (associatedPartnerId !== undefined) {
    const objection = resellerObjection(associatedPartnerId, settings, token);
    if (objection) return objection;
  }
  if (!settings.sandbox || existingTenants < settings.sandboxLimit) return undefined;
  return documented(800018);
};

const STEPS: readonly Step[] = [registration, missing, form, names, environment];

function resellerObjection(id: string, settings: Settings, token: Token | undefined): ErrorFacts | undefined {
  if (!token?.isAppUser) return documented(900329);
  if (!isGuid(id)) return refused(2000, 'Associated partner Id must be a GUID.');
  const reseller = settings.resellers.find((known) => known.id.toLowerCase() === id.toLowerCase());
  if (!reseller) return documented(2205);
  if (reseller.isIndirectReseller === false) return documented(2204);
  if (reseller.state.toLowerCase() !== 'active') return documented(900154);
  return reseller.isAgreementSigned === false ? documented(2206) : undefined;
}

function isCultureOf(market: Market, culture: string | undefined): boolean {
  return market.cultures.some((known) => known.toLowerCase() === culture?.toLowerCase());
}

function documented(code: number): ErrorFacts {
  return documentedError(code) ?? { status: 400, code };
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
