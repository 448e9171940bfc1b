const ADDRESS_MEMBERS =
  'country region city state district addressLine1 addressLine2 addressLine3 postalCode firstName lastName middleName emailAddress phoneNumber';

const PATHS = [
  'associatedPartnerId',
  'companyProfile',
  ...prefixed('companyProfile', 'domain companyName organizationRegistrationNumber'),
  'billingProfile',
  ...prefixed('billingProfile', 'email culture language companyName firstName lastName defaultAddress'),
  ...prefixed('billingProfile.defaultAddress', ADDRESS_MEMBERS),
];

const BY_LOWER_CASE: ReadonlyMap<string, string> = new Map(PATHS.map((path) => [path.toLowerCase(), path]));

/** Most entries of an error's `data` that are looked at. */
const MAX_ENTRIES = 100;

/**
 * The property paths of the request among the entries of an error's `data` (a list of texts, an object of texts or one
 * text). Only paths we know are let through: `data` may hold links and text, and text may quote a customer's data.
 */
export function knownFields(data: unknown): string[] {
  const found = new Set<string>();
  for (const entry of entriesOf(data).slice(0, MAX_ENTRIES)) {
    if (typeof entry !== 'string') continue;
    const path = BY_LOWER_CASE.get(entry.trim().toLowerCase());
    if (path !== undefined) found.add(path);
  }
  return [...found];
}

function entriesOf(data: unknown): unknown[] {
  if (Array.isArray(data)) return data;
  if (typeof data === 'object' && data !== null) return Object.entries(data).flat();
  return [data];
}

function prefixed(prefix: string, members: string): string[] {
  return members.split(' ').map((member) => `${prefix}.${member}`);
}
