import type { AddressShape, CreateAddress, CreateCustomerBody, CustomerDataShape } from './customer-data.js';
import { canonicalCountry, canonicalCulture, canonicalLanguage, canonicalState, text } from './normalise.js';
import { needsRegistrationNumber } from './registration-numbers.js';

/**
 * The body of the create call for these data. Pure and deterministic: the same data always give the same bytes, which
 * is what lets a request id be sent again. Normalises as reference 8.3; unknown members, empty ones and
 * `userCredentials` are left out. The registration number is sent only where a country demands it: elsewhere the
 * service refuses it with 600002 (reference 2.2).
 */
export function toCreateBody(data: CustomerDataShape): CreateCustomerBody {
  const { companyProfile: company, billingProfile: billing } = data;
  const country = canonicalCountry(billing.defaultAddress.country);
  const registrationNumber = needsRegistrationNumber(country) ? company.organizationRegistrationNumber : undefined;
  return {
    companyProfile: {
      domain: company.domain.trim(),
      ...optional('companyName', company.companyName),
      ...optional('organizationRegistrationNumber', registrationNumber),
      attributes: { objectType: 'CustomerCompanyProfile' },
    },
    billingProfile: {
      email: billing.email.trim(),
      culture: canonicalCulture(billing.culture),
      language: canonicalLanguage(billing.language),
      companyName: billing.companyName.trim(),
      ...optional('firstName', billing.firstName),
      ...optional('lastName', billing.lastName),
      defaultAddress: toAddress(billing.defaultAddress, country),
      attributes: { objectType: 'CustomerBillingProfile' },
    },
    ...optional('associatedPartnerId', data.associatedPartnerId),
    attributes: { objectType: 'Customer' },
  };
}

function toAddress(address: AddressShape, country: string): CreateAddress {
  return {
    country,
    // A region breaks creation in the US (reference 7.9).
    ...optional('region', country === 'US' ? undefined : address.region),
    ...optional('city', address.city),
    ...optional('state', canonicalState(address.state, country)),
    ...optional('district', address.district),
    addressLine1: address.addressLine1.trim(),
    ...optional('addressLine2', address.addressLine2),
    ...optional('addressLine3', address.addressLine3),
    ...optional('postalCode', address.postalCode),
    ...optional('firstName', address.firstName),
    ...optional('lastName', address.lastName),
    ...optional('middleName', address.middleName),
    ...optional('emailAddress', address.emailAddress),
    ...optional('phoneNumber', address.phoneNumber),
  };
}

function optional<K extends string>(name: K, value: string | null | undefined): { [P in K]?: string } {
  const trimmed = text(value);
  return trimmed === undefined ? {} : ({ [name]: trimmed } as { [P in K]?: string });
}
