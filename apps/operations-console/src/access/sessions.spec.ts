import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { SESSION_MAX_SECONDS, Sessions } from './sessions.js';

const TOKENS = { operator: 'operator token', viewer: 'viewer token' };
let now = 1_000_000_000;
const nowMs = (): number => now;
const sessions = new Sessions(TOKENS, nowMs);

describe('a session', () => {
  it('has the role that it was begun with', () => {
    expect(sessions.roleOf(sessions.begin('operator'))).toBe('operator');
    expect(sessions.roleOf(sessions.begin('viewer'))).toBe('viewer');
  });

  it('outlives a restart', () => {
    expect(new Sessions(TOKENS, nowMs).roleOf(sessions.begin('viewer'))).toBe('viewer');
  });

  it('ends when the token of its role is another one or gone, and only then', () => {
    const [operator, viewer] = [sessions.begin('operator'), sessions.begin('viewer')];
    for (const token of ['another token', null]) {
      const restarted = new Sessions({ ...TOKENS, operator: token }, nowMs);
      expect([restarted.roleOf(operator), restarted.roleOf(viewer)]).toEqual([null, 'viewer']);
    }
  });

  it('ends after twelve hours', () => {
    const session = sessions.begin('operator');
    now += SESSION_MAX_SECONDS * 1_000 - 1_000;
    expect(sessions.roleOf(session)).toBe('operator');
    now += 1_000;
    expect(sessions.roleOf(session)).toBeNull();
  });

  it('ends when it is told to, others do not', () => {
    const [one, another, other] = [sessions.begin('operator'), sessions.begin('viewer'), sessions.begin('operator')];
    sessions.end(one);
    sessions.end(another);
    expect([one, another, other].map((session) => sessions.roleOf(session))).toEqual([null, null, 'operator']);
  });

  it('is none when anything in it was changed', () => {
    const session = sessions.begin('viewer');
    fc.assert(
      fc.property(
        fc.nat(session.length - 1),
        fc.string({ unit: 'binary-ascii', minLength: 1, maxLength: 1 }),
        (at, other) => {
          fc.pre(session[at] !== other);
          expect(sessions.roleOf(session.slice(0, at) + other + session.slice(at + 1))).toBeNull();
        },
      ),
    );
    expect(sessions.roleOf(session.replace('viewer', 'operator'))).toBeNull();
    expect(sessions.roleOf('')).toBeNull();
  });
});
