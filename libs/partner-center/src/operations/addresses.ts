import { isObject, member, parseBody, textMember, type AnswerBody, type JsonObject } from '../answer-body.js';
import type { QueryAnswer } from '../answers.js';
import type { Api } from '../api.js';
import type { CallOptions } from '../calls.js';
import { classifyQuery } from '../classify-query.js';
import type { WireAnswer } from '../exchange.js';
import { objectsOf, textsOf } from '../members.js';
import { codeOf } from '../refusals.js';
import { ADDRESS_MEMBERS, ADDRESS_STATUSES, type AddressStatus, type AddressValidation } from '../resources.js';
import { readableText } from '../service-text.js';
import type { Query } from './query.js';

/** What the service checks of an address. */
export interface AddressToValidate {
  addressLine1: string;
  addressLine2?: string;
  city?: string;
  state?: string;
  postalCode?: string;
  country: string;
}

/** Postal addresses: reference 2.3. */
export class Addresses {
  readonly #api: Api;

  constructor(api: Api) {
    this.#api = api;
  }

  /** `POST /v1/validations/address`; nothing is made by it. Advice: creating a customer has its own, stricter checks. */
  validate(address: AddressToValidate, options: CallOptions): Query<AddressValidation> {
    const call = { method: 'POST', path: '/v1/validations/address', body: JSON.stringify(toBody(address)) } as const;
    return this.#api.call({ operation: 'addresses.validate', ...call }, options, readValidation);
  }
}

function toBody({ addressLine1, addressLine2, city, state, postalCode, country }: AddressToValidate): JsonObject {
  return {
    AddressLine1: addressLine1,
    AddressLine2: addressLine2,
    City: city,
    State: state,
    PostalCode: postalCode,
    Country: country,
  };
}

/** Until 2021 the service answered 200 with nothing for a right address, and 400 with code 2007 for a wrong one. */
function readValidation(answer: WireAnswer): QueryAnswer<AddressValidation> {
  if (answer.kind === 'answered' && answer.status === 400 && answer.damage === null && codeOf(answer) === '2007') {
    return { kind: 'answered', value: refusedOf(parseBody(answer.text)) };
  }
  return classifyQuery(answer, Date.now(), readStatus);
}

function readStatus(body: AnswerBody): AddressValidation | null {
  if (body.kind === 'empty') return { status: 'Verified', suggestedAddresses: [], validationMessage: null };
  if (body.kind !== 'object') return null;
  const status = textMember(body.value, 'status');
  if (status === undefined) return null;
  return {
    status: knownStatus(status),
    suggestedAddresses: objectsOf(body.value, 'suggestedAddresses').map((item) => textsOf(item, ADDRESS_MEMBERS)),
    validationMessage: readable(textMember(body.value, 'validationMessage')),
  };
}

function knownStatus(text: string): AddressStatus {
  return ADDRESS_STATUSES.find((status) => status.toLowerCase() === text.toLowerCase()) ?? 'NotValidated';
}

/** The description of the old refusal is JSON in a text, with the reason and perhaps a corrected address. */
function refusedOf(body: AnswerBody): AddressValidation {
  const description = body.kind === 'object' ? textMember(body.value, 'description') : undefined;
  const inner = parseBody(description ?? '');
  const corrected = inner.kind === 'object' ? member(inner.value, 'corrected_address') : undefined;
  return {
    status: 'None',
    suggestedAddresses: isObject(corrected) ? [textsOf(corrected, ADDRESS_MEMBERS)] : [],
    validationMessage: readable(inner.kind === 'object' ? textMember(inner.value, 'reason') : description),
  };
}

function readable(text: string | undefined): string | null {
  return text === undefined ? null : readableText(text);
}
