import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { FIXED_CODES, partnerCenterCode, partnerCenterHttpCode, reasonOf } from './codes.js';
import { deadLetterHeaders, disowningHeaders, fingerprint, type DeadLetter } from './dead-letter.js';

const letter: DeadLetter = {
  original: { topic: 'requests', partition: 3, offset: 9007199254740993n, timestampMs: 1_700_000_000_000 },
  consumerGroup: 'customer-onboarding',
  correlationId: 'c-1',
  code: 'PARTNER_CENTER_27100',
  message: 'The domain is taken.',
  fields: ['companyProfile.domain'],
  httpStatus: 409,
  requestId: 'r-1',
  firstFailedAt: '2026-01-02T03:04:05.678Z',
  failedAt: '2026-01-02T03:05:05.678Z',
  attempts: 2,
  replays: 1,
};

describe('dead letter headers', () => {
  it('are those of contract 4', () => {
    expect(Object.fromEntries(deadLetterHeaders(letter))).toEqual({
      'dead-letter-original-topic': 'requests',
      'dead-letter-original-partition': '3',
      'dead-letter-original-offset': '9007199254740993',
      'dead-letter-original-timestamp': '1700000000000',
      'dead-letter-consumer-group': 'customer-onboarding',
      'dead-letter-correlation-id': 'c-1',
      'dead-letter-code': 'PARTNER_CENTER_27100',
      'dead-letter-reason': 'rejected',
      'dead-letter-message': 'The domain is taken.',
      'dead-letter-fields': '["companyProfile.domain"]',
      'dead-letter-http-status': '409',
      'dead-letter-request-id': 'r-1',
      'dead-letter-first-failed-at': '2026-01-02T03:04:05.678Z',
      'dead-letter-failed-at': '2026-01-02T03:05:05.678Z',
      'dead-letter-attempts': '2',
      'dead-letter-replays': '1',
      'dead-letter-fingerprint': fingerprint('PARTNER_CENTER_27100', 409, ['companyProfile.domain']),
    });
  });

  it('leave out what is not known', () => {
    const bare = { ...letter, correlationId: null, fields: [], httpStatus: null, requestId: null };
    const names = deadLetterHeaders(bare).map(([name]) => name);
    for (const name of ['correlation-id', 'fields', 'http-status', 'request-id']) {
      expect(names).not.toContain(`dead-letter-${name}`);
    }
    expect(names).toHaveLength(13);
  });

  it('have the last word of each name that a failed record brought, also where there is nothing to say', () => {
    const bare = { ...letter, correlationId: null, fields: [], httpStatus: null, requestId: null };
    const all = [...deadLetterHeaders(letter).map(([name]) => name), 'dead-letter-null-headers'];
    for (const each of [letter, bare]) {
      const ours = deadLetterHeaders(each).map(([name]) => name);
      const disowned = disowningHeaders([...all, 'dead-letter-code', 'dead-letter-of-another-system', 'x'], ours);
      expect([...ours, ...disowned.map(([name]) => name)].toSorted()).toEqual(all.toSorted());
      expect(new Set(disowned.map(([, text]) => text))).toEqual(new Set(['']));
    }
    expect(disowningHeaders(['ce_id'], [])).toEqual([]);
  });

  it('hold a message of at most 512 characters that is valid UTF-16, whatever it was', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'binary', minLength: 500, maxLength: 600 }), (message) => {
        const text = Object.fromEntries(deadLetterHeaders({ ...letter, message }))['dead-letter-message'] ?? '';
        expect(text.length).toBe(message.length <= 512 ? message.length : text.length);
        expect(text.length).toBeLessThanOrEqual(512);
        expect(text.isWellFormed()).toBe(true);
      }),
    );
  });
});

describe('the fingerprint', () => {
  it('is 16 hexadecimal digits and does not depend on the order of the fields', () => {
    fc.assert(
      fc.property(fc.array(fc.string()), (fields) => {
        const print = fingerprint('EVENT_INVALID', null, fields);
        expect(print).toMatch(/^[0-9a-f]{16}$/);
        expect(fingerprint('EVENT_INVALID', null, [...fields, ...fields].reverse())).toBe(print);
      }),
    );
  });

  it('differs with code, status and fields', () => {
    const prints = [
      fingerprint('EVENT_INVALID', null, ['a']),
      fingerprint('RULE_VIOLATION', null, ['a']),
      fingerprint('EVENT_INVALID', 400, ['a']),
      fingerprint('EVENT_INVALID', null, ['a', 'b']),
      fingerprint('EVENT_INVALID', null, ['a,b']),
    ];
    expect(new Set(prints).size).toBe(prints.length);
  });
});

describe('codes', () => {
  it('have the reason of contract 4', () => {
    expect(FIXED_CODES.map((code) => [code, reasonOf(code)])).toEqual([
      ['EVENT_UNDECODABLE', 'undecodable'],
      ['EVENT_INVALID', 'invalid'],
      ['CORRELATION_ID_MISSING', 'invalid'],
      ['CORRELATION_ID_REUSED', 'invalid'],
      ['RULE_VIOLATION', 'invalid'],
      ['OUTCOME_UNRESOLVED', 'unresolved'],
      ['ATTEMPTS_EXHAUSTED', 'exhausted'],
    ]);
    expect(reasonOf(partnerCenterCode(27100))).toBe('rejected');
  });

  it('of Partner Center are built from its code or the status, as safe text', () => {
    expect(partnerCenterCode(27100)).toBe('PARTNER_CENTER_27100');
    expect(partnerCenterCode('Bad"\nCode')).toBe('PARTNER_CENTER_Bad__Code');
    expect(partnerCenterCode('x'.repeat(1000))).toHaveLength('PARTNER_CENTER_'.length + 64);
    expect(partnerCenterHttpCode(400)).toBe('PARTNER_CENTER_HTTP_400');
  });
});
