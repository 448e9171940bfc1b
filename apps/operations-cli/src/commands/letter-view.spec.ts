import type { LetterWithRecord } from '#dead-letters';
import { describe, expect, it } from 'vitest';
import { Output } from '../output.js';
import { letterText } from './letter-view.js';

const out = new Output(false);
const AT = '2026-01-02T03:04:05.678Z';

function letterWith(value: string | Buffer | null): LetterWithRecord {
  return {
    ...{
      id: '3:42',
      partition: 3,
      offset: '42',
      correlationId: '001A000001',
      code: 'EVENT_INVALID',
      reason: 'invalid',
    },
    ...{ message: 'a city is missing', fields: ['city'], httpStatus: null, requestId: null },
    ...{ fingerprint: '3f2a9c0d1b4e5f60', attempts: 0, replays: 0, firstFailedAt: AT, failedAt: AT },
    original: { topic: 'requested', partition: 1, offset: '7', timestamp: 0 },
    ...{ key: null, value: value === null ? null : Buffer.from(value), headers: [], history: [] },
  };
}

const shown = (value: string | Buffer | null, isRevealed = false): string =>
  letterText(out, letterWith(value), { isRevealed, state: 'created' });

describe('a letter', () => {
  it('says how its onboarding stands now', () => {
    expect(shown('{}')).toMatch(/^onboarding now +created$/m);
    expect(letterText(out, letterWith('{}'), { isRevealed: false, state: null })).toMatch(/^onboarding now +–$/m);
  });

  it('shows personal data only to who asked for them', () => {
    const value = JSON.stringify({ billingProfile: { email: 'gena@northbakery.example' } });
    expect(shown(value)).not.toContain('gena');
    expect(shown(value, true)).toContain('gena@northbakery.example');
  });

  it('that is no JSON in UTF-8 tells its size until it is asked for', () => {
    for (const value of ['{"a', Buffer.from('7b2261223a22ff227d', 'hex')]) {
      expect(shown(value)).toContain(`${value.length} bytes that are no JSON`);
      expect(shown(value, true)).not.toContain('no JSON');
    }
    expect(shown(null)).toContain('a tombstone');
  });
});
