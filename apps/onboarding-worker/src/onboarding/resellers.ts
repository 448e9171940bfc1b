import type { ClaimedOnboarding } from '#ledger';
import { type CallOptions, type PartnerCenterClient, type RuleViolation, resellerFault } from '#partner-center';
import type { PauseKeeper } from './pause-keeper.js';

/** A partner that is on the list is taken for a reseller so long. */
const KNOWN_MS = 3_600_000;
/** After a question without an answer nothing is asked for so long. */
const SILENCE_MS = 60_000;
/** From one question to the next, whoever is named. */
const SPACING_MS = 1_000;
/** The answer to a question that was under way may be out of date, the one after it is not. */
const ANSWERS_MAX = 2;

type List = { partnerId: string }[];

/**
 * The provider's indirect resellers, asked for when an onboarding names one (reference 5.11) and kept for an hour. A partner
 * that is not on the list may have come to it since: a refusal rests on an answer to a question that was put after the
 * onboarding's step began. Many share one question, at most one a second. If it has no answer nothing is known, and the
 * create call decides. Nothing here is shared or stored: a crash costs a question.
 */
export class Resellers {
  private list: { resellers: List; askedMs: number } | null = null;
  private failedMs: number | null = null;
  private asking: Promise<void> | null = null;

  constructor(private readonly parts: { client: PartnerCenterClient; pauses: PauseKeeper; nowMs: () => number }) {}

  /** What is certainly wrong with the partner that this onboarding names; null if nothing is, or nothing is known. */
  async faultOf(onboarding: ClaimedOnboarding, options: Required<CallOptions>): Promise<RuleViolation | null> {
    const partnerId = onboarding.associatedPartnerId;
    if (partnerId === null) return null;
    const beganMs = this.parts.nowMs();
    for (let answers = 0; answers < ANSWERS_MAX; answers += 1) {
      if (this.isKnown(partnerId) || this.isSilent() || options.signal.aborted) return null;
      this.asking ??= this.ask(options).finally(() => (this.asking = null));
      await Promise.race([this.asking, aborted(options.signal)]);
      if (this.list && this.list.askedMs >= beganMs) return resellerFault(partnerId, this.list.resellers);
    }
    return null;
  }

  private isKnown(partnerId: string): boolean {
    if (this.list === null || this.parts.nowMs() - this.list.askedMs >= KNOWN_MS) return false;
    return resellerFault(partnerId, this.list.resellers) === null;
  }

  private isSilent(): boolean {
    return this.failedMs !== null && this.parts.nowMs() - this.failedMs < SILENCE_MS;
  }

  /** Begins a turn later even if it need not wait, so that all who began together share it. */
  private async ask(options: CallOptions): Promise<void> {
    const { client, pauses, nowMs } = this.parts;
    const waitMs = this.list === null ? 0 : Math.max(0, Math.ceil(this.list.askedMs + SPACING_MS - nowMs()));
    await new Promise((resolve) => setTimeout(resolve, waitMs));
    const askedMs = nowMs();
    const answer = await client.relationships.indirectResellers(options);
    if (answer.kind === 'answered') this.list = { resellers: answer.value, askedMs };
    else this.failedMs = nowMs();
    await pauses.onOptionalRead(answer);
  }
}

/** Who waits for somebody else's question waits no longer than for its own. */
function aborted(signal: AbortSignal): Promise<void> {
  return new Promise((resolve) => signal.addEventListener('abort', () => resolve(), { once: true }));
}
