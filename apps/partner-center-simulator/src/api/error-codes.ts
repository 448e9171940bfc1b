import type { ErrorFacts, ErrorShape } from './error-body.js';

/**
 * Error codes that concern customers, with their documented status and a wording of our own (reference 3.3). Where no
 * status is documented it is 400. What the service words itself is quoted where the reference quotes it.
 */
const CODES: Readonly<Record<string, readonly [status: number, description: string]>> = {
  '0': [501, 'An unclassified error occurred.'],
  '400': [401, 'Access denied.'],
  '1000': [404, 'The resource was not found.'],
  '1002': [403, 'Authorization failed.'],
  '2000': [400, 'The request is not valid.'],
  '2001': [400, 'Customer details are missing'],
  '2007': [400, 'The address failed validation.'],
  '2030': [403, 'The partner is not onboarded for the country.'],
  '2032': [403, 'Access denied.'],
  '2200': [400, 'The MPN id of the indirect reseller is not valid.'],
  '2201': [400, 'The region of the MPN id differs from that of the order.'],
  '2203': [400, 'The indirect reseller with the MPN id has not signed the partner agreement.'],
  '2204': [400, 'The MPN id is not that of an indirect reseller.'],
  '2205': [400, 'No account was found for the indirect reseller tenant id.'],
  '2206': [400, 'The indirect reseller with the tenant id has not signed the partner agreement.'],
  '3000': [400, 'The property is invalid.'],
  '13605': [403, 'The acceptance of the customer agreement was not confirmed.'],
  '20002': [403, 'There is no commerce relationship with the customer.'],
  '27002': [400, 'Invalid data: NotificationEmailAddress: the address is invalid.'],
  '27100': [400, 'The domain is not available.'],
  '60002': [404, 'The user was not found.'],
  '60003': [404, 'The tenant was not found.'],
  '60012': [400, 'There are no licences left.'],
  '60071': [400, 'ZipCityInvalid'],
  '600002': [400, 'Organization registration number is not supported for this country.'],
  '600006': [403, 'The requested action is not allowed.'],
  '600009': [400, 'No agreement was found for the customer.'],
  '600041': [400, 'The self-serve policy exists already.'],
  '600049': [400, 'Organization registration number is missing.'],
  '600050': [400, 'Organization registration number is not in the format ^(\\d{7}|\\d{10})$.'],
  '600051': [400, 'Customer phone number is missing.'],
  '600061': [400, 'The same confirmation of the agreement exists already.'],
  '600074': [404, 'There is no account validation status.'],
  '800001': [401, 'The partner token is missing.'],
  '800002': [400, 'The input of the request is not valid.'],
  '800003': [500, 'An unexpected error occurred.'],
  '800018': [400, 'The number of customers allowed in the sandbox has been reached.'],
  '800036': [417, 'A precondition failed.'],
  '800039': [403, 'The status in the reseller programme is not active.'],
  '800073': [403, 'The customer is under review.'],
  '800074': [403, 'The customer is under review.'],
  '800075': [403, 'The customer was not approved.'],
  '900118': [400, 'The customer id is not valid.'],
  '900123': [403, 'The indirect reseller has not accepted the partner agreement.'],
  '900124': [403, 'The partner has not accepted the partner agreement.'],
  '900127': [400, 'The operation is not supported in this environment.'],
  '900149': [403, 'The status in the programme is not active.'],
  '900150': [403, 'The role lacks the right.'],
  '900154': [400, 'The MPN id is not linked to an active indirect reseller.'],
  '900192': [500, 'Something went wrong. Try again later.'],
  '900308': [403, 'The privileges are insufficient.'],
  '900309': [403, 'Conditional access blocked the token.'],
  '900329': [403, 'Application-only tokens are not supported.'],
  '900416': [403, 'The account of the customer is locked.'],
  '900420': [401, 'The token audience is no longer accepted.'],
  '900421': [401, 'MFA is required: the token has no MFA claim.'],
  '90000': [403, 'The directory did not issue a token.'],
  '400056': [400, 'Invalid input.'],
  '10001': [401, 'Authentication failed. MFA required.'],
};

/** Codes of newer services come in shape C (reference 3.1), 2007 with JSON in its description, the others in A or B. */
const SHAPES: Readonly<Record<string, ErrorShape>> = { '600061': 'C', '600074': 'C', '2007': 'H' };

export interface DocumentedError extends ErrorFacts {
  readonly code: number | string;
  readonly description: string;
  readonly shape?: ErrorShape;
}

export const DOCUMENTED_CODES = Object.entries(CODES).map(([code, [status, description]]) => ({
  code: Number(code),
  status,
  description,
}));

/** The error that the service documents for a code; undefined for one that it does not. */
export function documentedError(code: number | string): DocumentedError | undefined {
  const entry = CODES[String(code)];
  if (!entry) return undefined;
  const shape = SHAPES[String(code)];
  return { status: entry[0], code, description: entry[1], ...(shape === undefined ? {} : { shape }) };
}
