import type { AccountRefused } from './answers.js';
import { parseBody, type AnswerBody } from './answer-body.js';
import { CREATE_CODES, type KnownCode } from './error-table.js';
import type { WireAnswer } from './exchange.js';
import { readFault, type Fault } from './fault.js';

/** An answer that came, whatever it says. */
export type Answered = Extract<WireAnswer, { kind: 'answered' }>;

/** Codes that a new token cannot mend and that concern every call, reads too (reference 4.3). */
const TOKEN_CODES = new Set(['900420', '900421', '10001']);

export function isAboutToken(code: string | null): boolean {
  return code !== null && TOKEN_CODES.has(code);
}

export function faultOf(body: AnswerBody): Fault {
  return readFault(body.kind === 'object' ? body.value : null);
}

/** The code of an error body; a successful answer has none. */
export function codeOf(answer: Answered): string | null {
  return answer.status < 300 ? null : faultOf(parseBody(answer.text)).code;
}

/** True for a 401 that a renewed token may mend; the call is then repeated once with the same ids. */
export function asksForNewToken(answer: WireAnswer): boolean {
  if (answer.kind !== 'answered' || answer.status !== 401) return false;
  return !mentionsMfa(answer) && !isAboutToken(codeOf(answer));
}

/** A refusal that concerns every call: 401, and codes of the class `account`. */
export function accountRefused(answer: Answered, code: string | null): AccountRefused {
  const known = code === null ? undefined : CREATE_CODES[code];
  const message =
    known?.class === 'account'
      ? known.sentence
      : mentionsMfa(answer)
        ? 'Partner Center demands multi-factor authentication.'
        : `Partner Center does not accept the token, a new one neither (HTTP ${answer.status}).`;
  return { kind: 'account-refused', httpStatus: answer.status, code, message };
}

/** The older MFA answer is an empty 401 that says so in its reason phrase or challenge (reference 4.1). */
function mentionsMfa(answer: Answered): boolean {
  return /\bmfa\b/i.test(`${answer.statusText} ${String(answer.headers['www-authenticate'] ?? '')}`);
}

/** What is said of a request that was written and not answered. */
export const NO_ANSWER = {
  timeout: 'Partner Center did not answer in time.',
  'connection-lost': 'The connection to Partner Center was lost before the answer.',
} as const;

/** Our own sentence: the service's text may quote the customer's data (contract 3). */
export function say(status: number, code: string | null, known?: KnownCode): string {
  const what = code === null ? `HTTP ${status}` : `HTTP ${status}, code ${code}`;
  if (status < 400) return `Partner Center gave an answer that is not expected here (${what}).`;
  if (status >= 500) return `Partner Center failed (${what}).`;
  return known?.sentence ?? `Partner Center refused the request (${what}).`;
}
