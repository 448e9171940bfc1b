/**
 * Resources as the service describes them (reference 1.5, 2.1, 2.3, 5.4, 5.6, 5.11), in camelCase whatever casing came.
 * A member that the service left out is left out here too; members it adds are dropped.
 */

/** ISO country, and whatever the country has. Empty texts are kept. */
export type Address = { [member in (typeof ADDRESS_MEMBERS)[number]]?: string };

/** In the order in which the service writes them. */
export const ADDRESS_MEMBERS = [
  'id',
  'country',
  'region',
  'city',
  'state',
  'district',
  'addressLine1',
  'addressLine2',
  'addressLine3',
  'postalCode',
  'firstName',
  'lastName',
  'emailAddress',
  'phoneNumber',
  'middleName',
] as const;

export interface CustomerCompanyProfile {
  /** Equals the customer's id. */
  tenantId: string;
  /** Initial domain, with the casing that was sent. */
  domain: string;
  companyName?: string;
  /** Only with delegated access. */
  email?: string;
  /** Only with delegated access. */
  address?: Address;
  organizationRegistrationNumber?: string;
}

export interface CustomerBillingProfile {
  id?: string;
  firstName?: string;
  lastName?: string;
  email?: string;
  culture?: string;
  language?: string;
  companyName?: string;
  defaultAddress?: Address;
  /** A signed 64-bit number as text; short-lived, not to be stored. */
  etag?: string;
}

/** A customer as `customers.get` reads it. It never holds credentials: only the answer to the create call does. */
export interface Customer {
  id: string;
  commerceId?: string;
  companyProfile: CustomerCompanyProfile;
  billingProfile?: CustomerBillingProfile;
  /** `unknown`, `reseller`, `advisor`, `syndication`, `microsoft_support`, `none`, or a word that came later. */
  relationshipToPartner?: string;
  allowDelegatedAccess?: boolean;
  /** Only with delegated access. */
  customDomains?: string[];
  /** Tenant id of the indirect reseller. */
  associatedPartnerId?: string;
}

/** One line of the customer list. The search is a prefix search: compare `domain` for equality afterwards. */
export interface CustomerSummary {
  customerId: string;
  tenantId: string;
  domain: string;
  companyName: string | null;
  relationshipToPartner: string | null;
}

/** What a country asks of an address and a profile. Expressions are .NET's and need not be valid here. */
export interface CountryValidationRules {
  iso2Code: string;
  defaultCulture?: string;
  isStateRequired?: boolean;
  supportedStatesList?: string[];
  /** Mixed forms: `en`, `pt-PT`, `zh-CHS`. */
  supportedLanguagesList?: string[];
  supportedCulturesList?: string[];
  isPostalCodeRequired?: boolean;
  postalCodeRegex?: string;
  isCityRequired?: boolean;
  isVatIdSupported?: boolean;
  taxIdFormat?: string;
  taxIdSample?: string;
  vatIdRegex?: string;
  phoneNumberRegex?: string;
  isTaxIdSupported?: boolean;
  isTaxIdOptional?: boolean;
  /** Without `+`. */
  countryCallingCodesList?: string[];
  customerOrganizationRegistrationNumberRegex?: string;
  customerOrganizationRegistrationNumberSample?: string;
  customerOrganizationRegistrationNumberRequired?: boolean;
  customerOrganizationPhoneNumberRequired?: boolean;
}

/** Only with the first two may the suggested address be used without asking anybody (reference 2.3). */
export const ADDRESS_STATUSES = [
  'VerifiedShippable',
  'Verified',
  'InteractionRequired',
  'StreetPartial',
  'PremisesPartial',
  'Multiple',
  'None',
  'NotValidated',
] as const;
export type AddressStatus = (typeof ADDRESS_STATUSES)[number];

/** What the service thinks of an address: advice, not a gate; creating a customer has checks of its own. */
export interface AddressValidation {
  /** A status that is not known here reads as `NotValidated`. */
  status: AddressStatus;
  suggestedAddresses: Address[];
  /** The service's words, bounded and without control characters. They may quote the address: not for logs or events. */
  validationMessage: string | null;
}

/** One entry of the activity log. Members the service left out are empty texts: no evidence of anything. */
export interface AuditRecord {
  id: string;
  operationType: string;
  operationStatus: string;
  /** ISO 8601, up to seven fraction digits, sometimes without `Z`. */
  operationDate: string;
  resourceType: string;
  customerId: string;
  customerName: string;
  applicationId: string;
  userPrincipalName: string;
  /** `originalCorrelationId`, in lower case. */
  correlationId: string;
  /** `PrimaryDomainName`, else the domain in the new value of the resource. */
  domain: string;
}

/** A reseller that the provider sells through. `partnerId` is what `associatedPartnerId` of a new customer takes. */
export interface IndirectReseller {
  partnerId: string;
  name: string | null;
  /** `Active`, or another word. */
  state: string | null;
  mpnId: string | null;
  location: string | null;
}
