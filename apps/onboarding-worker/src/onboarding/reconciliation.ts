import type { CustomerSummary } from '#partner-center';
import {
  type ClaimedOnboarding,
  type Failure,
  type Transition,
  createAgain,
  created,
  promoted,
  rejected,
  told,
  unchanged,
  unresolved,
  uselessCorrection,
} from '#ledger';
import { backoffMs } from './backoff.js';
import { type OutcomeContext, failureOf } from './outcome.js';

/**
 * What a look at our customer list, the activity log and the domain makes of an onboarding whose calls had an unclear end
 * or met a taken domain: pure (P2; contract 2; docs/architecture.md, "Life of an onboarding"). Adopts only with evidence; an absence counts only from queries
 * that began after the window; nothing is ever tried under another domain.
 */

/** What was found. `domainExists` is asked only where it decides. */
export interface Findings {
  customer: CustomerSummary | null;
  /** The activity log says that our correlation id made exactly this customer. */
  isOurs: boolean;
  domainExists: boolean | null;
  /** The queries began after the reconciliation window had passed. */
  afterWindow: boolean;
  /** Milliseconds until the window has passed. */
  windowLeftMs: number;
}

export type ReconciliationContext = Omit<OutcomeContext, 'counts' | 'wasBrokenOff'>;

/** True when the findings must tell whether the domain exists at all. */
export function needsDomainCheck(onboarding: ClaimedOnboarding, findings: Findings): boolean {
  return (
    onboarding.cause === 'domain-taken' && onboarding.unsettled && findings.customer === null && findings.afterWindow
  );
}

export function decideReconciliation(
  onboarding: ClaimedOnboarding,
  findings: Findings,
  context: ReconciliationContext,
): Transition {
  const { customer } = findings;
  if (customer && findings.isOurs) return adopted(onboarding, customer, context);
  if (onboarding.cause === 'domain-taken' && !onboarding.unsettled) {
    return rejected(onboarding, standingRefusal(onboarding), context);
  }
  if (!findings.afterWindow) return lookAgain(onboarding, findings, context);
  if (customer) return unresolved(onboarding, foreignOrOurs(onboarding), context);
  return absent(onboarding, findings, context);
}

/** The call certainly made nothing: no trace of the tenant after the window. */
function absent(onboarding: ClaimedOnboarding, findings: Findings, context: ReconciliationContext): Transition {
  switch (onboarding.cause) {
    case 'domain-taken':
      if (findings.domainExists) return rejected(onboarding, standingRefusal(onboarding), context);
      if (onboarding.attempts >= context.attemptsMax) return rejected(onboarding, exhausted(onboarding), context);
      return createAgain(onboarding, 'domain free again');
    case 'refused':
      return rejected(onboarding, standingRefusal(onboarding), context);
    case 'exhausted':
      return rejected(onboarding, exhausted(onboarding), context);
    case 'correction':
      return promoted(onboarding);
    case 'tried-anew':
    case null:
      return createAgain(onboarding, 'settled: not created');
  }
}

function adopted(onboarding: ClaimedOnboarding, customer: CustomerSummary, context: ReconciliationContext): Transition {
  const { companyName, relationshipToPartner, ...ids } = customer;
  const requested = JSON.parse(onboarding.record.data) as { billingProfile: { companyName: string } };
  const transition = created(
    onboarding,
    {
      ...ids,
      companyName: companyName ?? requested.billingProfile.companyName,
      ...(relationshipToPartner === null ? {} : { relationshipToPartner }),
    },
    { recovered: true, httpStatus: null },
    context,
  );
  if (!onboarding.correction) return transition;
  return { ...transition, publish: [...transition.publish, uselessCorrection(onboarding, context)] };
}

const LOOK_AGAIN_MAX_MS = 30_000;

/** The window has not passed: the tenant may still become visible. Looks again by backoff, and at the window's end. */
function lookAgain(onboarding: ClaimedOnboarding, findings: Findings, context: ReconciliationContext): Transition {
  const settings = { ...context.backoff, maxMs: Math.max(context.backoff.minMs, LOOK_AGAIN_MAX_MS) };
  return {
    ...unchanged(onboarding),
    dueInMs: Math.min(findings.windowLeftMs, backoffMs(onboarding.tries, settings, context.random)),
    waitingFor: 'window',
    tries: onboarding.tries + 1,
    history: onboarding.tries === 0 ? [told('waits until a new tenant would be visible')] : [],
  };
}

function standingRefusal(onboarding: ClaimedOnboarding): Failure {
  const { refusal } = onboarding;
  if (!refusal) return { ...failureOf(onboarding, { code: null, httpStatus: 409, message: 'the domain is taken' }) };
  return { ...refusal, code: refusal.code as Failure['code'] };
}

function exhausted(onboarding: ClaimedOnboarding): Failure {
  const last = onboarding.refusal;
  return {
    code: 'ATTEMPTS_EXHAUSTED',
    message: `${onboarding.attempts} create calls had an unclear outcome while the service worked for others; no tenant was found afterwards. Last: ${last?.message ?? 'unknown'}`,
    fields: [],
    httpStatus: last?.httpStatus ?? null,
    requestId: last?.requestId ?? null,
  };
}

function foreignOrOurs(onboarding: ClaimedOnboarding): Failure {
  return {
    code: 'OUTCOME_UNRESOLVED',
    message: `A customer with the domain ${onboarding.domain} is in our list, but the activity log does not show that this request made it: a tenant may exist under the domain. A person must look.`,
    fields: ['companyProfile.domain'],
    httpStatus: onboarding.refusal?.httpStatus ?? null,
    requestId: onboarding.refusal?.requestId ?? null,
  };
}
