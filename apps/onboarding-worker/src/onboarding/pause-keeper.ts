import { setTimeout as delay } from 'node:timers/promises';
import {
  type Database,
  type ServiceState,
  endPauses,
  endPausesWithNobodyWaiting,
  forgetPassedThrottle,
  isTransient,
  pauseAll,
  throttle,
} from '#ledger';
import type { CreateAnswer, NotFound, PartnerCenterClient, QueryAnswer } from '#partner-center';
import type { Logger } from '#observability';
import { throttleMs } from './backoff.js';
import type { RuleBroken } from './rule-broken.js';
import type { Gate } from '../lease/gate.js';

type Answer = CreateAnswer | RuleBroken | Exclude<QueryAnswer<unknown>, { kind: 'answered' }>;

const OUTAGE_UNCLEAR_IN_ROW = 5;
/** A connection to the ledger that breaks must not leave the other workers without a `Retry-After` (P6). */
const TELL_AGAIN_MS = 100;
const TELL_FOR_MS = 3_000;

/**
 * Begins and ends pauses by what the service answers (P4, P6; contract 5). The local gate closes in the same tick, the
 * ledger tells the other workers; if it stays away longer than a lost connection, the next answer of the same kind tells it.
 */
export class PauseKeeper {
  constructor(
    private readonly parts: {
      db: Database;
      client: PartnerCenterClient;
      gate: Gate;
      log: Logger;
      settings: { probeIntervalMs: number };
    },
  ) {}

  /** Looks at one answer before its outcome is recorded. */
  async onAnswer(answer: Answer): Promise<void> {
    const { db, gate, log } = this.parts;
    switch (answer.kind) {
      case 'throttled': {
        const delayMs = throttleMs(answer.retryAfterMs, gate.repeatsBeforeThis);
        gate.throttle(delayMs);
        log.warn({ delayMs }, 'throttled: no call starts before Retry-After has passed');
        return this.told(() => throttle(db, delayMs, 'throttled by Partner Center'));
      }
      case 'token-failed':
        return this.pause('token', answer.message);
      case 'account-refused':
        return this.pause('configuration', answer.message);
      case 'created':
        return this.onAccepted();
      case 'not-sent':
      case 'rule-broken':
        return;
      default:
        // No answer at all is no other answer: the series of throttles goes on.
        if (answer.httpStatus !== null) await this.onOtherAnswer();
    }
  }

  /**
   * Looks at the answer to a read that the work can do without. A refusal of this read alone pauses nobody: the probe of
   * such a pause is a create, which would end it each time. If the account is refused, the next create is told so too.
   */
  async onOptionalRead(answer: QueryAnswer<unknown> | NotFound): Promise<void> {
    switch (answer.kind) {
      case 'throttled':
      case 'token-failed':
        return this.onAnswer(answer);
      case 'not-sent':
        return;
      case 'failed':
        return answer.httpStatus === null ? undefined : this.onOtherAnswer();
      case 'answered':
      case 'not-found':
      case 'account-refused':
        return this.onOtherAnswer();
    }
  }

  /** Anything but a 429 was answered: the series of throttles is over (contract 5). */
  async onOtherAnswer(): Promise<void> {
    const { db, gate } = this.parts;
    if (!gate.remembersThrottle) return;
    gate.forgetThrottle();
    await this.told(() => forgetPassedThrottle(db));
  }

  /** Looks at the facts that all workers count together, after outcomes were recorded. */
  async onServiceState(state: ServiceState | null): Promise<void> {
    if (state === null) return;
    if (state.unclearInRow >= OUTAGE_UNCLEAR_IN_ROW && state.unclearFromSeveral) {
      await this.pause('outage', `${state.unclearInRow} unclear answers in a row`);
    }
    if (state.heldAlike) {
      await this.pause('configuration', 'onboardings that differ in country or partner are refused (403 or 404)');
    }
  }

  /** A failing token endpoint is probed with a token, not with a create. A stop does not wait for one that hangs. */
  async probeToken(signal: AbortSignal): Promise<void> {
    const { db, client, log } = this.parts;
    const check = await client.checkToken(signal);
    if (check === 'aborted') return;
    if (check.ok) {
      await endPauses(db, ['token']);
      log.info({ kind: 'token' }, 'pause ended');
    } else log.warn({ kind: 'token', reason: check.message }, 'still no token');
  }

  /** Nobody could be claimed for a probe: perhaps nobody waits any more. */
  async onNoProbe(): Promise<void> {
    const { db, log } = this.parts;
    if (await endPausesWithNobodyWaiting(db)) log.info({}, 'pause ended: nobody waits who could probe it');
  }

  private async onAccepted(): Promise<void> {
    const { db, gate, log } = this.parts;
    await this.onOtherAnswer();
    if (!gate.isPaused()) return;
    await this.told(() =>
      endPauses(db, ['outage', 'configuration', 'token']).then((ended) => {
        if (ended) log.info({}, 'pause ended: a create was accepted');
      }),
    );
  }

  private async pause(kind: 'token' | 'configuration' | 'outage', reason: string): Promise<void> {
    const { db, gate, log, settings } = this.parts;
    const isKnown = gate.close(kind, reason, settings.probeIntervalMs);
    await this.told(() =>
      pauseAll(db, kind, reason, settings.probeIntervalMs).then((isFresh) => {
        if (isFresh) log.error({ kind, reason }, 'all work is paused and will be probed');
      }),
    );
    isKnown();
  }

  private async told(write: () => Promise<unknown>): Promise<void> {
    const untilMs = performance.now() + TELL_FOR_MS;
    for (;;) {
      try {
        await write();
        return;
      } catch (error) {
        if (!isTransient(error) || performance.now() >= untilMs) {
          this.parts.log.warn({ err: error }, 'a pause could not be written to the ledger');
          return;
        }
      }
      await delay(TELL_AGAIN_MS);
    }
  }
}
