import type { ClaimedOnboarding } from '#ledger';
import { type CallOptions, type PartnerCenterClient, type RuleViolation, resellerFault } from '#partner-center';
import type { PauseKeeper } from './pause-keeper.js';

/** A partner that is on the list is taken for a reseller so long; one that is not is looked up anew sooner. */
const KNOWN_MS = 3_600_000;
const UNKNOWN_MS = 60_000;

type List = { partnerId: string }[];

/**
 * The provider's indirect resellers, asked for when an onboarding names one (reference 5.11) and kept for an hour. If the
 * question has no answer nothing is known, and the create call decides. Nothing here is shared or stored: a crash costs a
 * question.
 */
export class Resellers {
  private list: { resellers: List; askedMs: number } | null = null;
  private asking: Promise<void> | null = null;

  constructor(private readonly parts: { client: PartnerCenterClient; pauses: PauseKeeper; nowMs: () => number }) {}

  /** What is certainly wrong with the partner that this onboarding names; null if nothing is, or nothing is known. */
  async faultOf(onboarding: ClaimedOnboarding, options: CallOptions): Promise<RuleViolation | null> {
    const partnerId = onboarding.associatedPartnerId;
    if (partnerId === null) return null;
    const known = this.judge(partnerId, KNOWN_MS);
    if (known !== undefined && (known === null || this.isYoungerThan(UNKNOWN_MS))) return known;
    await (this.asking ??= this.ask(options).finally(() => (this.asking = null)));
    return this.judge(partnerId, UNKNOWN_MS) ?? null;
  }

  /** Undefined while there is no list that is young enough. */
  private judge(partnerId: string, youngerThanMs: number): RuleViolation | null | undefined {
    return this.list && this.isYoungerThan(youngerThanMs) ? resellerFault(partnerId, this.list.resellers) : undefined;
  }

  private isYoungerThan(ms: number): boolean {
    return this.list !== null && this.parts.nowMs() - this.list.askedMs < ms;
  }

  private async ask(options: CallOptions): Promise<void> {
    const { client, pauses, nowMs } = this.parts;
    const askedMs = nowMs();
    const answer = await client.relationships.indirectResellers(options);
    if (answer.kind === 'answered') {
      this.list = { resellers: answer.value, askedMs };
      await pauses.onOtherAnswer();
    } else await pauses.onAnswer(answer);
  }
}
