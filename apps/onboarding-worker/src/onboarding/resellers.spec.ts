import type { ClaimedOnboarding } from '#ledger';
import type { CallOptions, PartnerCenterClient } from '#partner-center';
import { describe, expect, it } from 'vitest';
import type { PauseKeeper } from './pause-keeper.js';
import { Resellers } from './resellers.js';

const OURS = '11111111-2222-4333-8444-555555555555';
const STRANGER = '99999999-2222-4333-8444-555555555555';
const OPTIONS = {} as CallOptions;
const naming = (associatedPartnerId: string | null): ClaimedOnboarding =>
  ({ associatedPartnerId }) as ClaimedOnboarding;

function setUp(partnerIds: string[] | null): {
  resellers: Resellers;
  service: { partnerIds: string[] | null; questions: number };
  clock: { nowMs: number };
  seen: string[];
} {
  const service = { partnerIds, questions: 0 };
  const clock = { nowMs: 0 };
  const seen: string[] = [];
  const indirectResellers = async (): Promise<unknown> => {
    service.questions += 1;
    await Promise.resolve();
    if (service.partnerIds === null) return { kind: 'throttled', retryAfterMs: 1_000 };
    return { kind: 'answered', value: service.partnerIds.map((partnerId) => ({ partnerId })) };
  };
  const client = { relationships: { indirectResellers } } as unknown as PartnerCenterClient;
  const pauses = {
    onAnswer: ({ kind }: { kind: string }) => Promise.resolve(void seen.push(kind)),
    onOtherAnswer: () => Promise.resolve(),
  } as unknown as PauseKeeper;
  return { resellers: new Resellers({ client, pauses, nowMs: () => clock.nowMs }), service, clock, seen };
}

describe('the reseller that an onboarding names', () => {
  it('is not asked about where none is named', async () => {
    const { resellers, service } = setUp([]);
    expect(await resellers.faultOf(naming(null), OPTIONS)).toBeNull();
    expect(service.questions).toBe(0);
  });

  it('is right if the provider has it, whatever the case, and asked for once an hour', async () => {
    const { resellers, service, clock } = setUp([OURS.toUpperCase()]);
    for (const nowMs of [0, 1, 3_599_999]) {
      clock.nowMs = nowMs;
      expect(await resellers.faultOf(naming(OURS), OPTIONS)).toBeNull();
    }
    expect(service.questions).toBe(1);
    clock.nowMs = 3_600_000;
    await resellers.faultOf(naming(OURS), OPTIONS);
    expect(service.questions).toBe(2);
  });

  it('is wrong if the provider does not have it, and looked up anew after a minute', async () => {
    const { resellers, service, clock } = setUp([OURS]);
    const fault = { field: 'associatedPartnerId' };
    expect(await resellers.faultOf(naming(STRANGER), OPTIONS)).toMatchObject(fault);
    clock.nowMs = 59_999;
    expect(await resellers.faultOf(naming(STRANGER), OPTIONS)).toMatchObject(fault);
    expect(service.questions).toBe(1);
    clock.nowMs = 60_000;
    service.partnerIds = [OURS, STRANGER];
    expect(await resellers.faultOf(naming(STRANGER), OPTIONS)).toBeNull();
  });

  it('may be right while the question has no answer, and the pause hears of it', async () => {
    const { resellers, seen } = setUp(null);
    expect(await resellers.faultOf(naming(STRANGER), OPTIONS)).toBeNull();
    expect(seen).toEqual(['throttled']);
  });

  it('is not taken for wrong by a list that is too old to know it', async () => {
    const { resellers, service, clock } = setUp([OURS]);
    await resellers.faultOf(naming(OURS), OPTIONS);
    clock.nowMs = 70_000;
    service.partnerIds = null;
    expect(await resellers.faultOf(naming(STRANGER), OPTIONS)).toBeNull();
  });

  it('is asked about once by many at the same time', async () => {
    const { resellers, service } = setUp([OURS]);
    await Promise.all([OURS, STRANGER, OURS].map((id) => resellers.faultOf(naming(id), OPTIONS)));
    expect(service.questions).toBe(1);
  });
});
