import { describe, expect, it } from 'vitest';
import { seenRecord } from './seen-record.js';

describe('the timestamp of a record', () => {
  it.each([
    [7, 7],
    [1e30, -1],
    [Number.NaN, -1],
  ])('that is %s counts as %s', (timestampMs, seen) => {
    const record = { topic: 't', partition: 0, offset: 5n, timestampMs, key: null, value: null, headers: [] };
    expect(seenRecord(record)).toMatchObject({ offset: 5n, timestampMs: seen });
  });
});
