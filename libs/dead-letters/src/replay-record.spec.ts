import { describe, expect, it } from 'vitest';
import type { KafkaRecord } from '#kafka';
import { replayRecord } from './replay-record.js';

const MARK = { plan: '5f0c9a52-6a0e-4d7e-9a3e-2f8f3b0f3f10', n: 12, replays: 2, groupId: 'customer-onboarding' };
const REPLAY = [
  ['replay-id', `${MARK.plan}/12`],
  ['replay-count', '3'],
  ['replay-group', 'customer-onboarding'],
];

function letter(with_: { value?: Buffer | null; headers?: [string, string][] }): KafkaRecord {
  return {
    ...{
      topic: 'dead',
      partition: 0,
      offset: 1n,
      timestampMs: 0,
      key: Buffer.from([0xff]),
      value: Buffer.from('{"a":1}'),
    },
    ...with_,
    headers: (with_.headers ?? []).map(([name, text]) => [name, Buffer.from(text)]),
  };
}

const headersOf = (record: KafkaRecord): unknown => record.headers.map(([name, value]) => [name, value?.toString()]);

describe('the record of a replay', () => {
  it('has the original headers, duplicates and empty ones too, and says which replay it is', () => {
    const { record } = replayRecord(
      letter({
        headers: [
          ['ce_type', 'CustomerRequested'],
          ['x', '1'],
          ['x', ''],
          ['replay-id', 'earlier/1'],
          ['replay-count', '2'],
          ['dead-letter-code', 'EVENT_INVALID'],
          ['dead-letter-null-headers', '["x"]'],
        ],
      }),
      MARK,
      null,
    );
    expect(headersOf(record)).toEqual([['ce_type', 'CustomerRequested'], ['x', '1'], ['x', ''], ...REPLAY]);
  });

  it('has a count that intake can read, whatever count a forged header once gave', () => {
    const { record } = replayRecord(letter({}), { ...MARK, replays: 999_999_999 }, null);
    expect(headersOf(record)).toContainEqual(['replay-count', '999999999']);
  });

  it.each([
    ['binary', Buffer.from([0x00, 0xff, 0xfe])],
    ['no', null],
    ['an unusual JSON', Buffer.from('{ "a" : 1.0 }')],
  ])('keeps key and %s value byte for byte', (_, value) => {
    const { record, edit } = replayRecord(letter({ value }), MARK, { b: null });
    expect(edit).toBeNull();
    expect([record.key, record.value]).toEqual([Buffer.from([0xff]), value]);
    expect(headersOf(record)).toEqual(REPLAY);
  });

  it('says that it was edited, also when the edit was made for an earlier replay', () => {
    const { record, edit } = replayRecord(letter({}), MARK, { a: 2 });
    expect(record.value?.toString()).toBe('{"a":2}');
    expect(edit?.changes).toHaveLength(1);
    expect(headersOf(record)).toEqual([...REPLAY, ['replay-edited', 'true']]);
    const later = replayRecord(letter({ headers: [['replay-edited', 'true']] }), MARK, null);
    expect(headersOf(later.record)).toEqual([...REPLAY, ['replay-edited', 'true']]);
  });
});
