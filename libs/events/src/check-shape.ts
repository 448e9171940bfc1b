import {
  ValidationTypes,
  getMetadataStorage,
  validateSync,
  type MetadataStorage,
  type ValidationArguments,
  type ValidationError,
} from 'class-validator';
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
  if (isSound(RequestedCustomer, customer)) return customer;
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

/** What a class demands of its members: class-validator's own constraints, looked up once instead of for every event. */
interface Demand {
  name: string;
  holds: (value: unknown) => boolean;
}

const DEMANDS = new Map([...MEMBERS.keys()].map((type) => [type, demandsOf(type)]));

/**
 * True if no constraint fails. class-validator makes an error for every member and drops the empty ones, which costs more
 * than all else in a sound event; it is needed only to say what is wrong.
 */
function isSound(type: Constructor<object>, instance: object): boolean {
  const members = instance as Record<string, unknown>;
  const ownHold = (DEMANDS.get(type) ?? []).every(({ name, holds }) => holds(members[name]));
  return (
    ownHold && [...(SECTIONS.get(type) ?? [])].every(([name, section]) => isSound(section, members[name] as object))
  );
}

function demandsOf(type: Constructor<object>): Demand[] {
  const storage = getMetadataStorage();
  return metadataOf(type).flatMap(({ type: kind, propertyName: name, constraintCls, constraints }) => {
    if (kind !== ValidationTypes.CUSTOM_VALIDATION) return [];
    const given = { constraints } as ValidationArguments;
    return storage.getTargetValidatorConstraints(constraintCls).map(({ instance }) => ({
      name,
      holds: (value: unknown) => instance.validate(value, given) === true,
    }));
  });
}

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
  return [...new Set(metadataOf(type).map(({ propertyName }) => propertyName))].sort();
}

function metadataOf(type: Constructor<object>): ReturnType<MetadataStorage['getTargetValidationMetadatas']> {
  return getMetadataStorage().getTargetValidationMetadatas(type, '', true, false);
}

function faultsOf(errors: readonly ValidationError[], path: string): ShapeFault[] {
  return errors.flatMap((error) => {
    const field = path + error.property;
    const own = Object.values(error.constraints ?? {}).map((message) => ({ field, message }));
    return [...own, ...faultsOf(error.children ?? [], `${field}.`)];
  });
}
