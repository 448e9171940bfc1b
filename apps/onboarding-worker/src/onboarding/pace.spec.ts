import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { Pace } from './pace.js';

/** The claims that are held ahead after calls ended every `everyMs` for one second. */
function aheadAfter(everyMs: number, max = 1_000): number {
  const pace = new Pace(0, max);
  let ahead = 0;
  for (let nowMs = everyMs; nowMs <= 1_000; nowMs += everyMs) {
    pace.callEnded(nowMs);
    ahead = pace.claimsAhead(nowMs);
  }
  return ahead;
}

/** Milliseconds between the ends of calls, for longer than the pace is measured. */
const SECONDS_OF_CALLS = fc.array(fc.integer({ min: 0, max: 4 }), { minLength: 400, maxLength: 800 });

describe('claims ahead of need', () => {
  it.each([
    ['a call in a second', 1_000, 1],
    ['20 in a second', 50, 2],
    ['500 in a second', 2, 50],
    ['2,000 in a second', 0.5, 200],
  ])('last a tenth of a second: %s', (_name, everyMs, ahead) => {
    expect(Math.abs(aheadAfter(everyMs) - ahead)).toBeLessThanOrEqual(1);
  });

  it('are none at the beginning and again when calls hang', () => {
    expect(new Pace(0, 100).claimsAhead(0)).toBe(0);
    const pace = new Pace(0, 100);
    for (let nowMs = 1; nowMs <= 1_000; nowMs += 1) pace.callEnded(nowMs);
    expect(pace.claimsAhead(1_000)).toBe(100);
    pace.claimsAhead(1_300);
    expect(pace.claimsAhead(1_600)).toBe(0);
  });

  it('are never more than the most, however fast calls end', () => {
    fc.assert(
      fc.property(SECONDS_OF_CALLS, fc.integer({ min: 1, max: 300 }), (gaps, max) => {
        const pace = new Pace(0, max);
        let nowMs = 0;
        for (const gap of gaps) pace.callEnded((nowMs += gap));
        expect(pace.claimsAhead(nowMs)).toBeLessThanOrEqual(max);
      }),
    );
  });
});
