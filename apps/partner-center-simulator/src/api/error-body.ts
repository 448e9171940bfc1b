import { STATUS_CODES } from 'node:http';

/**
 * Every error body a client of the service must survive, by the letters of reference 3.1; `oauth` is that of the token
 * endpoint. A and B differ only in the type of `code`; E is empty; F is text of an old front end.
 */
export const ERROR_SHAPES = ['A', 'B', 'C', 'D', 'E', 'F', 'G', 'H', 'oauth'] as const;
export type ErrorShape = (typeof ERROR_SHAPES)[number];

export interface ErrorFacts {
  readonly status: number;
  readonly code?: number | string;
  readonly description?: string;
  readonly data?: unknown;
  readonly source?: string;
  /** Epoch milliseconds; only the token endpoint tells the time. */
  readonly at?: number;
}

export interface ErrorBody {
  readonly body: string;
  readonly contentType: string;
}

const JSON_TYPE = 'application/json; charset=utf-8';

export function errorBody(shape: ErrorShape, facts: ErrorFacts): ErrorBody {
  if (shape === 'E') return { body: '', contentType: '' };
  if (shape === 'F') return { body: reason(facts.status), contentType: 'text/plain; charset=utf-8' };
  return { body: JSON.stringify(jsonOf(shape, facts)), contentType: JSON_TYPE };
}

function jsonOf(shape: Exclude<ErrorShape, 'E' | 'F'>, facts: ErrorFacts): unknown {
  const code = facts.code ?? facts.status;
  const description = facts.description ?? reason(facts.status);
  const source = facts.source ?? 'PartnerApiServiceControllers';
  switch (shape) {
    case 'A':
      return { code: asNumber(code), description, data: facts.data ?? [], source };
    case 'B':
      return { code: String(code), description, data: facts.data ?? [], source };
    case 'C':
      return newerService(code, description);
    case 'D':
      return { statusCode: facts.status, message: description };
    case 'G':
      return legacyFault(code, description, facts.data);
    case 'H':
      return { code: 2007, description: addressFault(description), data: [], source };
    case 'oauth':
      return oauthError(facts.code, description, facts.at ?? 0);
  }
}

function newerService(code: number | string, message: string) {
  return {
    code: asNumber(code),
    message,
    description: message,
    errorName: 'UnclassifiedError',
    isRetryable: false,
    parameters: {},
    errorMessageExtended: `InternalErrorCode=${code}`,
  };
}

function legacyFault(code: number | string, description: string, data: unknown) {
  const other = { error_code: asNumber(code), message: description, parameters: {} };
  return { code: asNumber(code), description, data: data ?? {}, other_errors: [other] };
}

function addressFault(reasonText: string): string {
  return JSON.stringify({
    code: '60071',
    reason: reasonText,
    corrected_address: null,
    object_type: 'AddressValidation',
    resource_status: 'Active',
  });
}

function oauthError(code: number | string | undefined, description: string, at: number) {
  return {
    error: String(code ?? 'server_error'),
    error_description: description,
    error_codes: [Number(/AADSTS(\d+)/.exec(description)?.[1] ?? 0)],
    timestamp: new Date(at).toISOString(),
  };
}

function asNumber(code: number | string): number | string {
  return /^-?\d{1,15}$/.test(String(code)) ? Number(code) : code;
}

function reason(status: number): string {
  return STATUS_CODES[status] ?? 'Error';
}
