import { getMetadataStorage, validateSync, type ValidationError } from 'class-validator';
import {
  RequestedAddress,
  RequestedBillingProfile,
  RequestedCompanyProfile,
  RequestedCustomer,
  type CustomerData,
} from './customer-requested.js';
import { isJsonObject, type JsonObject } from './json.js';

export interface ShapeFault {
  /** Property path relative to the data, e.g. `billingProfile.defaultAddress.country`. */
  field: string;
  /** What would be right; never shows the value. */
  message: string;
}

/**
 * Takes the known members out of the data and checks them. Copying into prepared instances instead of transforming
 * keeps unknown members (also `userCredentials`, also huge or deep ones) from ever being walked.
 */
export function checkShape(data: JsonObject): CustomerData | ShapeFault[] {
  const customer = pick(RequestedCustomer, data);
  const errors = validateSync(customer, {
    forbidUnknownValues: false,
    validationError: { target: false, value: false },
  });
  return errors.length === 0 ? customer : faultsOf(errors, '');
}

type Constructor<T extends object> = new () => T;

const SECTIONS = new Map<Constructor<object>, ReadonlyMap<string, Constructor<object>>>([
  [
    RequestedCustomer,
    new Map<string, Constructor<object>>([
      ['companyProfile', RequestedCompanyProfile],
      ['billingProfile', RequestedBillingProfile],
    ]),
  ],
  [RequestedBillingProfile, new Map([['defaultAddress', RequestedAddress]])],
]);

const MEMBERS = new Map(
  [RequestedCustomer, RequestedCompanyProfile, RequestedBillingProfile, RequestedAddress].map((type) => [
    type as Constructor<object>,
    decoratedMembersOf(type),
  ]),
);

/**
 * A new instance with the members in sorted order, null and unknown ones left out: its `JSON.stringify` is the canonical
 * form that the digest is made of. A section that is not an object stays absent, which its constraint reports.
 */
function pick<T extends object>(type: Constructor<T>, source: JsonObject): T {
  const instance = new type();
  const picked = instance as Record<string, unknown>;
  const sections = SECTIONS.get(type);
  for (const name of MEMBERS.get(type) ?? []) {
    const value = source[name];
    if (value === undefined || value === null) continue;
    const section = sections?.get(name);
    if (section === undefined) picked[name] = value;
    else if (isJsonObject(value)) picked[name] = pick(section, value);
  }
  return instance;
}

function decoratedMembersOf(type: Constructor<object>): string[] {
  const metadata = getMetadataStorage().getTargetValidationMetadatas(type, '', true, false);
  return [...new Set(metadata.map(({ propertyName }) => propertyName))].sort();
}

function faultsOf(errors: readonly ValidationError[], path: string): ShapeFault[] {
  return errors.flatMap((error) => {
    const field = path + error.property;
    const own = Object.values(error.constraints ?? {}).map((message) => ({ field, message }));
    return [...own, ...faultsOf(error.children ?? [], `${field}.`)];
  });
}
