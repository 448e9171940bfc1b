import { type CustomerData, requestKeys } from '#events';
import type { ClaimedOnboarding } from './claims.js';
import { type Failure, type Publisher, createdEvent, deadLetterEvent, rejectedEvent } from './events-of.js';
import type { EventToPublish, Transition } from './transitions.js';
import { told, unchanged } from './unchanged.js';

/** The transitions that end an onboarding, or settle its calls: pure, for workers and for what a person decides. */

export interface OutcomeTime {
  nowMs: number;
  publisher: Publisher;
}

/** Sealed credentials of a created customer, or why there are none. */
export type Credentials =
  { kind: 'sealed'; jwe: string; inEvent: boolean } | { kind: 'unavailable' } | { kind: 'discarded' };

/** A tenant as the service described it, or as a person named it. */
export interface Tenant {
  customerId: string;
  tenantId: string;
  commerceId?: string;
  domain: string;
  companyName: string;
  relationshipToPartner?: string;
  associatedPartnerId?: string;
  userName?: string;
}

/** A tenant is there: from the answer itself, or found again and adopted. */
export function created(
  onboarding: ClaimedOnboarding,
  customer: Tenant,
  how: { recovered: boolean; httpStatus: number | null },
  context: OutcomeTime & { credentials: Credentials },
): Transition {
  const { credentials } = context;
  const inEvent = credentials.kind === 'sealed' && credentials.inEvent ? credentials.jwe : undefined;
  const event = createdEvent(
    onboarding,
    {
      customerId: customer.customerId,
      tenantId: customer.tenantId,
      commerceId: customer.commerceId,
      domain: customer.domain,
      companyName: customer.companyName,
      relationshipToPartner: customer.relationshipToPartner,
      associatedPartnerId: customer.associatedPartnerId,
      userName: customer.userName,
      createdAt: new Date(context.nowMs),
      recovered: how.recovered,
      credentials: credentials.kind,
      sealedCredentials: inEvent,
    },
    context.publisher,
  );
  return {
    ...unchanged(onboarding),
    state: 'created',
    cause: null,
    dueInMs: null,
    waitingFor: null,
    unsettled: false,
    wasAttempt: !how.recovered,
    definite: !how.recovered,
    refusal: null,
    correction: onboarding.correction ? 'drop' : 'keep',
    created: {
      tenantId: customer.tenantId,
      announcement: event.value ?? '',
      announcementHeaders: JSON.stringify(event.headers),
      sealedCredentials: credentials.kind === 'sealed' ? credentials.jwe : null,
    },
    publish: [event],
    history: [told(how.recovered ? 'adopted' : 'created', how.httpStatus)],
  };
}

/** Final: dead letter and CustomerRejected. Certainly no tenant was made: every call is settled. */
export function rejected(
  onboarding: ClaimedOnboarding,
  failure: Failure,
  context: OutcomeTime & { slot?: 0 | 1; attemptsTotal?: number },
): Transition {
  const failedAtMs = Math.floor(context.nowMs);
  const slot = context.slot ?? 0;
  const attemptsTotal = context.attemptsTotal ?? onboarding.attemptsTotal;
  const n = onboarding.deadLetters + 1;
  const { publisher } = context;
  return {
    ...unchanged(onboarding),
    state: 'rejected',
    cause: null,
    dueInMs: null,
    waitingFor: null,
    unsettled: false,
    attemptsTotal,
    deadLetters: n,
    failedAtMs,
    refusal: failure,
    correction: onboarding.correction ? 'drop' : 'keep',
    publish: [
      deadLetterEvent(onboarding, failure, { slot, failedAtMs, attemptsTotal, publisher }),
      rejectedEvent(onboarding, failure, { slot, failedAtMs, n, publisher }),
    ],
    history: [told('rejected', failure.httpStatus, failure.code)],
  };
}

/** Parked for a person: what the calls did could not be settled. */
export function unresolved(
  onboarding: ClaimedOnboarding,
  failure: Failure,
  context: OutcomeTime & { attemptsTotal?: number },
): Transition {
  const slot = onboarding.correction ? 1 : 0;
  const parked = rejected(onboarding, failure, { ...context, slot });
  const history = [told('unresolved', failure.httpStatus, failure.code)];
  return { ...parked, state: 'unresolved', unsettled: true, history };
}

/** The dead letter of a correction whose old call did make the tenant. */
export function uselessCorrection(onboarding: ClaimedOnboarding, context: OutcomeTime): EventToPublish {
  const failure: Failure = {
    code: 'CORRELATION_ID_REUSED',
    message:
      'the earlier data of this correlation id turned out to have made the tenant; the correction cannot be used',
    fields: [],
    httpStatus: null,
    requestId: null,
  };
  return deadLetterEvent(onboarding, failure, {
    slot: 1,
    failedAtMs: Math.floor(context.nowMs),
    attemptsTotal: onboarding.attemptsTotal,
    publisher: context.publisher,
  });
}

/** Every call is settled and made nothing: the next create call may begin. */
export function createAgain(onboarding: ClaimedOnboarding, what: string): Transition {
  return {
    ...unchanged(onboarding),
    step: 'create',
    cause: null,
    unsettled: false,
    tries: 0,
    refusal: null,
    history: [told(what)],
  };
}

/** The waiting correction becomes the next revision, under the keys that intake would have given it. */
export function promoted(onboarding: ClaimedOnboarding): Transition {
  const { correlationId, correction } = onboarding;
  if (!correction) throw new Error(`the correction that onboarding ${correlationId} waits with is not there`);
  const promote = requestKeys(JSON.parse(correction.data) as CustomerData);
  return { ...createAgain(onboarding, 'old call settled, corrected'), correction: { promote } };
}
