import { type CustomerData, createRequestId, msCorrelationId } from '#events';
import { type ClaimedOnboarding, type Database, readEvidence } from '#ledger';
import {
  type CallOptions,
  type CreateAnswer,
  type PartnerCenterClient,
  type RuleViolation,
  toCreateBody,
} from '#partner-center';
import { randomUUID } from 'node:crypto';
import type { PauseKeeper } from './pause-keeper.js';
import type { Resellers } from './resellers.js';
import type { RuleBroken } from './rule-broken.js';

/** A create call, when it began, and whether an unclear answer to it spends an attempt. */
export interface CreateResult {
  answer: CreateAnswer | RuleBroken;
  counts: boolean;
  /** Monotonic. */
  beganMs: number;
  /** This worker ended the call itself because it is shutting down: that says nothing about the service. */
  wasBrokenOff: boolean;
  /** `MS-CV` of the answer, for a support case; null where none was given. */
  msCv: string | null;
}

export interface CreateOptions {
  mayStart: () => boolean;
  /** Of the create call itself. */
  mayBegin: () => boolean;
  signal: AbortSignal;
  /** A probe of a pause never spends an attempt (P4). */
  isProbe: boolean;
}

/** For the looks before the call together, and for the one after it. */
const LOOKS_MAX_MS = 10_000;

interface CreateParts {
  db: Database;
  client: PartnerCenterClient;
  pauses: PauseKeeper;
  resellers: Resellers;
  nowMs: () => number;
}

/**
 * The create call of one onboarding (P2): request id and body follow from what the ledger holds, so every repetition is the
 * same request. After an unclear answer it finds out whether the service was evidently working (contract 5): a definite
 * answer to somebody else's create since the last attempt, or, where nobody else waits otherwise, a read-only probe that
 * succeeded before and after the call.
 */
export async function callCreate(
  parts: CreateParts,
  onboarding: ClaimedOnboarding,
  options: CreateOptions,
): Promise<CreateResult> {
  const isRetry = onboarding.tries > 0 && !options.isProbe;
  // Most calls have nothing to look at before.
  const before = isRetry || onboarding.associatedPartnerId !== null ? bounded(options) : options;
  const violation = await brokenRule(parts, onboarding, before);
  if (violation !== null) {
    const answer = { kind: 'rule-broken' as const, violation };
    return { answer, beganMs: parts.nowMs(), wasBrokenOff: false, counts: false, msCv: null };
  }
  const ids = {
    requestId: createRequestId(onboarding.correlationId, onboarding.revision),
    correlationId: msCorrelationId(onboarding.correlationId),
  };
  const workedBefore = isRetry && (await worksEvidently(parts, onboarding, before)) === 'by-probe';
  const body = toCreateBody(JSON.parse(onboarding.record.data) as CustomerData);
  const beganMs = parts.nowMs();
  const answer = await parts.client.customers.create(body, { ...options, mayStart: options.mayBegin, ids });
  const wasBrokenOff = options.signal.aborted && answer.kind === 'unclear';
  const result = { answer, beganMs, wasBrokenOff, counts: false, msCv: answer.call.msCv };
  if (answer.kind !== 'unclear' || options.isProbe || wasBrokenOff) return result;
  const works = await worksEvidently(parts, onboarding, bounded(options), workedBefore);
  return { ...result, counts: works === 'by-answer' || (works === 'by-probe' && workedBefore) };
}

/** While an earlier call may have made the tenant, and for a probe, only the create call itself decides. */
async function brokenRule(
  { resellers }: CreateParts,
  onboarding: ClaimedOnboarding,
  options: CreateOptions,
): Promise<RuleViolation | null> {
  if (onboarding.associatedPartnerId === null || onboarding.unsettled || options.isProbe) return null;
  return resellers.faultOf(onboarding, readOptions(onboarding, options));
}

/** The create call must begin soon after its claim (see `BEGINS_WITHIN_MS`), and a slot must not be held for ever. */
function bounded(options: CreateOptions): CreateOptions {
  return { ...options, signal: AbortSignal.any([options.signal, AbortSignal.timeout(LOOKS_MAX_MS)]) };
}

async function worksEvidently(
  parts: CreateParts,
  onboarding: ClaimedOnboarding,
  options: CreateOptions,
  mayProbe = true,
): Promise<'by-answer' | 'by-probe' | 'no'> {
  const evidence = await readEvidence(parts.db, onboarding.correlationId).catch(() => null);
  if (evidence === null) return 'no';
  if (evidence.definiteForAnother) return 'by-answer';
  if (evidence.othersWaitOtherwise || !mayProbe) return 'no';
  const probe = await parts.client.customers.search(
    { domainPrefix: onboarding.domain },
    readOptions(onboarding, options),
  );
  await parts.pauses.onOptionalRead(probe);
  return probe.kind === 'answered' ? 'by-probe' : 'no';
}

/** Ids of a read-only call for this onboarding: a request id of its own, the onboarding's correlation id (contract 2). */
export function readOptions(
  onboarding: ClaimedOnboarding,
  options: { mayStart: () => boolean; signal: AbortSignal },
): Required<CallOptions> {
  return {
    ids: { requestId: randomUUID(), correlationId: msCorrelationId(onboarding.correlationId) },
    mayStart: options.mayStart,
    signal: options.signal,
  };
}
