import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { CountryRulesCache } from './country-rules-cache.js';
import { BUILT_IN_COUNTRY_RULES } from './country-rules.js';

const TTL_MS = 1_000;
const RETRY_MS = 100;
const FRANCE = { iso2Code: 'FR', isCityRequired: true, supportedCulturesList: ['fr-FR', 'en-US'] };

function createCache(): CountryRulesCache {
  return new CountryRulesCache({ ttlMs: TTL_MS, retryMs: RETRY_MS });
}

describe('CountryRulesCache', () => {
  it('begins with the built-in rules and asks for each country that is used, once', () => {
    const cache = createCache();
    expect(cache.rules).toBe(BUILT_IN_COUNTRY_RULES);
    expect(cache.shouldAsk('FR', 0)).toBe(true);
    expect(cache.shouldAsk('FR', 0)).toBe(false);
    expect(cache.shouldAsk('DE', 0)).toBe(true);
  });

  it('asks again when an answer is out of date', () => {
    const cache = createCache();
    cache.shouldAsk('FR', 0);
    cache.store('FR', FRANCE, 10);
    expect(cache.rules.get('FR')?.isCityRequired).toBe(true);
    expect(cache.shouldAsk('FR', 10 + TTL_MS - 1)).toBe(false);
    expect(cache.shouldAsk('FR', 10 + TTL_MS)).toBe(true);
  });

  it('keeps the rules there are after failures, and asks ever more rarely', () => {
    const cache = createCache();
    cache.store('FR', FRANCE, 0);
    const { rules } = cache;
    const askedAtMs: number[] = [];
    for (let nowMs = 0; nowMs <= 5_000; nowMs += 1) {
      if (!cache.shouldAsk('FR', nowMs)) continue;
      askedAtMs.push(nowMs);
      cache.fail('FR', nowMs);
    }
    expect(askedAtMs).toEqual([1_000, 1_100, 1_300, 1_700, 2_500, 3_500, 4_500]);
    expect(cache.rules).toBe(rules);
  });

  it('takes an answer about another country for a failure', () => {
    const cache = createCache();
    cache.shouldAsk('FR', 0);
    cache.store('FR', { ...FRANCE, iso2Code: 'DE' }, 0);
    expect(cache.rules).toBe(BUILT_IN_COUNTRY_RULES);
    expect(cache.shouldAsk('FR', RETRY_MS)).toBe(true);
  });

  it('asks again when no end was reported, and takes a late answer', () => {
    const cache = createCache();
    cache.shouldAsk('FR', 0);
    expect(cache.shouldAsk('FR', RETRY_MS - 1)).toBe(false);
    expect(cache.shouldAsk('FR', RETRY_MS)).toBe(true);
    cache.store('FR', FRANCE, RETRY_MS + 1);
    expect(cache.shouldAsk('FR', TTL_MS)).toBe(false);
  });

  it('never asks for what is no country code', () => {
    const cache = createCache();
    const other = fc
      .oneof(fc.string(), fc.constantFrom('fr', 'F', 'FRA', '..', 'F/'))
      .filter((c) => !/^[A-Z]{2}$/.test(c));
    fc.assert(
      fc.property(other, (country) => {
        expect(cache.shouldAsk(country, 0)).toBe(false);
      }),
    );
  });

  it('never asks twice within the shortest wait, whatever is reported when', () => {
    const report = fc.constantFrom('store', 'useless', 'fail', 'none');
    fc.assert(
      fc.property(fc.array(fc.tuple(fc.nat(400), report)), (steps) => {
        const cache = createCache();
        let nowMs = 0;
        let askedAtMs = -RETRY_MS;
        for (const [elapsedMs, what] of steps) {
          nowMs += elapsedMs;
          if (!cache.shouldAsk('FR', nowMs)) continue;
          expect(nowMs - askedAtMs).toBeGreaterThanOrEqual(RETRY_MS);
          askedAtMs = nowMs;
          if (what === 'store') cache.store('FR', FRANCE, nowMs);
          if (what === 'useless') cache.store('FR', { iso2Code: '' }, nowMs);
          if (what === 'fail') cache.fail('FR', nowMs);
        }
      }),
    );
  });
});
