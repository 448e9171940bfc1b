/** The codes that do not come from Partner Center (contract 5). */
export const FIXED_CODES = [
  'EVENT_UNDECODABLE',
  'EVENT_INVALID',
  'CORRELATION_ID_MISSING',
  'CORRELATION_ID_REUSED',
  'RULE_VIOLATION',
  'OUTCOME_UNRESOLVED',
  'ATTEMPTS_EXHAUSTED',
] as const;

export type FixedCode = (typeof FIXED_CODES)[number];
export type PartnerCenterCode = `PARTNER_CENTER_${string}`;
export type ErrorCode = FixedCode | PartnerCenterCode;

/** `dead-letter-reason` (contract 4). */
export type Reason = 'undecodable' | 'invalid' | 'rejected' | 'unresolved' | 'exhausted';

const REASONS: Readonly<Record<FixedCode, Reason>> = {
  EVENT_UNDECODABLE: 'undecodable',
  EVENT_INVALID: 'invalid',
  CORRELATION_ID_MISSING: 'invalid',
  CORRELATION_ID_REUSED: 'invalid',
  RULE_VIOLATION: 'invalid',
  OUTCOME_UNRESOLVED: 'unresolved',
  ATTEMPTS_EXHAUSTED: 'exhausted',
};

const MAX_CODE_CHARACTERS = 64;

/** `PARTNER_CENTER_27100`. The API's code is foreign text: what is not a letter, digit or `_` becomes `_`. */
export function partnerCenterCode(code: string | number): PartnerCenterCode {
  const safe = String(code).slice(0, MAX_CODE_CHARACTERS).replaceAll(/\W/g, '_');
  return `PARTNER_CENTER_${safe}`;
}

/** `PARTNER_CENTER_HTTP_<status>`: the answer had no code. */
export function partnerCenterHttpCode(status: number): PartnerCenterCode {
  return `PARTNER_CENTER_HTTP_${status}`;
}

export function reasonOf(code: ErrorCode): Reason {
  return isFixedCode(code) ? REASONS[code] : 'rejected';
}

function isFixedCode(code: ErrorCode): code is FixedCode {
  return Object.hasOwn(REASONS, code);
}
