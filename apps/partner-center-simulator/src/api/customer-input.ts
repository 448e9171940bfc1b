import { member, objectOf, parseObject, text, type Texts, textsReader } from './json-input.js';

const BILLING_MEMBERS = ['firstName', 'lastName', 'email', 'culture', 'language', 'companyName'] as const;

/** In the order in which the service writes them (reference 1.5). */
const ADDRESS_MEMBERS = [
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

export type AddressInput = Texts<(typeof ADDRESS_MEMBERS)[number]>;

export const readBilling = textsReader(BILLING_MEMBERS);
export const readAddress = textsReader(ADDRESS_MEMBERS);

/** A create request as the service reads it: known members only, whatever their casing; null counts as absent. */
export interface CustomerInput {
  readonly domain: string | undefined;
  readonly registrationNumber: string | undefined;
  readonly associatedPartnerId: string | undefined;
  readonly userName: string | undefined;
  readonly password: string | undefined;
  readonly billing: Texts<(typeof BILLING_MEMBERS)[number]>;
  readonly address: AddressInput;
}

/** Undefined when the body is not a JSON object. */
export function readCustomer(body: Buffer): CustomerInput | undefined {
  const root = parseObject(body);
  if (!root) return undefined;
  const company = objectOf(member(root, 'companyProfile'));
  const billing = objectOf(member(root, 'billingProfile'));
  const credentials = objectOf(member(root, 'userCredentials'));
  return {
    domain: text(member(company, 'domain')),
    registrationNumber: text(member(company, 'organizationRegistrationNumber')),
    associatedPartnerId: text(member(root, 'associatedPartnerId')),
    userName: text(member(credentials, 'userName')),
    password: text(member(credentials, 'password')),
    billing: readBilling(billing),
    address: readAddress(objectOf(member(billing, 'defaultAddress'))),
  };
}
