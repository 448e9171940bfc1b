import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { type DeadLetter, deadLetterHeaders, disowningHeaders, reasonOf } from '#events';
import type { KafkaRecord, RecordHeaders } from '#kafka';
import { FOREIGN_CODE, letterOf } from './letter.js';

function aRecord(headers: RecordHeaders, with_: Partial<KafkaRecord> = {}): KafkaRecord {
  const coordinates = { topic: 'dead-letter', partition: 3, offset: 7n, timestampMs: 1_700_000_000_000 };
  return { ...coordinates, key: Buffer.from('k'), value: Buffer.from('value'), headers, ...with_ };
}

const LETTER: DeadLetter = {
  original: { topic: 'requested', partition: 1, offset: 9_007_199_254_740_993n, timestampMs: 1_600_000_000_000 },
  consumerGroup: 'customer-onboarding',
  correlationId: 'north-bakery',
  code: 'PARTNER_CENTER_27100',
  message: 'The domain is taken.',
  fields: ['companyProfile.domain'],
  httpStatus: 409,
  requestId: '7d2a2b5e-8a9c-5d0e-9f1a-2b3c4d5e6f70',
  firstFailedAt: '2026-01-01T00:00:00.000Z',
  failedAt: '2026-01-02T00:00:00.000Z',
  attempts: 2,
  replays: 1,
};

function headersOf(letter: Partial<DeadLetter> = {}): [string, Buffer][] {
  return deadLetterHeaders({ ...LETTER, ...letter }).map(([name, text]) => [name, Buffer.from(text)]);
}

/** Our headers with one of them replaced, or left out. */
function headersWith(name: string, value: string | Buffer | null): RecordHeaders {
  const others = headersOf().filter(([candidate]) => candidate !== `dead-letter-${name}`);
  return value === null ? others : [...others, [`dead-letter-${name}`, Buffer.from(value)]];
}

