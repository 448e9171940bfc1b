import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { type CallEnd, ConcurrencyLimit } from './concurrency-limit.js';

/** Calls that end one after the other, `tookMs` each, with the limit always reached. */
function feed(limit: ConcurrencyLimit, ends: CallEnd[], tookMs = 100, fromMs = 0): void {
  ends.forEach((end, n) => {
    limit.reached();
    limit.callEnded(end, { beganMs: fromMs + n, endedMs: fromMs + n + tookMs });
  });
}
const times = (count: number, end: CallEnd): CallEnd[] => Array.from({ length: count }, () => end);

describe('the limit of calls at once', () => {
  it('is what is configured as long as nothing goes wrong', () => {
    const limit = new ConcurrencyLimit(50);
    feed(limit, times(500, 'created'));
    expect(limit.value).toBe(50);
  });

  it('is 1 after a pause, doubles with each round up to half of what it was, then grows slowly', () => {
    const limit = new ConcurrencyLimit(64);
    limit.paused();
    expect(limit.value).toBe(1);
    for (const expected of [2, 4, 8, 16, 32]) {
      feed(limit, times(expected / 2, 'created'));
      expect(limit.value).toBe(expected);
    }
    feed(limit, times(20, 'created'));
    expect(limit.value).toBeLessThan(40);
    feed(limit, times(400, 'created'));
    expect(limit.value).toBe(64);
  });

  it('remembers half of it through a second pause that comes before it is back', () => {
    const limit = new ConcurrencyLimit(64);
    limit.paused();
    feed(limit, times(3, 'created'));
    limit.paused();
    feed(limit, times(15, 'created'));
    expect(limit.value).toBe(16);
  });

  it('is not held down by how quickly failures and refusals came', () => {
    const limit = new ConcurrencyLimit(50);
    feed(limit, times(100, 'created'), 3_000);
    feed(limit, times(100, 'refused'), 30);
    feed(limit, times(100, 'unclear'), 30);
    limit.paused();
    feed(limit, times(400, 'created'), 3_000);
    expect(limit.value).toBe(50);
  });

  it('takes the times since a pause for the best: the service may be another one after it', () => {
    const limit = new ConcurrencyLimit(50);
    feed(limit, times(100, 'created'), 600);
    limit.paused();
    feed(limit, times(400, 'created'), 3_000);
    expect(limit.value).toBe(50);
  });

  it('falls by three tenths when more than a quarter of a window is unclear', () => {
    const limit = new ConcurrencyLimit(100);
    feed(limit, [...times(14, 'created'), ...times(6, 'unclear')]);
    expect(limit.value).toBe(70);
  });

  it('is not lowered by the few that fail among many that succeed', () => {
    const limit = new ConcurrencyLimit(100);
    for (let n = 0; n < 50; n += 1) feed(limit, [...times(15, 'created'), ...times(5, 'unclear')]);
    expect(limit.value).toBe(100);
  });

  it('falls when the middle call takes over a second and twice the best', () => {
    const limit = new ConcurrencyLimit(100);
    feed(limit, times(20, 'created'), 600);
    feed(limit, times(20, 'created'), 1_300);
    expect(limit.value).toBe(90);
  });

  it('does not fall for what is slow and was never faster, or fast enough', () => {
    const slow = new ConcurrencyLimit(100);
    feed(slow, times(200, 'created'), 8_000);
    expect(slow.value).toBe(100);
    const fast = new ConcurrencyLimit(100);
    feed(fast, times(20, 'created'), 20);
    feed(fast, times(200, 'created'), 900);
    expect(fast.value).toBe(100);
  });

  it('comes back when the service is slower for good', () => {
    const limit = new ConcurrencyLimit(100);
    feed(limit, times(20, 'created'), 1_000);
    for (let n = 0; n < 200; n += 1) feed(limit, times(20, 'created'), 2_500);
    expect(limit.value).toBe(100);
  });

  it('judges few calls too once five seconds have passed', () => {
    const limit = new ConcurrencyLimit(100);
    for (let n = 0; n < 4; n += 1) limit.callEnded('unclear', { beganMs: 0, endedMs: n * 2_000 });
    expect(limit.value).toBe(70);
  });

  it('is never below 1 and never above what is configured, whatever happens', () => {
    const event = fc.oneof(
      fc.constant('paused' as const),
      fc.record({
        end: fc.constantFrom<CallEnd>('created', 'refused', 'unclear'),
        tookMs: fc.nat(300_000),
        gapMs: fc.nat(10_000),
      }),
    );
    fc.assert(
      fc.property(fc.integer({ min: 1, max: 500 }), fc.array(event, { maxLength: 300 }), (max, events) => {
        const limit = new ConcurrencyLimit(max);
        let nowMs = 0;
        for (const each of events) {
          limit.reached();
          if (each === 'paused') limit.paused();
          else limit.callEnded(each.end, { beganMs: nowMs, endedMs: (nowMs += each.gapMs) + each.tookMs });
          expect(limit.value).toBeGreaterThanOrEqual(1);
          expect(limit.value).toBeLessThanOrEqual(max);
        }
      }),
    );
  });
});
