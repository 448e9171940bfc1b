import { rejectedRecordEventId } from '#events';
import { decodeHeaders } from '#kafka';
import { describe, expect, it } from 'vitest';
import { type RefusedRecord, refusalEntries } from './refusal.js';

const NOW_MS = Date.UTC(2026, 0, 2);
const record = {
  ...{ topic: 't', partition: 2, offset: 9n, timestampMs: 5, key: Buffer.from([255]), value: Buffer.from([0, 1]) },
  headers: [
    ['x', Buffer.from([254])],
    ['x', null],
  ] as [string, Buffer | null][],
};

function refused(with_: Partial<RefusedRecord> = {}): RefusedRecord {
  return {
    ...{ record, correlationId: 'a', customerReference: '001', causationId: 'ce', traceparent: null },
    ...{ code: 'EVENT_INVALID', message: 'wrong', fields: ['b', 'c'], replays: 3, isTold: true },
    ...with_,
  };
}

const entries = (with_?: Partial<RefusedRecord>): ReturnType<typeof refusalEntries> =>
  refusalEntries(refused(with_), NOW_MS, { eventSource: '/s', groupId: 'g' });

const headersOf = (text: string): Record<string, string> => Object.fromEntries(JSON.parse(text) as [string, string][]);

describe('a record that never became an onboarding', () => {
  it('is kept byte for byte in its dead letter', () => {
    const [letter] = entries();
    expect(letter).toMatchObject({ kind: 'dead-letter', key: record.key, value: record.value });
    expect(decodeHeaders(letter!.originalHeaders!)).toEqual(record.headers);
  });

  it('failed first when it failed, without attempts, after so many replays', () => {
    const headers = headersOf(entries()[0]!.headers);
    expect(headers).toMatchObject({
      ...{ 'dead-letter-attempts': '0', 'dead-letter-replays': '3', 'dead-letter-original-offset': '9' },
      ...{ 'dead-letter-failed-at': '2026-01-02T00:00:00.000Z', 'dead-letter-fields': '["b","c"]' },
    });
    expect(headers['dead-letter-first-failed-at']).toBe(headers['dead-letter-failed-at']);
    expect(headers['dead-letter-http-status']).toBeUndefined();
  });

  it('is told to the CRM where a correlation id was found, with an id that follows from the record', () => {
    const [, event] = entries();
    expect(event).toMatchObject({ kind: 'rejected', key: record.key, code: 'EVENT_INVALID' });
    expect(headersOf(event!.headers)['ce_id']).toBe(rejectedRecordEventId('t', 2, 9n, 5));
    expect(JSON.parse(String(event!.value))).toEqual({
      ...{ correlationId: 'a', customerReference: '001', code: 'EVENT_INVALID', message: 'wrong', fields: ['b', 'c'] },
    });
  });

  it('is told with the correlation id as key when the record had none', () => {
    expect(String(entries({ record: { ...record, key: null } })[1]!.key)).toBe('a');
  });

  it('is not told without a correlation id, nor for an onboarding that is open or created', () => {
    expect(entries({ correlationId: null }).map(({ kind }) => kind)).toEqual(['dead-letter']);
    expect(entries({ isTold: false }).map(({ kind }) => kind)).toEqual(['dead-letter']);
  });
});
