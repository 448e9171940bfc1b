import { encodeHeaders } from '#kafka';
import type { OutboxRow } from '#ledger';
import { describe, expect, it } from 'vitest';
import { toOutgoingRecord } from './outgoing-record.js';

const TOPICS = { created: 'c', rejected: 'r', deadLetter: 'd' };

function row(with_: Partial<OutboxRow> = {}): OutboxRow {
  return {
    ...{ id: 1n, kind: 'dead-letter', correlationId: 'a', code: null, key: null, value: null, originalHeaders: null },
    ...{ headers: '[["dead-letter-code","X"]]', recordTimestampMs: null },
    ...with_,
  };
}

describe('the record of an outbox row', () => {
  it('goes to the topic of its kind', () => {
    const kinds = ['created', 'rejected', 'dead-letter'] as const;
    expect(kinds.map((kind) => toOutgoingRecord(row({ kind }), TOPICS).topic)).toEqual(['c', 'r', 'd']);
  });

  it('keeps key and value byte for byte, a null key and a tombstone too', () => {
    const bytes = { key: Buffer.from([0, 255]), value: Buffer.from([1, 254]) };
    expect(toOutgoingRecord(row(bytes), TOPICS)).toMatchObject(bytes);
    expect(toOutgoingRecord(row(), TOPICS)).toMatchObject({ key: null, value: null });
  });

  it('repeats the original headers in their order, duplicates too, before its own', () => {
    const original = [
      ['x', Buffer.from([255])],
      ['y', Buffer.from('1')],
      ['x', Buffer.from('2')],
    ] as const;
    const { headers } = toOutgoingRecord(row({ originalHeaders: encodeHeaders([...original]) }), TOPICS);
    expect(headers).toEqual([...original, ['dead-letter-code', Buffer.from('X')]]);
  });

  it('sends a null header value empty and lists its name', () => {
    const originalHeaders = encodeHeaders([
      ['a', null],
      ['b', Buffer.alloc(0)],
    ]);
    const { headers } = toOutgoingRecord(row({ originalHeaders }), TOPICS);
    expect(headers).toEqual([
      ['a', Buffer.alloc(0)],
      ['b', Buffer.alloc(0)],
      ['dead-letter-code', Buffer.from('X')],
      ['dead-letter-null-headers', Buffer.from('["a"]')],
    ]);
  });
});
