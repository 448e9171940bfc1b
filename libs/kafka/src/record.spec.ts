import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import {
  decodeHeaders,
  encodeHeaders,
  fromKafkajsHeaders,
  nullHeaderNames,
  recordDigest,
  toKafkajsHeaders,
  toKafkaRecord,
  type RecordHeaders,
} from './record.js';

const names = fc.oneof(fc.string(), fc.constantFrom('__proto__', 'constructor', 'toString', '7', '007', 'a', ''));
const bytes = fc.uint8Array({ maxLength: 20 }).map((value): Buffer => Buffer.from(value));
const headerLists: fc.Arbitrary<RecordHeaders> = fc.array(fc.tuple(names, fc.option(bytes, { nil: null })), {
  maxLength: 12,
});

/** Values by name, in order: what contract 4 promises to keep. */
function byName(headers: RecordHeaders): Map<string, (string | null)[]> {
  const result = new Map<string, (string | null)[]>();
  for (const [name, value] of headers) {
    result.set(name, [...(result.get(name) ?? []), value?.toString('hex') ?? null]);
  }
  return result;
}

describe('record headers', () => {
  it('keep every name with its values in order through kafkajs, null becoming empty', () => {
    fc.assert(
      fc.property(headerLists, (headers) => {
        const sent = headers.map(([name, value]) => [name, value ?? Buffer.alloc(0)] as const);
        expect(byName(fromKafkajsHeaders(toKafkajsHeaders(headers)))).toEqual(byName(sent));
      }),
    );
  });

  it('come back from their stored form exactly as they were', () => {
    fc.assert(
      fc.property(headerLists, (headers) => {
        expect(decodeHeaders(encodeHeaders(headers))).toEqual(headers);
      }),
    );
  });

  it('leave out what kafkajs found on the prototype for a name such as constructor', () => {
    const arrived = Object.assign(Object.create(null), { constructor: [Object, Buffer.from('x')] });
    expect(fromKafkajsHeaders(arrived)).toEqual([['constructor', Buffer.from('x')]]);
  });

  it('name the null ones once each', () => {
    const headers: RecordHeaders = [
      ['a', null],
      ['b', Buffer.alloc(0)],
      ['a', null],
      ['c', null],
    ];
    expect(nullHeaderNames(headers)).toEqual(['a', 'c']);
  });

  it.each(['{}', '[["a"]]', '[["a", 1]]', '[[1, null]]', '[null]'])('refuse damaged storage: %s', (text) => {
    expect(() => decodeHeaders(Buffer.from(text))).toThrow('damaged');
  });
});

describe('toKafkaRecord', () => {
  it('keeps null key, null value and offsets beyond 2^53', () => {
    const message = { key: null, value: null, timestamp: '1700000000123', offset: '9007199254740993', attributes: 0 };
    expect(toKafkaRecord('t', 3, { ...message, headers: {} })).toEqual({
      topic: 't',
      partition: 3,
      offset: 9_007_199_254_740_993n,
      timestampMs: 1_700_000_000_123,
      key: null,
      value: null,
      headers: [],
    });
  });
});

describe('the digest of a record', () => {
  const optionalBytes = fc.option(fc.uint8Array({ maxLength: 2, max: 1 }).map((array) => Buffer.from(array)));
  const content = fc.record({
    key: optionalBytes,
    value: optionalBytes,
    headers: fc.array(fc.tuple(fc.constantFrom('a', 'b'), optionalBytes), { maxLength: 2 }),
  });

  it('is the same for the same key, value and headers, and another one for others', () => {
    fc.assert(
      fc.property(content, content, (one, other) => {
        const isSame = recordDigest(one).equals(recordDigest(other));
        expect(isSame).toBe(JSON.stringify(one) === JSON.stringify(other));
      }),
      { numRuns: 2_000 },
    );
  });
});
