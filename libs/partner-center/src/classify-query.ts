import type { Failed, FailureReason, NotFound, QueryAnswer, UnclearReason } from './answers.js';
import { parseBody, type AnswerBody } from './answer-body.js';
import { CREATE_CODES } from './error-table.js';
import type { WireAnswer } from './exchange.js';
import { accountRefused, codeOf, faultOf, isAboutToken, NO_ANSWER, say, type Answered } from './refusals.js';
import { retryAfterMs } from './retry-after.js';

/** The service's way to say that there are no more pages (reference 5.4). */
export function isEndOfPaging(answer: WireAnswer): boolean {
  return answer.kind === 'answered' && answer.status === 400 && codeOf(answer) === '2000';
}

/** For read-only calls: `read` turns a whole 2xx into the value, or null if it cannot be understood. */
export function classifyQuery<T>(
  answer: WireAnswer,
  nowMs: number,
  read: (body: AnswerBody) => T | null,
): QueryAnswer<T> {
  if (answer.kind === 'not-sent') return answer;
  if (answer.kind === 'lost') return failed(answer.why, null, null, NO_ANSWER[answer.why]);
  const { status } = answer;
  if (status === 429) return { kind: 'throttled', retryAfterMs: retryAfterMs(answer.headers, nowMs) };
  const body = parseBody(answer.text);
  if (status >= 200 && status < 300) {
    const value = answer.damage === null ? read(body) : null;
    if (value !== null) return { kind: 'answered', value };
    return failed(damageOf(answer), status, null, 'Partner Center answered with a body that cannot be read.');
  }
  const { code } = faultOf(body);
  if (status === 401 || (status >= 400 && status < 500 && isAboutToken(code))) return accountRefused(answer, code);
  return refusal(status, code);
}

/** For reads of one thing: a 404 of the service is an answer of its own. */
export function classifyGet<T>(
  answer: WireAnswer,
  nowMs: number,
  read: (body: AnswerBody) => T | null,
): QueryAnswer<T> | NotFound {
  const found = classifyQuery(answer, nowMs, read);
  if (found.kind !== 'failed' || found.httpStatus !== 404) return found;
  return { kind: 'not-found', httpStatus: 404, code: found.code, message: found.message };
}

/** Of the codes, only those about the configuration mean the same for a read as for a create (reference 3.3). */
function refusal(status: number, code: string | null): Failed {
  const known = code === null ? undefined : CREATE_CODES[code];
  const isHeld = status === 403 || known?.class === 'held';
  return failed(reasonOf(status, isHeld), status, code, say(status, code, isHeld ? known : undefined));
}

function reasonOf(status: number, isHeld: boolean): FailureReason {
  if (status === 408) return 'timeout';
  if (status < 400 || status >= 600) return 'damaged-answer';
  if (status >= 500) return 'server-error';
  return isHeld ? 'held' : 'refused';
}

function damageOf({ damage }: Answered): UnclearReason {
  return damage === 'timeout' || damage === 'connection-lost' ? damage : 'damaged-answer';
}

function failed(why: FailureReason, httpStatus: number | null, code: string | null, message: string): Failed {
  return { kind: 'failed', why, httpStatus, code, message };
}
