import { IsInstance, ValidateNested } from 'class-validator';
import { isGuid } from './identifiers.js';
import { Text } from './text.constraint.js';

/** The data of CustomerRequested: the known members of the create-customer body (contract 2, reference 1.5). */
export interface CustomerData {
  companyProfile: {
    domain: string;
    companyName?: string;
    organizationRegistrationNumber?: string;
  };
  billingProfile: {
    email: string;
    culture: string;
    language: string;
    companyName: string;
    firstName?: string;
    lastName?: string;
    defaultAddress: CustomerAddress;
  };
  /** Tenant id (GUID) of the indirect reseller. */
  associatedPartnerId?: string;
  /** The CRM's own account id, copied to every outcome. */
  customerReference?: string;
}

export interface CustomerAddress {
  country: string;
  region?: string;
  city?: string;
  state?: string;
  district?: string;
  addressLine1: string;
  addressLine2?: string;
  addressLine3?: string;
  postalCode?: string;
  firstName?: string;
  lastName?: string;
  middleName?: string;
  emailAddress?: string;
  phoneNumber?: string;
}

/** What an onboarding is told apart, held back and searched for by; the same for a first record and a correction. */
export interface RequestKeys {
  /** As it is sent, case-folded: two onboardings never work on the same domain at once. */
  domain: string;
  /** In upper case. */
  country: string;
  associatedPartnerId: string | null;
}

export function requestKeys(data: CustomerData): RequestKeys {
  return {
    domain: data.companyProfile.domain.trim().toLowerCase(),
    country: data.billingProfile.defaultAddress.country.toUpperCase(),
    associatedPartnerId: data.associatedPartnerId ?? null,
  };
}

/*
 * One constraint a property and nothing inherited: the price of class-validator is per decorator, not per check. These
 * classes are also the list of known members: what has no decorator here is not read, sent or part of the digest.
 */

export class RequestedCompanyProfile {
  @Text({ required: true }) domain!: string;
  @Text() companyName?: string;
  @Text() organizationRegistrationNumber?: string;
}

export class RequestedAddress implements CustomerAddress {
  @Text({ required: true, matches: (text) => /^[a-z]{2}$/i.test(text), expects: 'a country code of two letters' })
  country!: string;
  @Text() region?: string;
  @Text() city?: string;
  @Text() state?: string;
  @Text() district?: string;
  @Text({ required: true, max: 200 }) addressLine1!: string;
  @Text({ max: 200 }) addressLine2?: string;
  @Text() addressLine3?: string;
  @Text() postalCode?: string;
  @Text({ min: 1, max: 50 }) firstName?: string;
  @Text({ min: 1, max: 50 }) lastName?: string;
  @Text({ min: 1, max: 50 }) middleName?: string;
  @Text() emailAddress?: string;
  @Text() phoneNumber?: string;
}

export class RequestedBillingProfile {
  @Text({ required: true }) email!: string;
  @Text({ required: true }) culture!: string;
  @Text({ required: true }) language!: string;
  @Text({ required: true }) companyName!: string;
  @Text() firstName?: string;
  @Text() lastName?: string;
  @IsInstance(RequestedAddress, { message: 'is required and must be an object' })
  @ValidateNested()
  defaultAddress!: RequestedAddress;
}

export class RequestedCustomer implements CustomerData {
  @IsInstance(RequestedCompanyProfile, { message: 'is required and must be an object' })
  @ValidateNested()
  companyProfile!: RequestedCompanyProfile;
  @IsInstance(RequestedBillingProfile, { message: 'is required and must be an object' })
  @ValidateNested()
  billingProfile!: RequestedBillingProfile;
  @Text({ matches: isGuid, expects: 'a GUID (8-4-4-4-12 hexadecimal digits)' }) associatedPartnerId?: string;
  @Text({ max: 128 }) customerReference?: string;
}
