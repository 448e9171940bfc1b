import { afterEach, describe, expect, it } from 'vitest';
import { clientOptions } from '../test-support/builders.js';
import { sendJson, startHttpServer, startRawServer, type Answer } from '../test-support/local-server.js';
import type { PartnerCenterOptions } from './options.js';
import { TokenEndpoint, TokenError, type TokenGrant } from './token-endpoint.js';
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
    answers[0]?.(new TokenError('down', false));
    expect(await renewal).toEqual({ kind: 'token-failed', message: 'down', permanent: false });
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

  it('keeps the newest refresh token and hands it on before the access token is used', async () => {
    const rotated: string[] = [];
    const options = { refreshToken: 'r1', onRotated: (token: string) => void rotated.push(token) };
    const { source, asked, answers } = await withToken({ refreshToken: 'r2' }, options);
    expect(rotated).toEqual(['r2']);
    const again = source.fetch();
    answers[0]?.({ accessToken: 'second', expiresInSeconds: 3600, refreshToken: 'r2' });
    await again;
    expect(asked).toEqual(['r1', 'r2']);
    expect(rotated).toEqual(['r2']);
  });
});

describe('TokenEndpoint', () => {
  const cleanups: (() => Promise<void>)[] = [];
  afterEach(async () => {
    for (const cleanup of cleanups.splice(0).reverse()) await cleanup();
  });

  async function setUp(answer: Answer, overrides: Partial<PartnerCenterOptions> = {}) {
    const server = await startHttpServer(answer);
    const endpoint = new TokenEndpoint(clientOptions(server.url, overrides));
    cleanups.push(server.close, () => endpoint.close());
    const form = () => Object.fromEntries(new URLSearchParams(server.seen[0]?.body));
    return { endpoint, server, form };
  }
  const granted: Answer = (_, response) =>
    sendJson(response, 200, { token_type: 'Bearer', expires_in: '3599', ext_expires_in: '3599', access_token: 't' });
  const RESOURCE = 'https://api.partnercenter.microsoft.com';
  const secret = { client_id: 'application', client_secret: 'a secret/with+signs' };

  it('asks the v1 endpoint for the resource of the cloud and reads a life given as text', async () => {
    const { endpoint, server, form } = await setUp(granted);
    expect(await endpoint.request(undefined)).toEqual({ accessToken: 't', expiresInSeconds: 3599, refreshToken: null });
    expect(server.seen[0]).toMatchObject({ method: 'POST', url: '/partner-tenant/oauth2/token' });
    expect(server.seen[0]?.headers['content-type']).toContain('application/x-www-form-urlencoded');
    expect(form()).toEqual({ ...secret, grant_type: 'client_credentials', resource: RESOURCE });
  });

  it('asks the v2 endpoint for the scope', async () => {
    const { endpoint, server, form } = await setUp(granted, { tokenVersion: 'v2', cloud: 'china' });
    await endpoint.request(undefined);
    expect(server.seen[0]?.url).toBe('/partner-tenant/oauth2/v2.0/token');
    const scope = 'https://partner.partnercenterapi.microsoftonline.cn/.default';
    expect(form()).toEqual({ ...secret, grant_type: 'client_credentials', scope });
  });

  it('uses the refresh token, ignores the id token and returns the rotated one', async () => {
    const { endpoint, form } = await setUp((_, response) =>
      sendJson(response, 200, {
        token_type: 'Bearer',
        expires_in: 3599,
        access_token: 't',
        id_token: 'x.y.z',
        refresh_token: 'r2',
      }),
    );
    expect(await endpoint.request('r1')).toMatchObject({ accessToken: 't', refreshToken: 'r2' });
    expect(form()).toEqual({
      ...secret,
      grant_type: 'refresh_token',
      refresh_token: 'r1',
      resource: RESOURCE,
      scope: 'openid',
    });
  });

  it.each([
    ['invalid_client', 401, true],
    ['invalid_grant', 400, true],
    ['interaction_required', 400, true],
    ['server_error', 400, false],
  ])('takes %s with HTTP %i for permanent: %s', async (error, status, permanent) => {
    const body = { error, error_description: 'AADSTS7000215: Invalid secret of Gena Ray.', trace_id: 'x' };
    const { endpoint } = await setUp((_, response) =>
      sendJson(response, status, body, { 'www-authenticate': 'Bearer' }),
    );
    const message = `The token endpoint refused to give a token (${error}, AADSTS7000215, HTTP ${status}).`;
    await expect(endpoint.request(undefined)).rejects.toMatchObject({ message, permanent });
  });

  it.each<[string, Answer]>([
    ['HTML', (_, response) => response.writeHead(200, { 'content-type': 'text/html' }).end('<html>')],
    ['nothing', (_, response) => response.writeHead(200).end()],
    ['204', (_, response) => response.writeHead(204).end()],
    ['no token', (_, response) => sendJson(response, 200, { token_type: 'Bearer' })],
    ['a redirect', (_, response) => response.writeHead(302, { location: '/elsewhere' }).end()],
    ['a throttle', (_, response) => sendJson(response, 429, { error: 'invalid_request' })],
    ['an outage', (_, response) => sendJson(response, 503, { error: 'invalid_client' })],
    [
      'half an answer',
      (_, response) => response.writeHead(200, { 'content-length': '99' }).write('{', () => response.destroy()),
    ],
    ['a reset', (_, response) => response.destroy()],
  ])('fails, but not for good, on %s', async (_, answer) => {
    const { endpoint, server } = await setUp(answer);
    await expect(endpoint.request(undefined)).rejects.toMatchObject({ name: 'TokenError', permanent: false });
    expect(server.seen.length).toBe(1);
  });

  it('keeps the secret out of errors', async () => {
    const server = await startRawServer((socket) => socket.destroy());
    const endpoint = new TokenEndpoint(clientOptions(server.url));
    cleanups.push(server.close, () => endpoint.close());
    const error: unknown = await endpoint.request(undefined).catch((caught: unknown) => caught);
    expect(JSON.stringify(error, Object.getOwnPropertyNames(error))).not.toContain('secret');
  });
});
