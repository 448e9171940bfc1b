import { type ErrorCode, partnerCenterCode, partnerCenterHttpCode, createRequestId } from '#events';
import {
  type ClaimedOnboarding,
  type Credentials,
  type Failure,
  type Publisher,
  type Transition,
  created,
  rejected,
  told,
  unchanged,
  unresolved,
} from '#ledger';
import type { CreateAnswer } from '#partner-center';
import { type BackoffSettings, backoffMs, holdMs, retryAfterOf5xx } from './backoff.js';
import type { RuleBroken } from './rule-broken.js';

/**
 * What an answer to a create call makes of an onboarding: pure (P2, P4; contract 2 and 5). Four kinds of answers: done,
 * this event is wrong, the world is wrong (nothing is spent), unclear (same request id again, then reconcile).
 * The caller records the transition; a crash before that leaves a claim without an answer, which counts as unclear.
 */

export interface OutcomeContext {
  nowMs: number;
  random: number;
  backoff: BackoffSettings;
  probeIntervalMs: number;
  attemptsMax: number;
  publisher: Publisher;
  /** An unclear answer spends an attempt only when the service was evidently working (contract 5). */
  counts: boolean;
  /** The call was ended by this worker's own shutdown: the next worker repeats it at once. */
  wasBrokenOff: boolean;
  credentials: Credentials;
}

export function decideOutcome(
  onboarding: ClaimedOnboarding,
  answer: CreateAnswer | RuleBroken,
  context: OutcomeContext,
): Transition {
  const base = unchanged(onboarding);
  switch (answer.kind) {
    case 'created':
      return created(onboarding, answer.customer, { recovered: false, httpStatus: answer.httpStatus }, context);
    case 'contradicted':
      return {
        ...unresolved(onboarding, contradictionOf(onboarding, answer), {
          ...context,
          attemptsTotal: onboarding.attemptsTotal + 1,
        }),
        windowBegins: true,
        wasAttempt: true,
        definite: true,
      };
    case 'rule-broken':
      return rejected(onboarding, violationOf(answer), context);
    case 'refused':
      return refused(onboarding, failureOf(onboarding, answer), context);
    case 'domain-taken':
      return domainTaken(onboarding, answer);
    case 'refused-maybe-created':
      return {
        ...reconcile(onboarding, 'refused', failureOf(onboarding, answer)),
        unsettled: true,
      };
    case 'unclear':
      return unclear(onboarding, answer, context);
    case 'throttled':
      return { ...base, dueInMs: 0, history: [told('throttled', 429)] };
    case 'not-sent':
      return notSent(onboarding, answer, context);
    case 'token-failed':
      return { ...base, dueInMs: 0, waitingFor: 'world', history: [told('no token')] };
    case 'account-refused':
      return {
        ...base,
        dueInMs: 0,
        waitingFor: 'world',
        history: [told('account refused', answer.httpStatus, failureOf(onboarding, answer).code)],
      };
    case 'held':
      return {
        ...base,
        state: 'held',
        dueInMs: holdMs(onboarding.holds, context.probeIntervalMs),
        waitingFor: 'hold',
        holds: onboarding.holds + 1,
        refusal: failureOf(onboarding, answer),
        history: [told('held', answer.httpStatus, failureOf(onboarding, answer).code)],
      };
  }
}

function domainTaken(
  onboarding: ClaimedOnboarding,
  answer: Extract<CreateAnswer, { kind: 'domain-taken' }>,
): Transition {
  const failure = failureOf(onboarding, { ...answer, fields: ['companyProfile.domain'] });
  return reconcile(onboarding, 'domain-taken', failure);
}

export function failureOf(
  onboarding: ClaimedOnboarding,
  answer: { code: string | null; httpStatus: number; message: string; fields?: string[] },
): Failure {
  return {
    code: answer.code === null ? partnerCenterHttpCode(answer.httpStatus) : partnerCenterCode(answer.code),
    message: answer.message,
    fields: answer.fields ?? [],
    httpStatus: answer.httpStatus,
    requestId: createRequestId(onboarding.correlationId, onboarding.revision),
  };
}

