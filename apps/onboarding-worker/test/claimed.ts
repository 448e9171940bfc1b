import type { ClaimedOnboarding, RecordSource, Transition } from '#ledger';
import type { CreateAnswer } from '#partner-center';
import { customerData } from '#testing';
import type { OutcomeContext } from '../src/onboarding/outcome.js';
import type { Findings } from '../src/onboarding/reconciliation.js';

export const TENANT = '11111111-1111-4111-8111-111111111111';
const DOMAIN = 'northbakery42.onmicrosoft.com';
export const NOW_MS = Date.UTC(2026, 0, 2, 3, 4, 5);

export function aRecord(with_: Partial<RecordSource> = {}): RecordSource {
  return {
    ...{ topic: 'requests', partition: 3, offset: 17n, timestampMs: NOW_MS - 60_000, key: Buffer.from('crm-key') },
    ...{ causationId: 'ce-1', traceparent: null },
    data: JSON.stringify(customerData('north', { domain: DOMAIN, customerReference: '001A' })),
    ...with_,
  };
}

/** Freshly claimed for its first create call. */
export function claimed(with_: Partial<ClaimedOnboarding> = {}): ClaimedOnboarding {
  return {
    ...{ correlationId: 'crm-42', claim: 7n, state: 'open', step: 'create', cause: null, revision: 1 },
    ...{ domain: DOMAIN, country: 'US', associatedPartnerId: null, unsettled: false, windowAgeMs: null },
    ...{ attempts: 0, attemptsTotal: 0, tries: 0, holds: 0, replays: 0, deadLetters: 0, firstFailedAtMs: null },
    ...{ refusal: null, record: aRecord(), correction: null },
    ...with_,
  };
}

export function context(with_: Partial<OutcomeContext> = {}): OutcomeContext {
  return {
    ...{ nowMs: NOW_MS, random: 0.5, backoff: { minMs: 1_000, maxMs: 300_000 }, probeIntervalMs: 5_000 },
    ...{ attemptsMax: 8, counts: false, wasBrokenOff: false, credentials: { kind: 'unavailable' } },
    publisher: { eventSource: '/test', groupId: 'group' },
    ...with_,
  };
}

export function findings(with_: Partial<Findings> = {}): Findings {
  return { customer: null, isOurs: false, domainExists: null, afterWindow: true, windowLeftMs: 0, ...with_ };
}

export const FOUND: NonNullable<Findings['customer']> = {
  ...{ customerId: TENANT, tenantId: TENANT, domain: DOMAIN, companyName: null, relationshipToPartner: 'reseller' },
};

const message = 'said the service';

/** One answer of every kind. */
export const ANSWERS = {
  created: {
    kind: 'created',
    httpStatus: 201,
    customer: { customerId: TENANT, tenantId: TENANT, domain: DOMAIN, companyName: 'North Bakery', password: 'P4ss' },
  },
  contradicted: { kind: 'contradicted', httpStatus: 201, tenantId: TENANT, message },
  refused: { kind: 'refused', httpStatus: 400, code: '2000', message, fields: ['billingProfile.email'] },
  'domain-taken': { kind: 'domain-taken', httpStatus: 409, code: '27100', message },
  'refused-maybe-created': { kind: 'refused-maybe-created', httpStatus: 400, code: '27002', message, fields: [] },
  unclear: { kind: 'unclear', why: 'timeout', httpStatus: null, code: null, retryAfterMs: null, message },
  throttled: { kind: 'throttled', retryAfterMs: null },
  'not-sent': { kind: 'not-sent', why: 'connection', message },
  'token-failed': { kind: 'token-failed', message, permanent: false, code: null },
  'account-refused': { kind: 'account-refused', httpStatus: 401, code: '900420', message },
  held: { kind: 'held', httpStatus: 403, code: null, message },
} as const satisfies { [K in CreateAnswer['kind']]: Extract<CreateAnswer, { kind: K }> };

/** The onboarding as the next worker claims it after this transition was recorded. */
export function claimedAgain(before: ClaimedOnboarding, to: Transition, windowAgeMs: number | null): ClaimedOnboarding {
  return {
    ...before,
    ...{ claim: before.claim + 1n, state: to.state as 'open' | 'held', step: to.step, cause: to.cause },
    ...{ unsettled: to.unsettled, windowAgeMs, attempts: to.attempts, attemptsTotal: to.attemptsTotal },
    ...{ tries: to.tries, holds: to.holds, deadLetters: to.deadLetters, refusal: to.refusal },
  };
}

export function headerOf(event: { headers: [string, string][] } | undefined, name: string): string | undefined {
  return event?.headers.find(([each]) => each === name)?.[1];
}
