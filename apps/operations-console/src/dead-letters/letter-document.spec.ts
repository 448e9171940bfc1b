import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { LetterWithRecord } from '#dead-letters';
import { letterInFull } from './letter-document.js';

const SCRIPT = '<script>alert(1)</script>';

function aLetter(value: string | Buffer | null, headers: LetterWithRecord['headers'] = []): LetterWithRecord {
  return {
    id: '3:42',
    partition: 3,
    offset: '42',
    correlationId: 'a',
    code: 'EVENT_INVALID',
    reason: 'invalid',
    message: 'it is not valid',
    fields: [],
    httpStatus: null,
    requestId: null,
    fingerprint: '0123456789abcdef',
    attempts: 0,
    replays: 0,
    firstFailedAt: '2026-01-01T00:00:00.000Z',
    failedAt: '2026-01-01T00:00:00.000Z',
    original: { topic: 'requests', partition: 0, offset: '7', timestamp: 1 },
    key: null,
    value: typeof value === 'string' ? Buffer.from(value) : value,
    headers,
    history: [],
  };
}

const shown = (letter: LetterWithRecord) => letterInFull(letter, { isRevealed: false, state: null });
const revealed = (letter: LetterWithRecord) => letterInFull(letter, { isRevealed: true, state: null });

describe('a letter for people', () => {
  it('has numbers for offsets', () => {
    expect(shown(aLetter('{}'))).toMatchObject({ offset: 42, original: { offset: 7 } });
  });

  it('masks who it is about until that is asked for', () => {
    const letter = aLetter(`{"billingProfile":{"companyName":"${SCRIPT}","culture":"en-US"}}`);
    expect(shown(letter).payload).toEqual({ billingProfile: { companyName: '•••', culture: 'en-US' } });
    expect(revealed(letter).payload).toEqual({ billingProfile: { companyName: SCRIPT, culture: 'en-US' } });
  });

  it.each([
    ['no JSON'],
    [Buffer.from([0x7b, 0xff, 0xfe])],
    ['{"a":'],
    [Buffer.alloc(0)],
    ['['.repeat(200_000) + ']'.repeat(200_000)],
  ])('is text when it is no JSON that can be written again, and that only when asked for', (value) => {
    const letter = aLetter(value);
    expect(shown(letter)).toMatchObject({ payload: null, text: null });
    expect(revealed(letter)).toMatchObject({ payload: null, text: value.toString() });
  });

  it('of a tombstone has neither', () => {
    expect(revealed(aLetter(null))).toMatchObject({ payload: null, text: null });
  });

  it('shows how it travelled, and no other header until it is asked for', () => {
    const text = (value: string): Buffer => Buffer.from(value);
    const headers = [
      ['ce_id', text('1')],
      ['dead-letter-code', text('EVENT_INVALID')],
      ['contact', text('Gena Ray')],
      ['empty', null],
    ] as const;
    const letter = aLetter('{}', headers);
    expect(shown(letter).headers).toEqual([
      ['ce_id', '1'],
      ['dead-letter-code', 'EVENT_INVALID'],
      ['contact', '•••'],
      ['empty', null],
    ]);
    expect(revealed(letter).headers[2]).toEqual(['contact', 'Gena Ray']);
  });

  it('can be written as JSON, whatever its record holds', () => {
    const bytes = fc.uint8Array().map((value) => Buffer.from(value));
    const values = fc.oneof(
      bytes,
      fc.json().map((json) => Buffer.from(json)),
      fc.constant(null),
    );
    fc.assert(
      fc.property(values, fc.array(fc.tuple(fc.string(), values)), fc.boolean(), (value, headers, isRevealed) => {
        const document = letterInFull(aLetter(value, headers), { isRevealed, state: null });
        expect(JSON.parse(JSON.stringify(document))).toHaveProperty('id', '3:42');
      }),
    );
  });
});
