import {
  type ClaimedOnboarding,
  type Database,
  acceptLateAnswer,
  claimOnboardings,
  handBack,
  takeProbe,
} from '#ledger';
import type { CreateAnswer, CreatedCustomer, PartnerCenterClient } from '#partner-center';
import type { Logger, Metrics } from '#observability';
import type { CredentialSealer } from '../credentials/credential-sealer.js';
import { callCreate } from './create-step.js';
import type { Gate } from '../lease/gate.js';
import type { Lease } from '../lease/lease.js';
import { type OutcomeContext, decideOutcome, failureOf, unresolved, unchanged, told } from './outcome.js';
import type { PauseKeeper } from './pause-keeper.js';
import { type UnansweredQuery, lookForTenant } from './reconcile-step.js';
import { decideReconciliation } from './reconciliation.js';
import type { Recorder, Verdict } from './recorder.js';
import { backoffMs } from './backoff.js';
import { Wake } from '../lease/wake.js';
import { unlessOutage, verdictOf } from './verdict.js';

export interface OnboardingSettings {
  concurrencyMax: number;
  attemptsMax: number;
  retryDelayMinMs: number;
  retryDelayMaxMs: number;
  probeIntervalMs: number;
  reconcileWindowMs: number;
  credentialsDelivery: 'event' | 'ledger' | 'discard';
  publisher: OutcomeContext['publisher'];
}

const POLL_MS = 250;

/**
 * Onboarding (P2, P4, P5): claims due onboardings ahead of need and works on many at once, whatever partition they came
 * from. Each claim does exactly one step, a create call or a look for the tenant, and its outcome is recorded before the
 * onboarding can be claimed again. A crash anywhere leaves claims without an answer; the next worker repeats the same
 * request.
 */
export class OnboardingService {
  private queue: ClaimedOnboarding[] = [];
  private readonly working = new Set<Promise<void>>();
  private callsUnderWay = 0;
  private isStopping = false;
  private loop: Promise<void> | null = null;
  private readonly wake = new Wake();
  private readonly abort = new AbortController();
  /** When the claiming loop last turned, monotonic: liveness. */
  lastTurnMs: number;
  hasBeenAnswered = false;

  constructor(
    private readonly parts: {
      db: Database;
      client: PartnerCenterClient;
      lease: Lease;
      gate: Gate;
      pauses: PauseKeeper;
      recorder: Recorder;
      sealer: CredentialSealer | null;
      metrics: Metrics;
      log: Logger;
      nowMs: () => number;
      settings: OnboardingSettings;
    },
  ) {
    this.lastTurnMs = parts.nowMs();
  }

  start(): void {
    this.loop = this.run();
  }

  /** Something may be due: new records, a freed slot, the end of a pause. */
  hurry(): void {
    this.wake.set();
  }

  /** Another worker took over: what was claimed and not begun is not ours any more. */
  forgetQueue(): void {
    this.queue = [];
  }

  /** Starts nothing more, lets calls end for `graceMs`, then breaks them off: their outcome is unclear and recorded so. */
  async drain(graceMs: number): Promise<void> {
    this.isStopping = true;
    this.wake.set();
    await this.loop;
    await this.handBackQueue();
    const timer = setTimeout(() => this.abort.abort(new Error('the worker is shutting down')), graceMs);
    await Promise.all(this.working);
    clearTimeout(timer);
  }

  private async run(): Promise<void> {
    while (!this.isStopping) {
      this.lastTurnMs = this.parts.nowMs();
      try {
        const worked = this.parts.gate.mayStart() ? await this.claimAndStart() : await this.pausedRound();
        if (!worked) await this.wake.wait(POLL_MS);
      } catch (error) {
        this.parts.log.warn({ err: error }, 'onboardings could not be claimed');
        await this.wake.wait(POLL_MS);
      }
    }
  }

  /** Claims ahead of need, so that a freed slot finds work without a round trip. */
  private async claimAndStart(): Promise<boolean> {
    const { concurrencyMax } = this.parts.settings;
    const ahead = Math.ceil(concurrencyMax / 2);
    this.startQueued();
    const wanted = concurrencyMax - this.callsUnderWay + ahead - this.queue.length;
    if (this.queue.length > ahead / 2 || wanted <= 0) return false;
    const claimed = await claimOnboardings(this.parts.db, {
      workerId: this.parts.lease.workerId,
      limit: wanted,
      probe: false,
    });
    this.queue.push(...claimed);
    this.startQueued();
    return claimed.length > 0;
  }

