import { normaliseCorrelationId } from '#events';
import { writeAudit } from './audit.js';
import { type ClaimedOnboarding, type RecordSource, lockOnboarding } from './claims.js';
import { applyCorrection } from './corrections.js';
import { type Database, type Queryable, isTenantConflict } from './database.js';
import type { Failure, Publisher } from './events-of.js';
import type { OnboardingState } from './look-up.js';
import { created, promoted, rejected, uselessCorrection } from './outcomes.js';
import { type Transition, writeUnclaimed } from './transitions.js';
import { told } from './unchanged.js';

/**
 * A person settles what the workers could not (contract 8, `resolve`): one transaction with the row locked, written as any
 * outcome is, with the records that tell it and a line of the audit. Never while a worker has a claim: its call may be on
 * its way. An answer of a call that was given up meets the row as it is then, like every late answer.
 */

/** What the person found out. `tenantId`: a GUID. */
export type Finding = { kind: 'created'; tenantId: string } | { kind: 'not-created' };

export interface ResolveOrder {
  correlationId: string;
  finding: Finding;
  who: string;
  publisher: Publisher;
  /** The request, where the ledger has erased it: read from the dead letter that has its data. */
  record?: RecordSource;
}

export type Resolved =
  | { kind: 'resolved' }
  | { kind: 'unknown' }
  | { kind: 'refused'; why: string }
  /**
   * CustomerCreated repeats what the request said, and the ledger has erased it: give it as `record`. `digest` is that of the
   * data with which the call was made; another record of the correlation id may have other data.
   */
  | { kind: 'record-needed'; digest: Buffer };

export async function resolveOnboarding(db: Database, order: ResolveOrder): Promise<Resolved> {
  const id = normaliseCorrelationId(order.correlationId);
  try {
    return await db.transaction((tx) => resolve(tx, { ...order, correlationId: id }));
  } catch (error) {
    if (!isTenantConflict(error)) throw error;
    return { kind: 'refused', why: 'the tenant belongs to another onboarding' };
  }
}

async function resolve(tx: Queryable, order: ResolveOrder): Promise<Resolved> {
  const { correlationId, finding, who, publisher } = order;
  const locked = await lockOnboarding(tx, correlationId);
  if (locked === null) return { kind: 'unknown' };
  const why = refusalOf(locked);
  if (why !== null) return { kind: 'refused', why };
  const record = locked.record ?? order.record;
  if (!record && finding.kind === 'created') return { kind: 'record-needed', digest: locked.digest };
  const onboarding = { ...locked, state: locked.state === 'held' ? ('held' as const) : ('open' as const) };
  const claimed: ClaimedOnboarding = { ...onboarding, record: record ?? NO_RECORD };
  const settled = settledByHand(locked.state, claimed, finding, { nowMs: locked.nowMs, publisher });
  await writeUnclaimed(tx, settled);
  await applyCorrection(tx, settled);
  const detail = finding.kind === 'created' ? { tenantId: finding.tenantId } : {};
  await writeAudit(tx, { who, what: `resolved: ${finding.kind}`, subject: correlationId, detail });
  return { kind: 'resolved' };
}

/** Nothing of it is used where it stands: an onboarding that gets no second letter, or goes on with its correction. */
const NO_RECORD: RecordSource = {
  ...{
    topic: '',
    partition: 0,
    offset: 0n,
    timestampMs: 0,
    key: null,
    causationId: null,
    traceparent: null,
    data: '{}',
  },
};

/** Why a person may not settle it; null: they may. */
function refusalOf(onboarding: {
  state: OnboardingState;
  step: string;
  unsettled: boolean;
  isClaimed: boolean;
  tenantId: string | null;
}): string | null {
  const { state, tenantId } = onboarding;
  if (onboarding.isClaimed) return 'a call for it is under way; try again in a moment';
  if (state === 'created') return `it is created already, as tenant ${tenantId}`;
  if (state === 'rejected') return 'it has ended as rejected, and all its calls are settled';
  const isUnclear = onboarding.unsettled || onboarding.step === 'reconcile';
  return state !== 'open' || isUnclear ? null : 'none of its calls had an unclear end; it goes on by itself';
}

type Context = Parameters<typeof rejected>[2];

/** What the finding makes of an onboarding that may be settled by hand: pure. */
function settledByHand(
  state: OnboardingState,
  onboarding: ClaimedOnboarding,
  finding: Finding,
  context: Context,
): Transition {
  if (finding.kind === 'created') return madeBy(onboarding, finding.tenantId.toLowerCase(), context);
  // The data that wait may be tried now, under the next revision (contract 2).
  if (onboarding.correction) return { ...promoted(onboarding), state: 'open', history: [BY_HAND['not-created']] };
  const parked = rejected(onboarding, lastFailure(onboarding), context);
  const told = { ...parked, history: [BY_HAND['not-created']] };
  if (state !== 'unresolved') return told;
  // It has its letter, and CustomerRejected is published.
  return {
    ...told,
    refusal: onboarding.refusal,
    deadLetters: onboarding.deadLetters,
    failedAtMs: null,
    publish: [],
  };
}

const BY_HAND = {
  created: told('settled by hand: created'),
  'not-created': told('settled by hand: not created'),
};

function madeBy(onboarding: ClaimedOnboarding, tenantId: string, context: Context): Transition {
  const requested = JSON.parse(onboarding.record.data) as {
    billingProfile: { companyName: string };
    associatedPartnerId?: string;
  };
  const { associatedPartnerId } = requested;
  const transition = created(
    onboarding,
    {
      ...{ customerId: tenantId, tenantId, domain: onboarding.domain },
      companyName: requested.billingProfile.companyName,
      ...(associatedPartnerId !== undefined && { associatedPartnerId }),
    },
    { recovered: true, httpStatus: null },
    { ...context, credentials: { kind: 'unavailable' } },
  );
  const publish = onboarding.correction
    ? [...transition.publish, uselessCorrection(onboarding, context)]
    : transition.publish;
  return { ...transition, publish, history: [BY_HAND.created] };
}

function lastFailure({ refusal }: ClaimedOnboarding): Failure {
  const last = refusal ?? {
    code: 'OUTCOME_UNRESOLVED',
    httpStatus: null,
    message: 'none',
    fields: [],
    requestId: null,
  };
  const message = `Settled by hand: no tenant was made. Last trouble: ${last.message}`;
  return { ...last, code: last.code as Failure['code'], message };
}
