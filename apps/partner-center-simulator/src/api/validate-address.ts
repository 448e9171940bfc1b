import type { Call } from '../call.js';
import { type Answer, malformed, refusal, success } from './answer.js';
import { ADDRESS_FIXTURES, type AddressFixture, type AddressStatus } from './address-fixtures.js';
import { type AddressInput, readAddress } from './customer-input.js';
import { errorBody } from './error-body.js';
import { parseObject } from './json-input.js';

type Finding = Omit<AddressFixture, 'address'>;

/** Only here the state is compared with a list (reference 2.3). */
const WITH_STATES: readonly string[] = ['US', 'CA', 'CN', 'MX'];
const USABLE: readonly AddressStatus[] = ['VerifiedShippable', 'Verified'];

/**
 * POST /v1/validations/address (reference 2.3): advice, never a gate; what it lets pass the create may still refuse.
 * The published samples are known; other addresses are judged by the rules of their market.
 */
export function validateAddress(call: Call): Answer {
  const { settings } = call.world;
  const body = parseObject(call.body);
  if (!body) return malformed(settings);
  const address = readAddress(body);
  const finding = forced(settings.addressStatus) ?? sampleOf(address) ?? judged(call, address);
  if (settings.addressValidation === 'legacy') return legacyAnswer(call, finding);
  const result = {
    originalAddress: address,
    suggestedAddresses: finding.suggestions.map((change) => ({ ...address, ...change })),
    status: finding.status,
    validationMessage: finding.message,
  };
  return success(settings, 200, JSON.stringify(result));
}

/** Until June 2021: an empty body, or 2007 with JSON within its description. */
function legacyAnswer(call: Call, { status, message }: Finding): Answer {
  const { settings } = call.world;
  if (USABLE.includes(status)) return { ...success(settings, 200, ''), bom: false };
  const { body, contentType } = errorBody('H', { status: 400, description: `ZipCityInvalid: ${message ?? status}` });
  return { ...refusal(settings, { status: 400 }), body, contentType };
}

function forced(status: AddressStatus | null): Finding | undefined {
  if (status === null) return undefined;
  return { status, suggestions: status === 'None' || status === 'NotValidated' ? [] : [{}] };
}

function sampleOf({ addressLine1, city, state, postalCode, country }: AddressInput): Finding | undefined {
  const sent = [addressLine1, city, state, postalCode, country].map((part) => part?.trim().toLowerCase() ?? '');
  return ADDRESS_FIXTURES.find(({ address }) => address.every((part, at) => part === sent[at]));
}

function judged(call: Call, address: AddressInput): Finding {
  const market = call.world.countries.market(address.country);
  if (!market) return { status: 'NotValidated', suggestions: [] };
  const wrong: string[] = [];
  if (!address.addressLine1?.trim()) wrong.push('AddressLine1');
  if (market.rules.isCityRequired && !address.city?.trim()) wrong.push('City');
  if (WITH_STATES.includes(market.rules.iso2Code) && !isStateKnown(market.states, address.state)) wrong.push('State');
  if (market.postalCode && !market.postalCode.test(address.postalCode ?? '')) wrong.push('PostalCode');
  if (wrong.length === 0) return { status: market.postalCode ? 'VerifiedShippable' : 'Verified', suggestions: [{}] };
  const names = wrong.map((name) => `'${name}'`).join(', ');
  return { status: 'None', suggestions: [], message: `Address field invalid for property: ${names}` };
}

/** Of Mexico no list is known: any state passes, none does not. */
function isStateKnown(states: ReadonlySet<string> | undefined, state: string | undefined): boolean {
  return states ? states.has(state?.toUpperCase() ?? '') : Boolean(state?.trim());
}