  private startQueued(): void {
    while (this.callsUnderWay < this.parts.settings.concurrencyMax && this.parts.gate.mayStart()) {
      const next = this.queue.shift();
      if (!next) return;
      this.startWork(next, null);
    }
  }

  private async pausedRound(): Promise<boolean> {
    await this.handBackQueue();
    const { gate, db, settings, lease } = this.parts;
    const kind = gate.probeDue();
    if (kind === null || !(await takeProbe(db, kind, settings.probeIntervalMs))) return false;
    if (kind === 'token') {
      await this.parts.pauses.probeToken();
      return true;
    }
    const [oldest] = await claimOnboardings(db, { workerId: lease.workerId, limit: 1, probe: true });
    if (oldest) this.startWork(oldest, kind);
    return true;
  }

  private async handBackQueue(): Promise<void> {
    const claims = this.queue;
    this.queue = [];
    await handBack(this.parts.db, this.parts.lease.workerId, claims);
  }

  private startWork(onboarding: ClaimedOnboarding, probeOf: 'outage' | 'configuration' | 'throttled' | null): void {
    this.callsUnderWay += 1;
    const work = this.work(onboarding, probeOf !== null)
      .catch((error: unknown) => {
        this.parts.log.error({ err: error, correlationId: onboarding.correlationId }, 'an onboarding step failed');
      })
      .finally(() => this.working.delete(work));
    this.working.add(work);
  }

  private async work(onboarding: ClaimedOnboarding, isProbe: boolean): Promise<void> {
    let verdict: Verdict;
    try {
      verdict =
        onboarding.step === 'create' ? await this.create(onboarding, isProbe) : await this.reconcile(onboarding);
    } finally {
      this.callsUnderWay -= 1;
      this.startQueued();
      if (this.queue.length < this.parts.settings.concurrencyMax / 4) this.wake.set();
    }
    await this.record(onboarding, verdict);
  }

  private async create(onboarding: ClaimedOnboarding, isProbe: boolean): Promise<Verdict> {
    const { gate } = this.parts;
    const mayStart = isProbe ? () => gate.mayProbe() : () => gate.mayStart();
    const { answer, counts } = await callCreate(this.parts, onboarding, {
      mayStart,
      signal: this.abort.signal,
      isProbe,
    });
    await this.parts.pauses.onAnswer(answer);
    this.hasBeenAnswered ||= answer.kind !== 'not-sent' && answer.kind !== 'token-failed';
    const context = {
      ...this.context(),
      counts: unlessOutage(counts, gate),
      credentials: await this.seal(onboarding, answer),
    };
    return verdictOf(onboarding, answer, decideOutcome(onboarding, answer, context));
  }

  private async reconcile(onboarding: ClaimedOnboarding): Promise<Verdict> {
    const { client, gate, nowMs, settings } = this.parts;
    const claimedMs = nowMs();
    const look = await lookForTenant(client, onboarding, {
      mayStart: () => gate.mayStart(),
      signal: this.abort.signal,
      windowMs: settings.reconcileWindowMs,
      sinceClaimMs: () => nowMs() - claimedMs,
    });
    if (look.kind === 'failed') return this.queryFailed(onboarding, look.answer);
    const credentials = this.missingCredentials();
    const transition = decideReconciliation(onboarding, look.findings, { ...this.context(), credentials });
    return { transition, answer: 'silent', firstHeld: null };
  }

  /** A query that fails is the world's fault: wait, spend nothing, park nothing. */
  private async queryFailed(onboarding: ClaimedOnboarding, answer: UnansweredQuery): Promise<Verdict> {
    await this.parts.pauses.onAnswer(answer);
    const { random, backoff } = this.context();
    const transition = {
      ...unchanged(onboarding),
      dueInMs: answer.kind === 'failed' ? backoffMs(onboarding.tries, backoff, random) : 0,
      waitingFor: 'world' as const,
      tries: onboarding.tries + 1,
      history: onboarding.tries === 0 ? [told('the search for the tenant was not answered')] : [],
    };
    return { transition, answer: 'silent', firstHeld: null };
  }

