import type { Settings } from '../settings.js';
import { type ErrorFacts, errorBody } from './error-body.js';
import { documentedError } from './error-codes.js';

/** What a call is answered with, before faults of the wire are applied to it. */
export interface Answer {
  readonly status: number;
  readonly body: string;
  readonly contentType: string;
  /** Flat list of names and values. */
  readonly headers: readonly string[];
  /** UTF-8 byte order mark before the body (reference 1.7). */
  readonly bom: boolean;
  /** Reason phrase of the status line; the standard one if absent. */
  readonly reason?: string;
}

const JSON_TYPE = 'application/json; charset=utf-8';
const NO_HEADERS: readonly string[] = [];

/** A successful answer with a body of compact JSON; a byte order mark comes first unless switched off. */
export function success(settings: Settings, status: number, body: string): Answer {
  return { status, body, contentType: JSON_TYPE, headers: NO_HEADERS, bom: settings.bom !== 'none' };
}

/** An error as the service itself words it: shape A, or B when codes are configured to be strings (reference 3.1). */
export function refusal(settings: Settings, facts: ErrorFacts, headers: readonly string[] = NO_HEADERS): Answer {
  const { body, contentType } = errorBody(settings.codeType === 'string' ? 'B' : 'A', facts);
  return { status: facts.status, body, contentType, headers, bom: settings.bom === 'all' };
}

/** A documented error by its code, in its documented shape; `changes` are said instead of its standard wording. */
export function documentedRefusal(settings: Settings, code: number, changes: Partial<ErrorFacts> = {}): Answer {
  const { shape, ...standard } = documentedError(code) ?? { status: 400 };
  const facts = { ...standard, ...changes };
  if (!shape) return refusal(settings, facts);
  const { body, contentType } = errorBody(shape, facts);
  return { status: facts.status, body, contentType, headers: NO_HEADERS, bom: settings.bom === 'all' };
}

/** The answer to a body that is no JSON object; nobody documents its code. */
export function malformed(settings: Settings): Answer {
  return documentedRefusal(settings, settings.malformedJsonCode);
}

/** An answer without byte order mark: token endpoint, gateways, faults. */
export function plain(status: number, body: string, contentType = JSON_TYPE, headers = NO_HEADERS): Answer {
  return { status, body, contentType, headers, bom: false };
}
