import { encodeHeaders } from '#kafka';
import type { OutboxRow } from '#ledger';
import { describe, expect, it } from 'vitest';
import { kindsOf, toOutgoingRecord } from './outgoing-record.js';

const TOPICS = { created: 'c', rejected: 'r', deadLetter: 'd' };

function row(with_: Partial<OutboxRow> = {}): OutboxRow {
  return {
    ...{ id: 1n, kind: 'dead-letter', correlationId: 'a', code: null, key: null, value: null, originalHeaders: null },
    ...{ headers: '[["dead-letter-code","X"]]', recordTimestampMs: null, topic: null },
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

  it('of a dead letter keeps headers of our names that the original brought, and has the last word of each', () => {
    const originalHeaders = encodeHeaders([
      ['dead-letter-code', Buffer.from('FORGED')],
      ['dead-letter-http-status', Buffer.from('503')],
      ['dead-letter-http-status', Buffer.from('504')],
    ]);
    const { headers } = toOutgoingRecord(row({ originalHeaders }), TOPICS);
    expect(headers.map(([name, value]) => [name, String(value)])).toEqual([
      ['dead-letter-code', 'FORGED'],
      ['dead-letter-http-status', '503'],
      ['dead-letter-http-status', '504'],
      ['dead-letter-code', 'X'],
      ['dead-letter-http-status', ''],
    ]);
  });

  it('is, for a replay, sent to the topic its row names, with the headers of its row and no others', () => {
    const headers = [['ce_id', Buffer.from([255])] as const, ['replay-id', Buffer.from('p/1')] as const];
    const replay = row({ kind: 'replay', topic: 'requests', originalHeaders: encodeHeaders(headers), headers: '[]' });
    expect(toOutgoingRecord(replay, TOPICS)).toEqual({ topic: 'requests', key: null, value: null, headers });
    const withNull = row({ ...replay, originalHeaders: encodeHeaders([['a', null]]) });
    expect(toOutgoingRecord(withNull, TOPICS).headers).toEqual([['a', Buffer.alloc(0)]]);
    expect(() => toOutgoingRecord({ ...replay, topic: null }, TOPICS)).toThrow('names no topic');
  });
});

it('the kinds of topics out of reach wait, and no others', () => {
  expect(kindsOf([], TOPICS)).toEqual([]);
  expect(kindsOf(['d', 'requests', 'c'], TOPICS)).toEqual(['created', 'dead-letter']);
});
