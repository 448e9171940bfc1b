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

type Texts<K extends string> = { readonly [name in K]: string | undefined };
export type AddressInput = Texts<(typeof ADDRESS_MEMBERS)[number]>;

/** A create request as the service reads it: known members only, whatever their casing; null counts as absent. */
export interface CustomerInput {
  readonly domain: string | undefined;
  readonly registrationNumber: string | undefined;
  readonly associatedPartnerId: string | undefined;
  readonly billing: Texts<(typeof BILLING_MEMBERS)[number]>;
  readonly address: AddressInput;
}

type Json = Record<string, unknown>;

/** Undefined when the body is not a JSON object in UTF-8. A leading byte order mark is tolerated. */
export function readCustomer(body: Buffer): CustomerInput | undefined {
  const root = parseObject(body);
  if (!root) return undefined;
  const company = objectOf(member(root, 'companyProfile'));
  const billing = objectOf(member(root, 'billingProfile'));
  return {
    domain: text(member(company, 'domain')),
    registrationNumber: text(member(company, 'organizationRegistrationNumber')),
    associatedPartnerId: text(member(root, 'associatedPartnerId')),
    billing: texts(billing, BILLING_MEMBERS),
    address: texts(objectOf(member(billing, 'defaultAddress')), ADDRESS_MEMBERS),
  };
}

function parseObject(body: Buffer): Json | undefined {
  try {
    const value: unknown = JSON.parse(body.toString('utf8').replace(/^\uFEFF/, ''));
    return typeof value === 'object' && value !== null && !Array.isArray(value) ? (value as Json) : undefined;
  } catch {
    return undefined;
  }
}

function member(object: Json, name: string): unknown {
  if (Object.hasOwn(object, name)) return object[name];
  const lower = name.toLowerCase();
  for (const key in object) if (key.toLowerCase() === lower) return object[key];
  return undefined;
}

function objectOf(value: unknown): Json {
  return typeof value === 'object' && value !== null && !Array.isArray(value) ? (value as Json) : {};
}

function texts<K extends string>(object: Json, names: readonly K[]): Texts<K> {
  const found: Record<string, string | undefined> = {};
  for (const name of names) found[name] = text(member(object, name));
  return found as Texts<K>;
}

function text(value: unknown): string | undefined {
  if (typeof value === 'string') return value;
  return typeof value === 'number' || typeof value === 'boolean' ? String(value) : undefined;
}
