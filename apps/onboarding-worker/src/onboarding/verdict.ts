import type { ClaimedOnboarding, Transition } from '#ledger';
import type { Gate } from '../lease/gate.js';
import type { CreateResult } from './create-step.js';
import type { Verdict } from './recorder.js';

/** What the answer to a create says of the service as a whole (contract 5), beside the transition. */
export function verdictOf(onboarding: ClaimedOnboarding, result: CreateResult, transition: Transition): Verdict {
  const { answer } = result;
  const firstHeld =
    answer.kind === 'held' && onboarding.holds === 0
      ? { country: onboarding.country, partnerId: onboarding.associatedPartnerId }
      : null;
  const isTrouble = isUnclear(answer) && !result.wasBrokenOff;
  return { transition, unclearSinceMs: isTrouble ? result.beganMs : null, firstHeld, msCv: result.msCv };
}

/** A service that cannot be reached is as unclear as one that answers 5xx: it is probed, not hammered. */
function isUnclear(answer: CreateResult['answer']): boolean {
  return answer.kind === 'unclear' || (answer.kind === 'not-sent' && answer.why !== 'gate-closed');
}

/** Nothing is spent while an outage is on (P4). */
export function unlessOutage(counts: boolean, gate: Gate): boolean {
  return counts && !gate.isPaused('outage');
}
