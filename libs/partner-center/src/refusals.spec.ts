import { describe, expect, it } from 'vitest';
import { fault, wire } from '../test-support/wire.js';
import { asksForNewToken, codeOf } from './refusals.js';

describe('asksForNewToken', () => {
  it('is true for an ordinary 401 only', () => {
    for (const body of ['', '<html>', fault(400), fault('800001'), '{"co'])
      expect(asksForNewToken(wire(401, body))).toBe(true);
    for (const code of [900420, '900421', 10001]) expect(asksForNewToken(wire(401, fault(code)))).toBe(false);
    expect(asksForNewToken(wire(401, '', { statusText: 'MFA required' }))).toBe(false);
    const challenge = { 'www-authenticate': 'Bearer error="invalid_token", error_description="MFA required"' };
    expect(asksForNewToken(wire(401, '', { headers: challenge }))).toBe(false);
    expect(asksForNewToken(wire(403, fault(400)))).toBe(false);
    expect(asksForNewToken({ kind: 'lost', why: 'timeout' })).toBe(false);
  });
});

describe('codeOf', () => {
  it('is the code of an error body of any shape (reference 3.1), and of no other answer', () => {
    const bodies = [
      fault(2000),
      fault('2000'),
      { code: 2000, message: 'm', errorName: 'e', isRetryable: false, parameters: {}, errorMessageExtended: 'x' },
      { Code: 2000, Description: 'd', Data: { a: 'b' }, other_errors: [{ error_code: '1', message: 'm' }] },
      { error: { code: '2000', message: 'm' } },
    ];
    for (const body of bodies) expect(codeOf(wire(400, body))).toBe('2000');
    const none = ['', 'Bad Request', '<html>', '{"code":20', { statusCode: 429, message: 'm' }, '[2000]', 'null'];
    for (const body of none) expect(codeOf(wire(400, body))).toBeNull();
    expect(codeOf(wire(200, fault(2000)))).toBeNull();
  });
});
