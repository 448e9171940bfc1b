import { createLogger } from '#observability';
import type { PartnerCenterClient } from '#partner-center';
import { describe, expect, it, vi } from 'vitest';
import { ENDS_OF_OPTIONAL_READS, recordingPauses } from '../../test/recording-pauses.js';
import type { Gate } from '../lease/gate.js';
import { CountryRulesKeeper } from './country-rules-keeper.js';

const FRANCE = { iso2Code: 'FR', isCityRequired: true, supportedCulturesList: ['fr-FR', 'en-US'] };

function setUp(answer: unknown): {
  keeper: CountryRulesKeeper;
  asked: string[];
  clock: { nowMs: number };
  gate: { isOpen: boolean };
  begun: string[];
} {
  const asked: string[] = [];
  const { pauses, begun } = recordingPauses();
  const clock = { nowMs: 0 };
  const gate = { isOpen: true };
  const get = (country: string): Promise<unknown> => {
    asked.push(country);
    return Promise.resolve(answer);
  };
  const keeper = new CountryRulesKeeper({
    client: { countryValidationRules: { get } } as unknown as PartnerCenterClient,
    gate: { mayStart: () => gate.isOpen } as unknown as Gate,
    pauses,
    log: createLogger({ level: 'silent' }),
    nowMs: () => clock.nowMs,
  });
  return { keeper, asked, clock, gate, begun };
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

  it('stay as they are without an answer, and are asked for again after a minute', async () => {
    const { keeper, asked, clock, begun } = setUp({ kind: 'throttled', retryAfterMs: null });
    const before = keeper.rules;
    keeper.haveRefused('FR');
    await vi.waitFor(() => expect(begun).toEqual(['throttled']));
    expect(keeper.rules).toBe(before);
    clock.nowMs = 59_999;
    keeper.haveRefused('FR');
    expect(asked).toHaveLength(1);
    clock.nowMs = 60_000;
    keeper.haveRefused('FR');
    expect(asked).toHaveLength(2);
  });

  it.each(ENDS_OF_OPTIONAL_READS)('$answer.kind begins the pauses $begins', async ({ answer, begins }) => {
    const { keeper, begun } = setUp(answer);
    keeper.haveRefused('FR');
    await new Promise((resolve) => setImmediate(resolve));
    expect(begun).toEqual(begins);
  });
});
