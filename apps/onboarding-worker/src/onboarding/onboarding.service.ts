import { type ClaimedOnboarding, type Database, takeProbe, told, unchanged } from '#ledger';
import type { CreateAnswer, CreatedCustomer, PartnerCenterClient } from '#partner-center';
import type { Logger, Metrics } from '#observability';
import type { CredentialSealer } from '../credentials/credential-sealer.js';
import { ClaimQueue } from './claim-queue.js';
import { callCreate } from './create-step.js';
import type { RuleBroken } from './rule-broken.js';
import type { Gate } from '../lease/gate.js';
import type { Lease } from '../lease/lease.js';
import { type OutcomeContext, decideOutcome } from './outcome.js';
import { Slots } from './slots.js';
import type { PauseKeeper } from './pause-keeper.js';
import { type UnansweredQuery, lookForTenant } from './reconcile-step.js';
import { OutcomeWriter } from './outcome-writer.js';
import { decideReconciliation } from './reconciliation.js';
import type { Recorder, Verdict } from './recorder.js';
import { backoffMs } from './backoff.js';
import { Wake } from '../lease/wake.js';
import { Resellers } from './resellers.js';
import { unlessOutage, verdictOf } from './verdict.js';

export interface OnboardingSettings {
  concurrencyMax: number;
  attemptsMax: number;
  retryDelayMinMs: number;
  retryDelayMaxMs: number;
  probeIntervalMs: number;
  reconcileWindowMs: number;
  callTimeoutMs: number;
  credentialsDelivery: 'event' | 'ledger' | 'discard';
  publisher: OutcomeContext['publisher'];
}

const POLL_MS = 250;
const UNRECORDED_MAX = 1_000;

/**
 * Onboarding (P2, P4, P5): claims due onboardings ahead of need and works on many at once, whatever partition they came
 * from. Each claim does exactly one step, a create call or a look for the tenant, and its outcome is recorded before the
 * onboarding can be claimed again. A crash anywhere leaves claims without an answer; the next worker repeats the same
 * request.
 */
