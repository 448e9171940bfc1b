import { describe, expect, it } from 'vitest';
import { TokenError } from './token-error.js';
import { TokenSource } from './tokens.js';

/**
 * What becomes of refresh tokens (reference 4.1). An endpoint that takes the tokens of `valid` and hands out `next` in
 * turn; a store that several workers share.
 */
function setUp(valid: string[], next: string[] = []) {
  const asked: (string | undefined)[] = [];
  const store = { token: null as string | null, reads: 0, isDown: false };
  const request = (refreshToken: string | undefined) => {
    asked.push(refreshToken);
    if (!valid.includes(refreshToken ?? '')) {
      return Promise.reject(new TokenError('refused', { error: 'invalid_grant', number: 'AADSTS700082' }));
    }
    return Promise.resolve({ accessToken: 'a', expiresInSeconds: 3600, refreshToken: next.shift() ?? null });
  };
  const source = new TokenSource({
    request,
    refreshToken: 'configured',
    onRotated: (token) => {
      if (store.isDown) return Promise.reject(new Error('down'));
      store.token = token;
      return Promise.resolve();
    },
    storedRefreshToken: () => {
      store.reads += 1;
      return store.isDown ? Promise.reject(new Error('down')) : Promise.resolve(store.token);
    },
  });
  return { source, asked, store, valid, next };
}

const TOKEN = { kind: 'token', value: 'a' };

describe('refresh tokens', () => {
  it('begin with the configured one where none was kept, and each new one is kept and used next', async () => {
    const { source, asked, store } = setUp(['configured', 'r2', 'r3'], ['r2', 'r2', 'r3']);
    for (let times = 0; times < 4; times++) expect(await source.fetch()).toEqual(TOKEN);
    expect(asked).toEqual(['configured', 'r2', 'r2', 'r3']);
    expect(store).toMatchObject({ token: 'r3', reads: 1 });
  });

  it('begin with the kept one after a restart', async () => {
    const { source, asked, store } = setUp(['kept']);
    store.token = 'kept';
    expect(await source.fetch()).toEqual(TOKEN);
    expect(asked).toEqual(['kept']);
  });

  it('are kept before the access token is used', async () => {
    let release = (): void => undefined;
    let isUsed = false;
    const source = new TokenSource({
      request: () => Promise.resolve({ accessToken: 'a', expiresInSeconds: 3600, refreshToken: 'r2' }),
      refreshToken: 'configured',
      onRotated: () => new Promise<void>((resolve) => (release = resolve)),
    });
    const answer = source.fetch().then(() => (isUsed = true));
    await new Promise((resolve) => setImmediate(resolve));
    expect([isUsed, source.current()]).toEqual([false, null]);
    release();
    await answer;
    expect(source.current()).toBe('a');
  });

  it('are looked up when the one in use is refused: another worker may have kept a newer one', async () => {
    const { source, asked, store, valid } = setUp(['configured']);
    await source.fetch();
    valid.splice(0, 1, 'newer');
    store.token = 'newer';
    expect(await source.fetch()).toEqual(TOKEN);
    expect(asked).toEqual(['configured', 'configured', 'newer']);
  });

  it('are a fault of the configuration only when the kept and the configured one are refused too', async () => {
    const { source, asked, store } = setUp([]);
    store.token = 'kept';
    const code = 'AADSTS700082';
    expect(await source.fetch()).toEqual({ kind: 'token-failed', message: 'refused', permanent: true, code });
    expect(asked).toEqual(['kept', 'configured']);
    expect(await source.check()).toMatchObject({ ok: false, permanent: true });
    expect(asked).toEqual(['kept', 'configured', 'configured', 'kept']);
  });

  it('live in memory while the store is down, and the store is asked again later', async () => {
    const { source, asked, store } = setUp(['configured', 'r2'], ['r2']);
    store.isDown = true;
    expect(await source.fetch()).toEqual(TOKEN);
    store.isDown = false;
    expect(await source.fetch()).toEqual(TOKEN);
    expect(asked).toEqual(['configured', 'r2']);
    expect(store.reads).toBe(2);
  });

  it('are not looked up for a failure that says nothing about them', async () => {
    for (const error of [new TokenError('down'), new TokenError('secret', { error: 'invalid_client' })]) {
      let reads = 0;
      const source = new TokenSource({
        request: () => Promise.reject(error),
        refreshToken: 'configured',
        storedRefreshToken: () => Promise.resolve(++reads === 1 ? null : 'other'),
      });
      expect(await source.fetch()).toMatchObject({ kind: 'token-failed', permanent: error.permanent });
      expect(reads).toBe(1);
    }
  });

  it('have no part in App-only', async () => {
    const asked: (string | undefined)[] = [];
    const source = new TokenSource({
      request: (refreshToken) => {
        asked.push(refreshToken);
        return Promise.resolve({ accessToken: 'a', expiresInSeconds: 3600, refreshToken: 'stray' });
      },
      storedRefreshToken: () => Promise.resolve('kept'),
    });
    await source.fetch();
    await source.fetch();
    expect(asked).toEqual([undefined, undefined]);
  });
});
