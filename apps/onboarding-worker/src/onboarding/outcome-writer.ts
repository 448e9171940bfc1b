import {
  type ClaimedOnboarding,
  type Database,
  type Failure,
  type LateAnswer,
  type Publisher,
  acceptLateAnswer,
  isTransient,
  unresolved,
  uselessCorrection,
} from '#ledger';
import type { Logger, Metrics } from '#observability';
import type { Lease } from '../lease/lease.js';
import { failureOf } from './outcome.js';
import type { Recorder, Verdict } from './recorder.js';

const LATE_RETRY_MS = 1_000;
const OF_ANOTHER =
  'The tenant that was found or answered belongs to another correlation id: a tenant may exist under the domain. A person must look.';
const UNFITTING = 'ALARM: a late 201 does not fit the onboarding: a second tenant may exist';
const CONTRADICTING = 'ALARM: a late 201 contradicts its request: a tenant may exist that nobody knows of';
const UNWRITABLE =
  'The outcome holds a value that cannot be stored: a tenant may exist under the domain. A person must look.';

/**
 * Brings an outcome into the ledger, whatever it meets there (P1, P2), and tells it in one line: recorded; its tenant
 * belongs to somebody else, or a value cannot be stored: a person must look; the claim was taken over: only a 201 matters.
 */
export class OutcomeWriter {
  constructor(
    private readonly parts: {
      db: Database;
      lease: Lease;
      recorder: Recorder;
      metrics: Metrics;
      log: Logger;
      publisher: Publisher;
    },
  ) {}

  async write(onboarding: ClaimedOnboarding, verdict: Verdict): Promise<void> {
    const { recorder, log } = this.parts;
    const result = await recorder.record(verdict);
    switch (result.kind) {
      case 'recorded':
        return this.tell(onboarding, verdict);
      case 'tenant-conflict':
        return this.writeInstead(onboarding, verdict, OF_ANOTHER);
      case 'unwritable':
        log.error({ err: result.error, correlationId: onboarding.correlationId }, 'an outcome cannot be stored');
        // A second time nothing is left to try: the claim is given up as forgotten, and the same request is repeated.
        if (verdict.transition.refusal?.message === UNWRITABLE) return;
        return this.writeInstead(onboarding, verdict, UNWRITABLE);
      case 'claim-lost':
        return this.writeLate(onboarding, verdict);
    }
  }

  /** The outcome itself must never be published. */
  private async writeInstead(onboarding: ClaimedOnboarding, verdict: Verdict, message: string): Promise<void> {
    const { wasAttempt, definite } = verdict.transition;
    const failure: Failure = {
      ...failureOf(onboarding, { code: null, httpStatus: 201, message }),
      code: 'OUTCOME_UNRESOLVED',
      httpStatus: null,
    };
    const attemptsTotal = onboarding.attemptsTotal + (definite ? 1 : 0);
    const parked = unresolved(onboarding, failure, { ...this.context(), attemptsTotal });
    const transition = { ...parked, windowBegins: wasAttempt, wasAttempt, definite };
    await this.write(onboarding, { ...verdict, transition });
  }

  /** The claim was taken over while the call was under way, or it was recorded and the acknowledgement was lost. */
  private async writeLate(onboarding: ClaimedOnboarding, verdict: Verdict): Promise<void> {
    const { log, db } = this.parts;
    const fields = { correlationId: onboarding.correlationId };
    if (!verdict.transition.created && !isContradiction(verdict)) {
      log.warn(fields, 'an answer came after the claim was taken over; it is not needed');
      return;
    }
    const late = await untilTold(
      () =>
        acceptLateAnswer(db, verdict.transition, (correction) =>
          uselessCorrection({ ...onboarding, correction }, this.context()),
        ),
      log,
    );
    if (late === 'alarm') log.error(fields, verdict.transition.created ? UNFITTING : CONTRADICTING);
    else log.warn({ ...fields, result: late }, 'a late 201 was taken in after the claim was taken over');
    if (late === 'accepted') this.tell(onboarding, verdict);
  }

  private context(): { nowMs: number; publisher: Publisher } {
    return { nowMs: this.parts.lease.databaseNowMs(), publisher: this.parts.publisher };
  }

  /** One line an outcome. */
  private tell(onboarding: ClaimedOnboarding, { transition, msCv }: Verdict): void {
    const { log, metrics } = this.parts;
    const last = transition.history.at(-1);
    const fields = {
      correlationId: onboarding.correlationId,
      requestId: transition.refusal?.requestId ?? undefined,
      msCv: msCv ?? undefined,
      attempt: transition.attempts,
      topic: onboarding.record.topic,
      partition: onboarding.record.partition,
      offset: onboarding.record.offset.toString(),
      outcome: transition.state,
      code: transition.refusal?.code,
      httpStatus: last?.httpStatus ?? undefined,
      tenantId: transition.created?.tenantId,
    };
    if (transition.dueInMs !== null) {
      log.debug({ ...fields, what: last?.what, dueInMs: transition.dueInMs }, 'onboarding goes on');
      return;
    }
    metrics.outcomesTotal.inc({ outcome: transition.state, code: transition.refusal?.code ?? '' });
    log[transition.state === 'created' ? 'info' : 'warn'](fields, `onboarding ${transition.state}`);
  }
}

/** A 201 that names another domain or two tenants: parked for a person, by the answer to a create and not by a look. */
function isContradiction({ transition }: Verdict): boolean {
  return transition.state === 'unresolved' && transition.wasAttempt;
}

async function untilTold(write: () => Promise<LateAnswer>, log: Logger): Promise<LateAnswer> {
  for (;;) {
    try {
      return await write();
    } catch (error) {
      if (!isTransient(error)) {
        // It names a tenant of another onboarding, or holds what cannot be stored: no repetition mends that.
        log.error({ err: error }, 'a late 201 cannot be recorded');
        return 'alarm';
      }
      log.warn({ err: error }, 'a late 201 could not be recorded yet');
      await new Promise((resolve) => setTimeout(resolve, LATE_RETRY_MS));
    }
  }
}
