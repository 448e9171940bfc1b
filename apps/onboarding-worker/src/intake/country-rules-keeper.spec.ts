import { createLogger } from '#observability';
import type { PartnerCenterClient } from '#partner-center';
import { describe, expect, it, vi } from 'vitest';
import type { Gate } from '../lease/gate.js';
import type { PauseKeeper } from '../onboarding/pause-keeper.js';
import { CountryRulesKeeper } from './country-rules-keeper.js';

const FRANCE = { iso2Code: 'FR', isCityRequired: true, supportedCulturesList: ['fr-FR', 'en-US'] };

function setUp(answer: unknown): {
  keeper: CountryRulesKeeper;
  asked: string[];
  clock: { nowMs: number };
  gate: { isOpen: boolean };
  seen: string[];
} {
  const asked: string[] = [];
  const seen: string[] = [];
  const clock = { nowMs: 0 };
  const gate = { isOpen: true };
  const get = (country: string): Promise<unknown> => {
    asked.push(country);
    return Promise.resolve(answer);
  };
  const keeper = new CountryRulesKeeper({
    client: { countryValidationRules: { get } } as unknown as PartnerCenterClient,
    gate: { mayStart: () => gate.isOpen } as unknown as Gate,
    pauses: {
      onAnswer: ({ kind }: { kind: string }) => Promise.resolve(void seen.push(kind)),
      onOtherAnswer: () => Promise.resolve(void seen.push('other')),
    } as unknown as PauseKeeper,
    log: createLogger({ level: 'silent' }),
    nowMs: () => clock.nowMs,
  });
  return { keeper, asked, clock, gate, seen };
}

describe('the rules of a country that refused a request', () => {
  it('are asked for once a day and taken over', async () => {
    const { keeper, asked, clock } = setUp({ kind: 'answered', value: FRANCE });
    const before = keeper.rules;
    keeper.haveRefused('fr');
    keeper.haveRefused('FR');
    await vi.waitFor(() => expect(keeper.rules).not.toBe(before));
    expect(keeper.rules.get('FR')?.isCityRequired).toBe(true);
    clock.nowMs = 24 * 3_600_000 - 1;
    keeper.haveRefused('FR');
    expect(asked).toEqual(['FR']);
    clock.nowMs += 1;
    keeper.haveRefused('FR');
    expect(asked).toEqual(['FR', 'FR']);
  });

  it('are not asked for while nothing may be called', () => {
    const { keeper, asked, gate } = setUp({ kind: 'answered', value: FRANCE });
    gate.isOpen = false;
    keeper.haveRefused('FR');
    expect(asked).toEqual([]);
  });

  it('stay as they are without an answer, and a throttle pauses as any other', async () => {
    const { keeper, asked, clock, seen } = setUp({ kind: 'throttled', retryAfterMs: null });
    const before = keeper.rules;
    keeper.haveRefused('FR');
    await vi.waitFor(() => expect(seen).toEqual(['throttled']));
    expect(keeper.rules).toBe(before);
    clock.nowMs = 59_999;
    keeper.haveRefused('FR');
    expect(asked).toHaveLength(1);
    clock.nowMs = 60_000;
    keeper.haveRefused('FR');
    expect(asked).toHaveLength(2);
  });
});
