import { describe, expect, it } from 'vitest';
import type { TokenGrant } from './token-endpoint.js';
import { TokenError } from './token-error.js';
import { TokenSource, type TokenSourceOptions } from './tokens.js';

const MINUTE = 60_000;

describe('TokenSource', () => {
  function setUp(overrides: Partial<TokenSourceOptions> = {}) {
    let now = 0;
    const answers: ((grant: TokenGrant | Error) => void)[] = [];
    const asked: (string | undefined)[] = [];
    const source = new TokenSource({
      now: () => now,
      request: (refreshToken) => {
        asked.push(refreshToken);
        return new Promise((resolve, reject) => {
          answers.push((grant) => (grant instanceof Error ? reject(grant) : resolve(grant)));
        });
      },
      ...overrides,
    });
    return { source, asked, at: (ms: number) => (now = ms), answers };
  }

  async function withToken(grant: Partial<TokenGrant> = {}, overrides: Partial<TokenSourceOptions> = {}) {
    const made = setUp(overrides);
    const fetched = made.source.fetch();
    made.answers.shift()?.({ accessToken: 'first', expiresInSeconds: 3600, refreshToken: null, ...grant });
    await fetched;
    return made;
  }

  it('lets everyone wait for one request', async () => {
    const { source, asked, answers } = setUp();
    const all = Promise.all([source.fetch(), source.fetch(), source.check()]);
    answers[0]?.({ accessToken: 'one', expiresInSeconds: 3600, refreshToken: null });
    expect(await all).toEqual([{ kind: 'token', value: 'one' }, { kind: 'token', value: 'one' }, { ok: true }]);
    expect(asked).toHaveLength(1);
    expect(source.current()).toBe('one');
  });

  it('renews a fifth of its life before the end, in the background, and serves the old token meanwhile', async () => {
    const { source, asked, answers, at } = await withToken();
    at(48 * MINUTE - 1);
    expect([source.current(), asked.length]).toEqual(['first', 1]);
    at(48 * MINUTE);
    expect([source.current(), source.current(), asked.length]).toEqual(['first', 'first', 2]);
    const renewed = source.fetch();
    answers[0]?.({ accessToken: 'second', expiresInSeconds: 3600, refreshToken: null });
    await renewed;
    expect(source.current()).toBe('second');
  });

  it.each([
    [1200, 15 * MINUTE],
    [300, 2.5 * MINUTE],
    [null, 2.5 * MINUTE],
  ])('renews a token that lives %s s after %i ms', async (expiresInSeconds, renewAt) => {
    const { source, asked, at } = await withToken({ expiresInSeconds });
    at(renewAt - 1);
    source.current();
    expect(asked).toHaveLength(1);
    at(renewAt);
    source.current();
    expect(asked).toHaveLength(2);
  });

  it('serves the old token when a renewal fails, and tries again only after a pause', async () => {
    const { source, asked, answers, at } = await withToken();
    at(50 * MINUTE);
    source.current();
    const renewal = source.fetch();
    answers[0]?.(new TokenError('down'));
    expect(await renewal).toEqual({ kind: 'token-failed', message: 'down', permanent: false, code: null });
    expect([source.current(), asked.length]).toEqual(['first', 2]);
    at(50 * MINUTE + 10_000);
    expect([source.current(), asked.length]).toEqual(['first', 3]);
  });

  it('does not serve a token shortly before its end, nor a dropped one', async () => {
    const { source, at } = await withToken();
    at(60 * MINUTE - 30_001);
    expect(source.current()).toBe('first');
    at(60 * MINUTE - 30_000);
    expect(source.current()).toBeNull();
    const other = await withToken();
    other.source.drop('another');
    expect(other.source.current()).toBe('first');
    other.source.drop('first');
    expect(other.source.current()).toBeNull();
  });

  it('lets nobody see an error that is no TokenError: every end is a value', async () => {
    const { source, answers } = setUp();
    const answer = source.fetch();
    answers[0]?.(new Error('the client_secret is hunter2'));
    const message = 'The token endpoint gave an answer that cannot be read.';
    expect(await answer).toEqual({ kind: 'token-failed', message, permanent: false, code: null });
  });
});
