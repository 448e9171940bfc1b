import type { AccountRefused, CreateAnswer, QueryAnswer, Unclear, UnclearReason } from './answers.js';
import { parseBody, type AnswerBody } from './answer-body.js';
import { readCreatedCustomer } from './created-customer.js';
import type { CreateCustomerBody } from './customer-data.js';
import { CREATE_CODES } from './error-table.js';
import type { WireAnswer } from './exchange.js';
import { readFault, type Fault } from './fault.js';
import { retryAfterMs } from './retry-after.js';

/**
 * Decides by operation, status and code, never by message text (reference 3.2, 3.3), what an answer means. Pure.
 * Where the facts leave room the reading is chosen that cannot lose or double a tenant: what may have been executed is
 * `unclear`, and a "no" is definite only if its body arrived whole.
 */

type Answered = Extract<WireAnswer, { kind: 'answered' }>;

/** Codes of a 401 that a new token cannot mend (reference 4.3). */
const CONFIGURATION_401 = new Set(['900420', '900421', '10001']);

/** True for a 401 that a renewed token may mend; the call is then repeated once with the same ids. */
export function asksForNewToken(answer: WireAnswer): boolean {
  if (answer.kind !== 'answered' || answer.status !== 401 || mentionsMfa(answer)) return false;
  const { code } = faultOf(parseBody(answer.text));
  return code === null || !CONFIGURATION_401.has(code);
}

/** The service's way to say that there are no more pages (reference 5.4). */
export function isEndOfPaging(answer: WireAnswer): boolean {
  return answer.kind === 'answered' && answer.status === 400 && faultOf(parseBody(answer.text)).code === '2000';
}

export function classifyCreate(answer: WireAnswer, request: CreateCustomerBody, nowMs: number): CreateAnswer {
  if (answer.kind === 'not-sent') return answer;
  if (answer.kind === 'lost') return unclear(answer.why, null, NO_ANSWER[answer.why]);
  const { status } = answer;
  if (status === 429) return { kind: 'throttled', retryAfterMs: retryAfterMs(answer.headers, nowMs) };
  if (status >= 200 && status < 300) return classifyCreated(answer, request);
  if (status >= 400 && status < 500) return classifyClientError(answer, nowMs);
  const { code } = faultOf(parseBody(answer.text));
  const why = status >= 500 && status < 600 ? 'server-error' : 'damaged-answer';
  return { ...unclear(why, status, say(status, code)), code, retryAfterMs: retryAfterMs(answer.headers, nowMs) };
}

/** For read-only calls: `read` turns a whole 2xx into the value, or null if it cannot be understood. */
export function classifyQuery<T>(
  answer: WireAnswer,
  nowMs: number,
  read: (body: AnswerBody) => T | null,
): QueryAnswer<T> {
  if (answer.kind === 'not-sent') return answer;
  if (answer.kind === 'lost') return { kind: 'failed', httpStatus: null, message: NO_ANSWER[answer.why] };
  const { status } = answer;
  if (status === 429) return { kind: 'throttled', retryAfterMs: retryAfterMs(answer.headers, nowMs) };
  const body = parseBody(answer.text);
  const { code } = faultOf(body);
  if (status === 401 || (status === 403 && code !== null && CONFIGURATION_401.has(code))) {
    return accountRefused(answer, code);
  }
  if (status < 200 || status >= 300) return { kind: 'failed', httpStatus: status, message: say(status, code) };
  const value = answer.damage === null ? read(body) : null;
  if (value !== null) return { kind: 'answered', value };
  return { kind: 'failed', httpStatus: status, message: 'Partner Center answered with a body that cannot be read.' };
}

function classifyCreated(answer: Answered, request: CreateCustomerBody): CreateAnswer {
  const { status } = answer;
  if (answer.damage === 'timeout') return unclear('timeout', status, 'The answer did not arrive whole in time.');
  const damaged = unclear('damaged-answer', status, 'Partner Center said yes, but its answer cannot be read.');
  if (answer.damage !== null) return damaged;
  const read = readCreatedCustomer(parseBody(answer.text), request);
  if (read === null) return damaged;
  if (read.kind === 'customer') return { kind: 'created', httpStatus: status, customer: read.customer };
  return { kind: 'contradicted', httpStatus: status, tenantId: read.tenantId, message: read.message };
}

function classifyClientError(answer: Answered, nowMs: number): CreateAnswer {
  const { status: httpStatus } = answer;
  const body = parseBody(answer.text);
  const fault = faultOf(body);
  const { code } = fault;
  const known = code === null ? undefined : CREATE_CODES[code];
  const message = say(httpStatus, code);
  if (httpStatus === 408) {
    return { ...unclear('timeout', 408, message), code, retryAfterMs: retryAfterMs(answer.headers, nowMs) };
  }
  if (httpStatus === 401 || known?.class === 'account') return accountRefused(answer, code);
  if (code !== null && known?.class === 'maybe-created') {
    return { kind: 'refused-maybe-created', httpStatus, code, message, fields: fieldsOf(fault) };
  }
  if (httpStatus === 409 || known?.class === 'domain-taken') return { kind: 'domain-taken', httpStatus, code, message };
  if (httpStatus === 403 || httpStatus === 404 || known?.class === 'held') {
    return { kind: 'held', httpStatus, code, message };
  }
  // The code that did not arrive could have been 27002 or 27100: not a definite "no".
  if (answer.damage !== null || body.kind === 'damaged') {
    const why = answer.damage === 'timeout' ? 'timeout' : 'damaged-answer';
    return unclear(why, httpStatus, 'Partner Center refused the request, but its answer cannot be read.');
  }
  return { kind: 'refused', httpStatus, code, message, fields: fieldsOf(fault) };
}

function accountRefused(answer: Answered, code: string | null): AccountRefused {
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

const NO_ANSWER = {
  timeout: 'Partner Center did not answer in time.',
  'connection-lost': 'The connection to Partner Center was lost before the answer.',
} as const;

function unclear(why: UnclearReason, httpStatus: number | null, message: string): Unclear {
  return { kind: 'unclear', why, httpStatus, code: null, retryAfterMs: null, message };
}

function faultOf(body: AnswerBody): Fault {
  return readFault(body.kind === 'object' ? body.value : null);
}

function fieldsOf(fault: Fault): string[] {
  if (fault.fields.length > 0 || fault.code === null) return fault.fields;
  return [...(CREATE_CODES[fault.code]?.fields ?? [])];
}

/** Our own sentence: the service's text may quote the customer's data (contract 3). */
function say(status: number, code: string | null): string {
  const known = code === null ? undefined : CREATE_CODES[code];
  const what = code === null ? `HTTP ${status}` : `HTTP ${status}, code ${code}`;
  if (status < 400) return `Partner Center gave an answer that is not expected here (${what}).`;
  if (status >= 500) return `Partner Center failed (${what}).`;
  return known?.sentence ?? `Partner Center refused the request (${what}).`;
}
