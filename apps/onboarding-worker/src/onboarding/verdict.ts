import type { ClaimedOnboarding, Transition } from '#ledger';
import type { CreateAnswer } from '#partner-center';
import type { Gate } from '../lease/gate.js';
import type { Verdict } from './recorder.js';

/** What the answer to a create says of the service as a whole (contract 5), beside the transition. */
export function verdictOf(onboarding: ClaimedOnboarding, answer: CreateAnswer, transition: Transition): Verdict {
  const firstHeld =
    answer.kind === 'held' && onboarding.holds === 0
      ? { country: onboarding.country, partnerId: onboarding.associatedPartnerId }
      : null;
  return { transition, answer: meaningOf(answer), firstHeld };
}

function meaningOf(answer: CreateAnswer): Verdict['answer'] {
  switch (answer.kind) {
    case 'created':
      return 'accepted';
    case 'contradicted':
    case 'refused':
    case 'domain-taken':
    case 'refused-maybe-created':
      return 'definite';
    case 'unclear':
      return 'unclear';
    case 'not-sent':
      // A service that cannot be reached is as unclear as one that answers 5xx: it is probed, not hammered.
      return answer.why === 'gate-closed' ? 'silent' : 'unclear';
    case 'throttled':
    case 'token-failed':
    case 'account-refused':
    case 'held':
      return 'silent';
  }
}

/** Nothing is spent while an outage is on (P4). */
export function unlessOutage(counts: boolean, gate: Gate): boolean {
  return counts && !gate.isPaused('outage');
}