function violationOf({ violation: { field, message } }: RuleBroken): Failure {
  const told = { message: `${field} ${message}`, fields: [field] };
  return { ...told, code: 'RULE_VIOLATION', httpStatus: null, requestId: null };
}

function contradictionOf(
  onboarding: ClaimedOnboarding,
  answer: Extract<CreateAnswer, { kind: 'contradicted' }>,
): Failure {
  const message = `The service answered with a customer that contradicts the request; a tenant may exist under the domain. ${answer.message}`;
  return { ...failureOf(onboarding, { ...answer, code: null, message }), code: 'OUTCOME_UNRESOLVED' };
}

function refused(onboarding: ClaimedOnboarding, failure: Failure, context: OutcomeContext): Transition {
  // An earlier call may have made the tenant that this refusal knows nothing of.
  if (onboarding.unsettled) return reconcile(onboarding, 'refused', failure);
  const attemptsTotal = onboarding.attemptsTotal + 1;
  return { ...rejected(onboarding, failure, { ...context, attemptsTotal }), wasAttempt: true, definite: true };
}

function reconcile(onboarding: ClaimedOnboarding, cause: 'refused' | 'domain-taken', failure: Failure): Transition {
  return {
    ...unchanged(onboarding),
    state: 'open',
    waitingFor: 'turn',
    step: 'reconcile',
    cause,
    refusal: failure,
    tries: 0,
    // The window counts from the end of the last create call, whatever it was answered (contract 6).
    windowBegins: true,
    attempts: onboarding.attempts + 1,
    attemptsTotal: onboarding.attemptsTotal + 1,
    wasAttempt: true,
    definite: true,
    history: [
      told(cause === 'refused' ? 'refused, to be reconciled' : 'domain taken', failure.httpStatus, failure.code),
    ],
  };
}

function unclear(
  onboarding: ClaimedOnboarding,
  answer: Extract<CreateAnswer, { kind: 'unclear' }>,
  context: OutcomeContext,
): Transition {
  const attempts = onboarding.attempts + (context.counts ? 1 : 0);
  const isExhausted = attempts >= context.attemptsMax;
  const backoff = backoffMs(onboarding.tries, context.backoff, context.random);
  const delayMs = context.wasBrokenOff ? 0 : Math.max(backoff, retryAfterOf5xx(answer.retryAfterMs));
  const code = unclearCode(answer);
  return {
    ...unchanged(onboarding),
    state: 'open',
    step: isExhausted ? 'reconcile' : 'create',
    cause: isExhausted ? 'exhausted' : null,
    dueInMs: isExhausted ? 0 : delayMs,
    waitingFor: isExhausted ? 'turn' : 'backoff',
    unsettled: true,
    windowBegins: true,
    wasAttempt: true,
    attempts,
    attemptsTotal: onboarding.attemptsTotal + (context.counts ? 1 : 0),
    tries: isExhausted ? 0 : onboarding.tries + 1,
    refusal: {
      code: code ?? 'OUTCOME_UNRESOLVED',
      httpStatus: answer.httpStatus,
      message: answer.message,
      fields: [],
      requestId: createRequestId(onboarding.correlationId, onboarding.revision),
    },
    history: [{ ...told(`unclear: ${answer.why}`, answer.httpStatus, code), counted: context.counts }],
  };
}

function unclearCode(answer: { code: string | null; httpStatus: number | null }): ErrorCode | null {
  if (answer.code !== null) return partnerCenterCode(answer.code);
  return answer.httpStatus === null ? null : partnerCenterHttpCode(answer.httpStatus);
}

function notSent(
  onboarding: ClaimedOnboarding,
  answer: Extract<CreateAnswer, { kind: 'not-sent' }>,
  context: OutcomeContext,
): Transition {
  if (answer.why === 'gate-closed') return unchanged(onboarding);
  return {
    ...unchanged(onboarding),
    dueInMs: backoffMs(onboarding.tries, context.backoff, context.random),
    waitingFor: 'world',
    tries: onboarding.tries + 1,
    history: [told(`not sent: ${answer.why}`)],
  };
}
