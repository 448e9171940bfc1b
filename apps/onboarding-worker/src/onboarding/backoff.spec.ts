import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { backoffMs, holdMs, throttleMs } from './backoff.js';

const random = fc.double({ min: 0, max: 1, maxExcluded: true, noNaN: true });

describe('the wait between tries', () => {
  it('never leaves its bounds, whatever the number of tries', () => {
    const settings = fc.tuple(fc.integer({ min: 1, max: 10_000 }), fc.integer({ min: 0, max: 1_000_000 }));
    fc.assert(
      fc.property(fc.nat(), settings, random, (tries, [minMs, more], chance) => {
        const delay = backoffMs(tries, { minMs, maxMs: minMs + more }, chance);
        expect(delay).toBeGreaterThanOrEqual(minMs);
        expect(delay).toBeLessThanOrEqual(minMs + more);
      }),
    );
  });

  it('doubles, jittered between the half and the whole', () => {
    const settings = { minMs: 100, maxMs: 100_000 };
    expect([0, 1, 2, 3].map((tries) => backoffMs(tries, settings, 0))).toEqual([100, 100, 200, 400]);
    expect([0, 1, 2, 3].map((tries) => backoffMs(tries, settings, 0.9999999))).toEqual([100, 200, 400, 800]);
  });
});

describe('the wait after a 429', () => {
  it('is clamped to 1 s – 15 min', () => {
    expect([0, 999, 1_000, 60_000, 900_000, 1e15].map((asked) => throttleMs(asked, 0))).toEqual([
      1_000, 1_000, 1_000, 60_000, 900_000, 900_000,
    ]);
  });

  it('that names none is 10 s, doubled while it repeats', () => {
    expect([0, 1, 2, 3, 50].map((repeats) => throttleMs(null, repeats))).toEqual([
      10_000, 20_000, 40_000, 80_000, 900_000,
    ]);
  });

  it('that names one is not doubled', () => {
    expect(throttleMs(7_000, 5)).toBe(7_000);
  });
});

describe('the wait of a held onboarding', () => {
  it('is the probe interval, doubling up to an hour', () => {
    expect([0, 1, 2, 9, 10, 100].map((holds) => holdMs(holds, 5_000))).toEqual([
      5_000, 10_000, 20_000, 2_560_000, 3_600_000, 3_600_000,
    ]);
  });
});
