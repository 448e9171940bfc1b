import type { CreateAnswer, Unclear, UnclearReason } from './answers.js';
import { parseBody } from './answer-body.js';
import { readCreatedCustomer } from './created-customer.js';
import type { CreateCustomerBody } from './customer-data.js';
import { CREATE_CODES } from './error-table.js';
import type { WireAnswer } from './exchange.js';
import type { Fault } from './fault.js';
import { accountRefused, codeOf, faultOf, NO_ANSWER, say, type Answered } from './refusals.js';
import { retryAfterMs } from './retry-after.js';

/**
 * Decides by status and code, never by message text (reference 3.2, 3.3), what the answer to a create call means. Pure.
 * Where the facts leave room the reading is chosen that cannot lose or double a tenant: what may have been executed is
 * `unclear`, and a "no" is definite only if its body arrived whole.
 */
export function classifyCreate(answer: WireAnswer, request: CreateCustomerBody, nowMs: number): CreateAnswer {
  if (answer.kind === 'not-sent') return answer;
  if (answer.kind === 'lost') return unclear(answer.why, null, NO_ANSWER[answer.why]);
  const { status } = answer;
  if (status === 429) return { kind: 'throttled', retryAfterMs: retryAfterMs(answer.headers, nowMs) };
  if (status >= 200 && status < 300) return classifyCreated(answer, request);
  if (status >= 400 && status < 500) return classifyClientError(answer, nowMs);
  const code = codeOf(answer);
  const why = status >= 500 && status < 600 ? 'server-error' : 'damaged-answer';
  return { ...unclear(why, status, say(status, code)), code, retryAfterMs: retryAfterMs(answer.headers, nowMs) };
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
  const message = say(httpStatus, code, known);
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

function unclear(why: UnclearReason, httpStatus: number | null, message: string): Unclear {
  return { kind: 'unclear', why, httpStatus, code: null, retryAfterMs: null, message };
}

function fieldsOf(fault: Fault): string[] {
  if (fault.fields.length > 0 || fault.code === null) return fault.fields;
  return [...(CREATE_CODES[fault.code]?.fields ?? [])];
}
