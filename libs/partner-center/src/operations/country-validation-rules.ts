import { textMember, type AnswerBody } from '../answer-body.js';
import type { NotFound, QueryAnswer } from '../answers.js';
import type { Api } from '../api.js';
import type { CallOptions, WithFacts } from '../calls.js';
import { classifyGet } from '../classify-query.js';
import { booleansOf, listsOf, textsOf } from '../members.js';
import type { CountryValidationRules } from '../resources.js';

/** What a country demands: reference 2.1. */
export class CountryRules {
  readonly #api: Api;

  constructor(api: Api) {
    this.#api = api;
  }

  /** `GET /v1/countryvalidationrules/{iso2}`. `not-found`: the service knows no such country (`UK` is none). */
  get(country: string, options: CallOptions): Promise<WithFacts<QueryAnswer<CountryValidationRules> | NotFound>> {
    const call = { method: 'GET', path: `/v1/countryvalidationrules/${encodeURIComponent(country)}` } as const;
    return this.#api.call({ operation: 'countryValidationRules.get', ...call }, options, (answer) =>
      classifyGet(answer, Date.now(), (body) => readRules(body, country)),
    );
  }
}

const TEXTS = [
  'defaultCulture',
  'postalCodeRegex',
  'taxIdFormat',
  'taxIdSample',
  'vatIdRegex',
  'phoneNumberRegex',
  'customerOrganizationRegistrationNumberRegex',
  'customerOrganizationRegistrationNumberSample',
] as const;
const BOOLEANS = [
  'isStateRequired',
  'isPostalCodeRequired',
  'isCityRequired',
  'isVatIdSupported',
  'isTaxIdSupported',
  'isTaxIdOptional',
  'customerOrganizationRegistrationNumberRequired',
  'customerOrganizationPhoneNumberRequired',
] as const;
const LISTS = [
  'supportedStatesList',
  'supportedLanguagesList',
  'supportedCulturesList',
  'countryCallingCodesList',
] as const;

/** Null for rules of another country. */
function readRules(body: AnswerBody, country: string): CountryValidationRules | null {
  if (body.kind !== 'object') return null;
  const iso2Code = textMember(body.value, 'iso2Code');
  if (iso2Code?.toUpperCase() !== country.toUpperCase()) return null;
  return {
    iso2Code,
    ...textsOf(body.value, TEXTS),
    ...booleansOf(body.value, BOOLEANS),
    ...listsOf(body.value, LISTS),
  };
}
