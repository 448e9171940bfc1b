import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { retryAfterMs } from './retry-after.js';

const NOW = Date.parse('2026-01-01T00:00:00Z');

describe('retryAfterMs', () => {
  it('reads seconds', () => {
    fc.assert(
      fc.property(fc.nat(10_000_000), (seconds) => {
        expect(retryAfterMs({ 'retry-after': ` ${seconds} ` }, NOW)).toBe(seconds * 1000);
      }),
    );
  });

  it('takes a date relative to the Date of the answer, and to our clock if there is none', () => {
    const headers = { 'retry-after': 'Fri, 02 Jan 2026 00:00:10 GMT' };
    expect(retryAfterMs({ ...headers, date: 'Fri, 02 Jan 2026 00:00:00 GMT' }, NOW)).toBe(10_000);
    expect(retryAfterMs(headers, NOW)).toBe(86_410_000);
    expect(retryAfterMs({ ...headers, date: 'Sat, 03 Jan 2026 00:00:00 GMT' }, NOW)).toBe(0);
  });

  it('is null for what is absent or unreadable and finite for what is absurd', () => {
    for (const value of [undefined, '', '-5', 'soon', '1e3', 'NaN'])
      expect(retryAfterMs({ 'retry-after': value }, NOW)).toBeNull();
    expect(retryAfterMs({ 'retry-after': '9'.repeat(400) }, NOW)).toBe(Number.MAX_SAFE_INTEGER);
    expect(retryAfterMs({ 'retry-after': ['3', '9'] }, NOW)).toBe(3000);
  });

  it('never gives a negative or endless wait', () => {
    fc.assert(
      fc.property(fc.string(), fc.string(), (value, date) => {
        const wait = retryAfterMs({ 'retry-after': value, date }, NOW);
        expect(wait === null || (wait >= 0 && Number.isFinite(wait))).toBe(true);
      }),
    );
  });
});
