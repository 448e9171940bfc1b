import type { ClaimedOnboarding } from './claims.js';
import type { Transition } from './transitions.js';

/** The onboarding as it was claimed, handed back and due at once: every transition starts from it. A held one stays held. */
export function unchanged(onboarding: ClaimedOnboarding): Transition {
  return {
    correlationId: onboarding.correlationId,
    claim: onboarding.claim,
    revision: onboarding.revision,
    state: onboarding.state,
    step: onboarding.step,
    cause: onboarding.cause,
    dueInMs: 0,
    waitingFor: onboarding.state === 'held' ? 'hold' : 'turn',
    unsettled: onboarding.unsettled,
    windowBegins: false,
    wasAttempt: false,
    attempts: onboarding.attempts,
    attemptsTotal: onboarding.attemptsTotal,
    tries: onboarding.tries,
    holds: onboarding.holds,
    deadLetters: onboarding.deadLetters,
    failedAtMs: null,
    refusal: onboarding.refusal,
    created: null,
    correction: 'keep',
    definite: false,
    publish: [],
    history: [],
  };
}

/** One line of an onboarding's history. */
export function told(
  what: string,
  httpStatus: number | null = null,
  code: string | null = null,
): Transition['history'][number] {
  return { what, httpStatus, code, counted: false };
}