describe('a letter', () => {
  it('says what its headers say', () => {
    expect(letterOf(aRecord(headersOf()))).toMatchObject({
      ...{ id: '3:7', partition: 3, offset: '7', correlationId: 'north-bakery', code: 'PARTNER_CENTER_27100' },
      ...{ reason: 'rejected', message: 'The domain is taken.', fields: ['companyProfile.domain'], httpStatus: 409 },
      ...{ requestId: LETTER.requestId, attempts: 2, replays: 1, consumerGroup: 'customer-onboarding', replayId: null },
      ...{ firstFailedAt: '2026-01-01T00:00:00.000Z', failedAt: '2026-01-02T00:00:00.000Z' },
      original: { topic: 'requested', partition: 1, offset: '9007199254740993', timestamp: 1_600_000_000_000 },
      fingerprint: headersOf()
        .find(([name]) => name === 'dead-letter-fingerprint')?.[1]
        .toString(),
    });
  });

  it('believes the last header of a name: ours follow those that a failed record brought', () => {
    const brought = [
      ['dead-letter-code', Buffer.from('EVENT_INVALID')],
      ['dead-letter-correlation-id', Buffer.from('someone else')],
      ['__proto__', Buffer.from('x')],
    ] as const;
    expect(letterOf(aRecord([...brought, ...headersOf()]))).toMatchObject({
      ...{ code: 'PARTNER_CENTER_27100', correlationId: 'north-bakery' },
    });
  });

  it('says nothing of its own that only forged headers of the failed record say', () => {
    const bare = { correlationId: null, fields: [], httpStatus: null, requestId: null };
    const forged = [...headersOf({ code: 'EVENT_INVALID', attempts: 99, replays: 9, firstFailedAt: LETTER.failedAt })];
    const ours = headersOf(bare);
    const disowned = disowningHeaders(
      forged.map(([name]) => name),
      ours.map(([name]) => name),
    ).map(([name, text]): [string, Buffer] => [name, Buffer.from(text)]);
    const { digest: _digest, bytes: _bytes, ...letter } = letterOf(aRecord([...forged, ...ours, ...disowned]));
    const { digest: _, bytes: __, ...honest } = letterOf(aRecord(ours));
    expect(letter).toEqual(honest);
    expect(letter).toMatchObject(bare);
  });

  it('knows the replay that it stands for', () => {
    const id = '0f0e7c9e-32a8-4d76-8a1c-6a6f6d7b8c9d/17';
    const withId = (text: string): RecordHeaders => [['replay-id', Buffer.from(text)], ...headersOf()];
    expect(letterOf(aRecord(withId(id))).replayId).toBe(id);
    expect(letterOf(aRecord(withId('another system’s'))).replayId).toBeNull();
    expect(letterOf(aRecord([['replay-id', Buffer.from('brought')], ...withId(id)])).replayId).toBe(id);
  });

  it('has a digest of its bytes and their number', () => {
    const [one, other] = ['one', 'two'].map((value) => letterOf(aRecord([], { value: Buffer.from(value) })));
    expect(one?.digest.equals(other?.digest ?? one.digest)).toBe(false);
    expect(one?.bytes).toBe('k'.length + 'one'.length);
  });

  it.each([
    ['code', null],
    ['code', 'no code'],
    ['reason', 'something else'],
    ['original-topic', ''],
    ['original-partition', '-1'],
    ['original-partition', '99999999999'],
    ['original-offset', '1e3'],
    ['original-timestamp', null],
    ['failed-at', 'yesterday'],
    ['failed-at', '2026-13-41T00:00:00Z'],
    ['failed-at', '0000-01-01T00:00:00Z'],
  ])('that lacks a usable %s (%s) is foreign', (name, value) => {
    expect(letterOf(aRecord(headersWith(name, value)))).toMatchObject({
      ...{ code: FOREIGN_CODE, reason: 'undecodable', consumerGroup: null, failedAt: '2023-11-14T22:13:20.000Z' },
      original: { topic: 'dead-letter', partition: 3, offset: '7', timestamp: 1_700_000_000_000 },
    });
  });

  it.each([
    ['fields', 'not JSON', { fields: [] }],
    ['fields', '{"a":1}', { fields: [] }],
    ['fields', '["a",1,null,"b"]', { fields: ['a', 'b'] }],
    ['http-status', 'teapot', { httpStatus: null }],
    ['attempts', '4294967296', { attempts: 0 }],
    ['correlation-id', 'ümlaut', { correlationId: null }],
    [
      'correlation-id',
      'A0F0E7C9-32A8-4D76-8A1C-6A6F6D7B8C9D',
      { correlationId: 'a0f0e7c9-32a8-4d76-8a1c-6a6f6d7b8c9d' },
    ],
    ['message', 'with\0NUL', { message: 'with\uFFFDNUL' }],
    ['message', Buffer.from([0x61, 0xff]), { message: 'a\uFFFD' }],
    ['http-status', '1000', { httpStatus: null }],
    ['message', 'x'.repeat(513), { message: 'x'.repeat(512) }],
    ['message', `${'x'.repeat(511)}😀`, { message: `${'x'.repeat(511)}\uFFFD` }],
    ['fields', '["\\ud800"]', { fields: ['\uFFFD'] }],
    ['fields', JSON.stringify([`${'f'.repeat(248)}😀`]), { fields: [`${'f'.repeat(248)}\uFFFD`] }],
    ['fields', JSON.stringify(Array(101).fill('f')), { fields: Array(100).fill('f') }],
    ['fingerprint', 'XYZ', { fingerprint: letterOf(aRecord(headersOf())).fingerprint }],
    ['first-failed-at', null, { firstFailedAt: '2026-01-02T00:00:00.000Z' }],
    ['first-failed-at', '0000-12-31T23:59:59Z', { firstFailedAt: '2026-01-02T00:00:00.000Z' }],
  ])('with the %s %s is still one', (name, value, expected) => {
    expect(letterOf(aRecord(headersWith(name, value)))).toMatchObject({ code: 'PARTNER_CENTER_27100', ...expected });
  });

  it('is foreign without any header, also with a time that no calendar has', () => {
    const times = [-1, Number.NaN, 1e18, 0].map((timestampMs) => letterOf(aRecord([], { timestampMs })).failedAt);
    expect(times).toEqual([
      '1970-01-01T00:00:00.000Z',
      '1970-01-01T00:00:00.000Z',
      '1970-01-01T00:00:00.000Z',
      '1970-01-01T00:00:00.000Z',
    ]);
  });

  it('never throws, and fits into the ledger whatever a record holds', () => {
    const names = [
      ...headersOf().map(([name]) => name),
      'dead-letter-fields',
      'replay-id',
      'dead-letter-',
      '__proto__',
    ];
    const text = fc.oneof(
      fc.string({ unit: 'binary' }),
      fc.constantFrom('0', '-1', '1e9', '9'.repeat(18), '[]', '["\\u0000"]'),
    );
    const bytes = fc.oneof(
      text.map((t) => Buffer.from(t)),
      fc.uint8Array().map((a) => Buffer.from(a)),
    );
    const header = fc.tuple(fc.constantFrom(...names), fc.option(bytes));
    fc.assert(
      fc.property(fc.array(header, { maxLength: 12 }), fc.boolean(), (hostile, isOurs) => {
        const { original, ...letter } = letterOf(aRecord([...(isOurs ? headersOf() : []), ...hostile]));
        const texts = [letter.message, letter.code, original.topic, letter.consumerGroup, letter.requestId];
        const isStorable = (text: string | null): boolean =>
          text === null || (text.isWellFormed() && !text.includes('\0'));
        expect([...texts, ...letter.fields].filter((text) => !isStorable(text))).toEqual([]);
        expect([letter.failedAt, letter.firstFailedAt].join()).toMatch(/^\d{4}-[^,]*Z,\d{4}-[^,]*Z$/);
        expect([letter.attempts, letter.replays, original.partition].every((n) => (n | 0) === n)).toBe(true);
        expect(Number.isSafeInteger(original.timestamp) && BigInt(original.offset) < 2n ** 63n).toBe(true);
      }),
      { numRuns: 300 },
    );
  });

  it('has the reason of its code as the writer knows it', () => {
    for (const code of ['EVENT_UNDECODABLE', 'EVENT_INVALID', 'OUTCOME_UNRESOLVED', 'ATTEMPTS_EXHAUSTED'] as const) {
      expect(letterOf(aRecord(headersOf({ code })))).toMatchObject({ code, reason: reasonOf(code) });
    }
  });
});