  private context(): Omit<OutcomeContext, 'counts' | 'credentials'> {
    const { settings, lease } = this.parts;
    return {
      nowMs: lease.databaseNowMs(),
      random: Math.random(),
      backoff: { minMs: settings.retryDelayMinMs, maxMs: settings.retryDelayMaxMs },
      probeIntervalMs: settings.probeIntervalMs,
      attemptsMax: settings.attemptsMax,
      publisher: settings.publisher,
    };
  }

  /** Seals the password at once: from here on only the recipient can read it (P8). */
  private async seal(onboarding: ClaimedOnboarding, answer: CreateAnswer): Promise<OutcomeContext['credentials']> {
    const { sealer, settings, log } = this.parts;
    const customer: CreatedCustomer | null = answer.kind === 'created' ? answer.customer : null;
    if (settings.credentialsDelivery === 'discard' || sealer === null) return { kind: 'discarded' };
    if (!customer?.userName || !customer.password) return { kind: 'unavailable' };
    try {
      const jwe = await sealer.seal(customer.userName, customer.password);
      return { kind: 'sealed', jwe, inEvent: settings.credentialsDelivery === 'event' };
    } catch (error) {
      log.error({ err: error, correlationId: onboarding.correlationId }, 'the credentials could not be sealed');
      return { kind: 'unavailable' };
    }
  }

  private missingCredentials(): OutcomeContext['credentials'] {
    return { kind: this.parts.settings.credentialsDelivery === 'discard' ? 'discarded' : 'unavailable' };
  }

  private async record(onboarding: ClaimedOnboarding, verdict: Verdict): Promise<void> {
    const { transition } = verdict;
    const result = await this.parts.recorder.record(verdict);
    switch (result.kind) {
      case 'recorded':
        this.tell(onboarding, verdict);
        if (transition.dueInMs === 0) this.wake.set();
        return;
      case 'tenant-conflict':
        return this.recordTenantConflict(onboarding, verdict);
      case 'claim-lost':
        return this.recordLate(onboarding, verdict);
    }
  }

  /** The answer names a tenant that belongs to another onboarding: never published, a person must look. */
  private async recordTenantConflict(onboarding: ClaimedOnboarding, verdict: Verdict): Promise<void> {
    const message = 'The tenant that was found or answered belongs to another correlation id. A person must look.';
    const failure = failureOf(onboarding, { code: null, httpStatus: 201, message });
    const transition = unresolved(onboarding, { ...failure, code: 'OUTCOME_UNRESOLVED' }, this.context());
    await this.record(onboarding, { ...verdict, transition });
  }

  /** The claim was taken over while the call was under way: only a 201 still matters. */
  private async recordLate(onboarding: ClaimedOnboarding, verdict: Verdict): Promise<void> {
    const { log, db } = this.parts;
    const fields = { correlationId: onboarding.correlationId };
    if (!verdict.transition.created) {
      log.warn(fields, 'an answer came after the claim was taken over; it is not needed');
      return;
    }
    const late = await retryingLate(() => acceptLateAnswer(db, verdict.transition), log);
    if (late === 'alarm') log.error(fields, 'ALARM: a late 201 does not fit the onboarding: a second tenant may exist');
    else log.warn({ ...fields, result: late }, 'a late 201 was taken in after the claim was taken over');
    if (late === 'accepted') this.tell(onboarding, verdict);
  }

  /** One line an outcome. */
  private tell(onboarding: ClaimedOnboarding, { transition }: Verdict): void {
    const { log, metrics } = this.parts;
    const last = transition.history.at(-1);
    const fields = {
      correlationId: onboarding.correlationId,
      requestId: transition.refusal?.requestId ?? undefined,
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

async function retryingLate<T>(write: () => Promise<T>, log: Logger): Promise<T> {
  for (;;) {
    try {
      return await write();
    } catch (error) {
      log.error({ err: error }, 'a late 201 could not be recorded yet');
      await new Promise((resolve) => setTimeout(resolve, 1_000));
    }
  }
}
