import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { KafkaRecord } from '#kafka';
import { recordDigest, seenRecord } from './record-digest.js';

const bytes = fc.option(fc.uint8Array({ maxLength: 2, max: 1 }).map((array) => Buffer.from(array)));
const content = fc.record({
  key: bytes,
  value: bytes,
  headers: fc.array(fc.tuple(fc.constantFrom('a', 'b'), bytes), { maxLength: 2 }),
});

const aRecord = (with_: Partial<KafkaRecord>): KafkaRecord => ({
  ...{ topic: 't', partition: 0, offset: 5n, timestampMs: 7, key: null, value: null, headers: [] },
  ...with_,
});

describe('the digest of a record', () => {
  it('is the same for the same key, value and headers, and another one for others', () => {
    fc.assert(
      fc.property(content, content, (one, other) => {
        const isSame = recordDigest(aRecord(one)).equals(recordDigest(aRecord(other)));
        expect(isSame).toBe(JSON.stringify(one) === JSON.stringify(other));
      }),
      { numRuns: 2_000 },
    );
  });
});

describe('the timestamp of a record', () => {
  it.each([
    [7, 7],
    [1e30, -1],
    [Number.NaN, -1],
  ])('that is %s counts as %s', (timestampMs, seen) => {
    expect(seenRecord(aRecord({ timestampMs }))).toMatchObject({ offset: 5n, timestampMs: seen });
  });
});
