import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { DOCUMENTED_CODES, RELEVANT_CODES, STATUS_CLASSES } from '#testing';
import { fault, wire } from '../test-support/wire.js';
import { classifyGet, classifyQuery, isEndOfPaging } from './classify-query.js';
import type { WireAnswer } from './exchange.js';

const NOW = Date.parse('2026-01-01T00:00:00Z');
const query = (answer: WireAnswer, value: string | null = 'value') => classifyQuery(answer, NOW, () => value);

/** What a code of the reference must come to for a read, said without looking at the client's table. */
function expectedEnd(code: string, status: number, name: string): string {
  if (status === 401 || ['900420', '900421', '10001'].includes(code)) return 'account-refused';
  if (status >= 500) return 'failed server-error';
  if (status === 403) return 'failed held';
  return name === 'permanent-config' && code !== '800018' ? 'failed held' : 'failed refused';
}

describe('classifyQuery', () => {
  it.each(RELEVANT_CODES)('knows $code with HTTP $status as $class', ({ code, status, class: name }) => {
    const http = status ?? 400;
    for (const form of [code, Number(code)]) {
      const answer = query(wire(http, fault(form)));
      const end = answer.kind === 'failed' ? `failed ${answer.why}` : answer.kind;
      expect(end).toBe(expectedEnd(code, http, name));
      expect(answer).toMatchObject({ httpStatus: http, code });
      expect(JSON.stringify(answer)).not.toContain('North Bakery');
    }
  });

  it.each(DOCUMENTED_CODES.filter(({ status }) => status >= 400))('has no answer with $code, HTTP $status', (entry) => {
    const relevant = RELEVANT_CODES.find(({ code }) => code === entry.code);
    const answer = query(wire(entry.status, fault(Number(entry.code))));
    const end = answer.kind === 'failed' ? `failed ${answer.why}` : answer.kind;
    expect(end).toBe(expectedEnd(entry.code, entry.status, relevant?.class ?? ''));
  });

  it.each(STATUS_CLASSES)('knows HTTP %i without a code as %s', (status, name) => {
    const expected =
      { authRefresh: 'account-refused', throttled: 'throttled' }[name] ??
      (status === 408 ? 'timeout' : status >= 500 ? 'server-error' : status === 403 ? 'held' : 'refused');
    for (const body of ['', '<html><body>Bad Request</body></html>', '[]', '{}']) {
      const answer = query(wire(status, body));
      expect(answer.kind === 'failed' ? answer.why : answer.kind).toBe(expected);
    }
  });

  it('says nothing of customers in a refusal whose code means something else for a read', () => {
    expect(query(wire(400, fault(2001)))).toMatchObject({
      message: 'Partner Center refused the request (HTTP 400, code 2001).',
    });
  });

  it('answers only for a whole 2xx that can be read', () => {
    const statuses = fc.integer({ min: 100, max: 999 });
    fc.assert(
      fc.property(statuses, fc.string(), fc.boolean(), (status, text, isRead) => {
        const answer = query(wire(status, text), isRead ? 'value' : null);
        expect(answer.kind === 'answered').toBe(status >= 200 && status < 300 && isRead);
      }),
    );
  });

  it('does not read a body that did not arrive whole', () => {
    const why = { timeout: 'timeout', 'connection-lost': 'connection-lost', 'too-large': 'damaged-answer' } as const;
    for (const damage of ['timeout', 'connection-lost', 'too-large'] as const) {
      expect(query(wire(200, '', { damage }))).toMatchObject({ kind: 'failed', why: why[damage], httpStatus: 200 });
    }
  });

  it('has no answer when none came', () => {
    for (const why of ['timeout', 'connection-lost'] as const) {
      expect(query({ kind: 'lost', why })).toMatchObject({ kind: 'failed', why, httpStatus: null, code: null });
    }
    const notSent = { kind: 'not-sent', why: 'tls', message: 'm' } as const;
    expect(query(notSent)).toEqual(notSent);
  });

  it('passes Retry-After on', () => {
    const headers = { 'retry-after': '1' };
    expect(query(wire(429, '', { headers }))).toEqual({ kind: 'throttled', retryAfterMs: 1000 });
    // The gateway's own shape (reference 3.1, D): no code, and its text is not read.
    const gateway = { statusCode: 429, message: 'Rate limit is exceeded. Try again in 57 seconds.' };
    expect(query(wire(429, gateway))).toEqual({ kind: 'throttled', retryAfterMs: null });
  });
});

describe('classifyGet', () => {
  it('has an answer of its own for 404, and for nothing else', () => {
    const get = (answer: WireAnswer) => classifyGet(answer, NOW, () => 'value');
    expect(get(wire(404, fault(60003)))).toMatchObject({ kind: 'not-found', httpStatus: 404, code: '60003' });
    expect(get(wire(404))).toMatchObject({ kind: 'not-found', code: null });
    for (const status of [400, 410, 500]) expect(get(wire(status, fault(60003)))).toMatchObject({ kind: 'failed' });
    expect(get(wire(404, fault(900421)))).toMatchObject({ kind: 'account-refused' });
    expect(get(wire(200, '{}'))).toEqual({ kind: 'answered', value: 'value' });
  });
});

describe('isEndOfPaging', () => {
  it('is code 2000 with HTTP 400', () => {
    expect(isEndOfPaging(wire(400, fault(2000)))).toBe(true);
    expect(isEndOfPaging(wire(400, fault('2000')))).toBe(true);
    for (const other of [wire(400, fault(2001)), wire(500, fault(2000)), wire(200, fault(2000))])
      expect(isEndOfPaging(other)).toBe(false);
    expect(isEndOfPaging({ kind: 'lost', why: 'timeout' })).toBe(false);
  });
});