export class OnboardingService {
  private readonly queue: ClaimQueue;
  private readonly writer: OutcomeWriter;
  private readonly resellers: Resellers;
  private readonly working = new Set<Promise<void>>();
  private readonly stopping = new AbortController();
  private loop: Promise<void> | null = null;
  private readonly wake = new Wake();
  private readonly slots: Slots;
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
    const { db, lease, nowMs, settings } = parts;
    this.queue = new ClaimQueue({ db, lease, nowMs, callTimeoutMs: settings.callTimeoutMs });
    this.writer = new OutcomeWriter({ ...parts, publisher: settings.publisher });
    this.resellers = new Resellers(parts);
    this.lastTurnMs = nowMs();
    this.slots = new Slots(settings.concurrencyMax, nowMs);
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
    this.queue.forget();
  }

  /** Starts nothing more, lets calls end for `graceMs`, then breaks them off: their outcome is unclear and recorded so. */
  async drain(graceMs: number): Promise<void> {
    this.stopping.abort();
    this.wake.set();
    await this.loop;
    // Not told to the ledger, they go back when the worker retires.
    await this.queue
      .handBack()
      .catch((error: unknown) => this.parts.log.warn({ err: error }, 'claims not handed back yet'));
    const timer = setTimeout(() => this.abort.abort(new Error('the worker is shutting down')), graceMs);
    await Promise.all(this.working);
    clearTimeout(timer);
  }

  private async run(): Promise<void> {
    while (!this.stopping.signal.aborted) {
      this.lastTurnMs = this.parts.nowMs();
      try {
        await this.queue.returnOwed();
        const forgotten = await this.queue.freeForgotten();
        if (forgotten > 0) this.parts.log.warn({ count: forgotten }, 'claims that got lost on their way are given up');
        this.slots.pause(this.parts.gate.isThrottled || this.parts.gate.isPaused());
        this.parts.metrics.concurrencyLimit.set(this.slots.limitNow);
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
    this.startQueued();
    if (this.queue.isOverdue()) {
      await this.queue.handBack();
      return false;
    }
    const wanted = this.slots.wanted(this.queue.length);
    if (wanted === 0) return false;
    const claimed = await this.queue.claim(wanted);
    this.startQueued();
    return claimed > 0;
  }

  /** Answers that the ledger does not have yet live only here: with too many of them nothing more is called. */
  private hasRoom(): boolean {
    return this.slots.hasRoom() && this.working.size < this.parts.settings.concurrencyMax + UNRECORDED_MAX;
  }

  private startQueued(): void {
    while (this.hasRoom() && this.parts.gate.mayStart()) {
      const next = this.queue.next();
      if (!next) return;
      this.startWork(next, false);
    }
  }

  private async pausedRound(): Promise<boolean> {
    await this.queue.handBack();
    const { gate, db, settings } = this.parts;
    const kind = gate.probeDue();
    if (kind === null || !(await takeProbe(db, kind, settings.probeIntervalMs))) return false;
    if (kind === 'token') {
      await this.parts.pauses.probeToken(this.stopping.signal);
      return true;
    }
    const probe = await this.queue.claimProbe();
    if (probe) this.startWork(probe, true);
    else await this.parts.pauses.onNoProbe();
    return true;
  }

  private startWork(onboarding: ClaimedOnboarding, isProbe: boolean): void {
    this.slots.begin(onboarding);
    const work = this.work(onboarding, isProbe)
      .catch((error: unknown) => {
        this.parts.log.error({ err: error, correlationId: onboarding.correlationId }, 'an onboarding step failed');
      })
      .finally(() => {
        this.queue.ended(onboarding);
        this.working.delete(work);
      });
    this.working.add(work);
  }

  private async work(onboarding: ClaimedOnboarding, isProbe: boolean): Promise<void> {
    let verdict: Verdict;
    try {
      verdict =
        onboarding.step === 'create'
          ? await this.create(onboarding, isProbe)
          : await this.reconcile(onboarding, isProbe);
    } finally {
      this.slots.end(onboarding);
      this.startQueued();
      if (this.slots.wanted(this.queue.length) > 0) this.wake.set();
    }
    await this.writer.write(onboarding, verdict);
    if (verdict.transition.dueInMs === 0) this.wake.set();
  }

  private async create(onboarding: ClaimedOnboarding, isProbe: boolean): Promise<Verdict> {
    const mayStart = this.mayStart(isProbe);
    const mayBegin = (): boolean => mayStart() && this.queue.mayBegin(onboarding);
    const options = { mayStart, mayBegin, signal: this.abort.signal, isProbe };
    const result = await callCreate({ ...this.parts, resellers: this.resellers }, onboarding, options);
    const { answer } = result;
    if (!result.wasBrokenOff) this.slots.learn(onboarding, answer, result.beganMs);
    await this.parts.pauses.onAnswer(answer);
    this.hasBeenAnswered ||= 'httpStatus' in answer && answer.httpStatus !== null;
    const context = {
      ...this.context(),
      counts: unlessOutage(result.counts, this.parts.gate),
      wasBrokenOff: result.wasBrokenOff,
      credentials: await this.seal(onboarding, answer),
    };
    return verdictOf(onboarding, result, decideOutcome(onboarding, answer, context));
  }

  /** Asked right before the first byte: a claim that was taken over while its call waited for a token starts nothing. */
  private mayStart(isProbe: boolean): () => boolean {
    const { gate, lease } = this.parts;
    const claimedBy = lease.workerId;
    return () => lease.workerId === claimedBy && (isProbe ? gate.mayProbe() : gate.mayStart());
  }

  private async reconcile(onboarding: ClaimedOnboarding, isProbe: boolean): Promise<Verdict> {
    const { client, nowMs, pauses, settings } = this.parts;
    const claimedMs = nowMs();
    const look = await lookForTenant(client, onboarding, {
      mayStart: this.mayStart(isProbe),
      signal: this.abort.signal,
      windowMs: settings.reconcileWindowMs,
      sinceClaimMs: () => nowMs() - claimedMs,
    });
    if (look.kind === 'failed') return this.queryFailed(onboarding, look.answer);
    await pauses.onOtherAnswer();
    const credentials = this.missingCredentials();
    const transition = decideReconciliation(onboarding, look.findings, { ...this.context(), credentials });
    return { transition, unclearSinceMs: null, firstHeld: null };
  }

  /** A query that fails is the world's fault: wait, spend nothing, park nothing. */
  private async queryFailed(onboarding: ClaimedOnboarding, answer: UnansweredQuery): Promise<Verdict> {
    await this.parts.pauses.onAnswer(answer);
    const { random, backoff } = this.context();
    if (answer.kind === 'not-sent' && answer.why === 'gate-closed') {
      return { transition: unchanged(onboarding), unclearSinceMs: null, firstHeld: null };
    }
    const isFailure = (answer.kind === 'failed' || answer.kind === 'not-sent') && !this.abort.signal.aborted;
    const transition = {
      ...unchanged(onboarding),
      dueInMs: isFailure ? backoffMs(onboarding.tries, backoff, random) : 0,
      waitingFor: 'world' as const,
      tries: onboarding.tries + 1,
      history: onboarding.tries === 0 ? [told('the search for the tenant was not answered')] : [],
    };
    return { transition, unclearSinceMs: null, firstHeld: null };
  }

  private context(): Omit<OutcomeContext, 'counts' | 'wasBrokenOff' | 'credentials'> {
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
  private async seal(
    onboarding: ClaimedOnboarding,
    answer: CreateAnswer | RuleBroken,
  ): Promise<OutcomeContext['credentials']> {
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
}
