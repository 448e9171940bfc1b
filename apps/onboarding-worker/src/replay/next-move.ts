import type { PlanInTurn, PlanProgress } from '#ledger';

/**
 * What a turn of a running plan does next (P7): pure. A step of the ramp is sent, then waited for until every letter that was
 * sent has its outcome or is held; the next step begins only if not too many were dead-lettered again.
 *
 *   ramp 1,2,5: 1 letter → its outcome → 2 letters → their outcomes → 5 letters → their outcomes → 5 letters …
 */

export type Move =
  /** Send so many letters now, of the step that `progress` tells. */
  | { kind: 'send'; letters: number; progress: PlanProgress }
  | { kind: 'wait'; progress: PlanProgress }
  /** The plan stops by itself. */
  | { kind: 'stop'; reason: string }
  | { kind: 'done' };

/** After so long a pause of Partner Center an operator has to look. */
const API_PAUSE_MAX_MS = 60_000;
/** Bounds a transaction; the next turn goes on. */
const LETTERS_A_TURN_MAX = 500;
/**
 * Time that was not used for sending counts for the rate no longer than this and the interval of one letter: more than lies
 * between two turns, so that they keep up with the rate, and too little for a burst.
 */
const RATE_CREDIT_MS = 250;

export function nextMove(plan: PlanInTurn): Move {
  const progress = progressOf(plan);
  if (!plan.hasWaiting) return plan.open === 0 ? { kind: 'done' } : { kind: 'wait', progress };
  if (plan.foreignTopic !== null) return { kind: 'stop', reason: nobodyReads(plan.foreignTopic) };
  if (plan.pauseReason !== null) return duringPause(plan, plan.pauseReason);
  if (plan.stepLeft > 0) return send(plan, progress);
  if (plan.open > plan.held) return { kind: 'wait', progress };
  if (hasFailedTooOften(plan)) return { kind: 'stop', reason: shareOf(plan) };
  const size = plan.ramp[Math.min(plan.step, plan.ramp.length - 1)] ?? 1;
  return send(plan, { ...progress, step: plan.step + 1, stepLeft: size });
}

/** How the plan stands after `sent` letters of the move were put into the outbox. */
export function afterSending(plan: PlanInTurn, progress: PlanProgress, sent: number): PlanProgress {
  return {
    ...progress,
    stepLeft: progress.stepLeft - sent,
    sent: progress.sent + sent,
    lastSentAtMs: plan.rate === null ? plan.nowMs : creditFrom(plan, plan.rate) + (sent * 1_000) / plan.rate,
  };
}

/** As the plan stands, but for a pause of Partner Center: that is over, wherever this is what goes on. */
function progressOf({ step, stepLeft, lastSentAtMs, sent }: PlanInTurn): PlanProgress {
  return { step, stepLeft, lastSentAtMs, sent, apiPausedSinceMs: null };
}

function duringPause(plan: PlanInTurn, reason: string): Move {
  const apiPausedSinceMs = plan.apiPausedSinceMs ?? plan.nowMs;
  if (plan.nowMs - apiPausedSinceMs < API_PAUSE_MAX_MS) {
    return { kind: 'wait', progress: { ...progressOf(plan), apiPausedSinceMs } };
  }
  return { kind: 'stop', reason: `Partner Center was paused for ${API_PAUSE_MAX_MS / 1_000} s: ${reason}` };
}

function send(plan: PlanInTurn, progress: PlanProgress): Move {
  const letters = Math.min(progress.stepLeft, LETTERS_A_TURN_MAX, dueByRate(plan));
  return letters > 0 ? { kind: 'send', letters, progress } : { kind: 'wait', progress: progressOf(plan) };
}

function dueByRate(plan: PlanInTurn): number {
  if (plan.rate === null) return Number.POSITIVE_INFINITY;
  return Math.floor(((plan.nowMs - creditFrom(plan, plan.rate) + ROUNDING_MS) * plan.rate) / 1_000);
}

/** Above what epoch times lose as numbers and in the ledger: a letter that is due is not put off for ever. */
const ROUNDING_MS = 0.01;

/** The moment from which letters fall due one after the other, the first a whole interval later. */
function creditFrom({ nowMs, lastSentAtMs }: PlanInTurn, rate: number): number {
  const intervalMs = 1_000 / rate;
  return Math.max(lastSentAtMs ?? nowMs - intervalMs, nowMs - intervalMs - RATE_CREDIT_MS);
}

function nobodyReads(topic: string): string {
  return `its letters go to the topic ${topic}, which the workers do not read`;
}

function hasFailedTooOften({ sent, failed, stopAt }: PlanInTurn): boolean {
  return stopAt < 1 && failed > 0 && failed / sent >= stopAt;
}

function shareOf({ sent, failed, stopAt }: PlanInTurn): string {
  const percent = (share: number): string => `${Math.round(share * 1_000) / 10} %`;
  return `${failed} of ${sent} letters were dead-lettered again (${percent(failed / sent)}; it stops at ${percent(stopAt)})`;
}
