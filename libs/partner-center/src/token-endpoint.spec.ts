import { afterEach, describe, expect, it } from 'vitest';
import { clientOptions } from '../test-support/builders.js';
import { sendJson, startHttpServer, startRawServer, type Answer } from '../test-support/local-server.js';
import { CLOUD_ADDRESSES } from './clouds.js';
import type { PartnerCenterOptions } from './options.js';
import { TokenEndpoint } from './token-endpoint.js';
import type { TokenError } from './token-error.js';

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

  /** Reference 4.2, written down apart from the client's own table. */
  const CLOUD_FACTS = [
    ['global', 'https://login.microsoftonline.com', RESOURCE],
    ['china', 'https://login.chinacloudapi.cn', 'https://partner.partnercenterapi.microsoftonline.cn'],
    ['us-government', 'https://login.microsoftonline.us', RESOURCE],
    ['germany', 'https://login.microsoftonline.de', RESOURCE],
  ] as const;

  it.each(CLOUD_FACTS)('knows the addresses of the cloud %s', (cloud, authorityUrl, resource) => {
    // The resource of a cloud is the address of its API, also where that address is overridden.
    expect(CLOUD_ADDRESSES[cloud]).toMatchObject({ authorityUrl, baseUrl: resource, tokenResource: resource });
  });

  const modes = CLOUD_FACTS.flatMap(([cloud, , resource]) => [
    { cloud, version: 'v1', mode: 'App-only', audience: { resource } },
    { cloud, version: 'v1', mode: 'App+User', audience: { resource, scope: 'openid' } },
    { cloud, version: 'v2', mode: 'App-only', audience: { scope: `${resource}/.default` } },
    { cloud, version: 'v2', mode: 'App+User', audience: { scope: `${resource}/.default` } },
  ]);

  it.each(modes)('asks for a token of $cloud with $version, $mode', async ({ cloud, version, mode, audience }) => {
    const tokenVersion = version === 'v2' ? 'v2' : 'v1';
    const { endpoint, server, form } = await setUp(granted, { cloud, tokenVersion });
    await endpoint.request(mode === 'App-only' ? undefined : 'r1');
    const grant =
      mode === 'App-only' ? { grant_type: 'client_credentials' } : { grant_type: 'refresh_token', refresh_token: 'r1' };
    expect(form()).toEqual({ ...secret, ...grant, ...audience });
    const path = version === 'v2' ? 'oauth2/v2.0/token' : 'oauth2/token';
    expect(server.seen[0]).toMatchObject({ method: 'POST', url: `/partner-tenant/${path}` });
    expect(server.seen[0]?.headers['content-type']).toContain('application/x-www-form-urlencoded');
  });

  it('asks for v1 where no version is named', async () => {
    const { endpoint, server } = await setUp(granted);
    expect(await endpoint.request(undefined)).toEqual({ accessToken: 't', expiresInSeconds: 3599, refreshToken: null });
    expect(server.seen[0]?.url).toBe('/partner-tenant/oauth2/token');
  });

  it.each([
    ['"3600"', 3600],
    ['3599', 3599],
    ['"3599"', 3599],
    ['null', null],
  ])('reads a life of %s seconds', async (life, expiresInSeconds) => {
    const body = `{"token_type":"bearer","access_token":"t","resource":"x"${life === 'null' ? '' : `,"expires_in":${life}`}}`;
    const { endpoint } = await setUp((_, response) => sendJson(response, 200, body));
    expect(await endpoint.request(undefined)).toMatchObject({ accessToken: 't', expiresInSeconds });
  });

  it('does not compare the times in an answer with its own clock, which may be wrong', async () => {
    const elsewhen = { not_before: '4102444800', expires_on: '4102448400' };
    const { endpoint } = await setUp((_, response) =>
      sendJson(response, 200, { token_type: 'Bearer', expires_in: '3599', access_token: 't', ...elsewhen }),
    );
    expect(await endpoint.request(undefined)).toMatchObject({ accessToken: 't', expiresInSeconds: 3599 });
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

  const CONSENT = / A person has to consent again, with multi-factor authentication, and give the new refresh token\.$/;
  const SETTINGS = / Check tenant, client id, client secret and the rights of the application\.$/;

  it.each([
    ['invalid_grant', 'AADSTS70008', 400, CONSENT],
    ['invalid_grant', 'AADSTS50076', 400, CONSENT],
    ['interaction_required', 'AADSTS50076', 400, CONSENT],
    ['invalid_request', 'AADSTS50076', 400, CONSENT],
    ['unknown_to_us', 'AADSTS65001', 400, CONSENT],
    ['consent_required', 'AADSTS65001', 401, CONSENT],
    ['invalid_grant', 'AADSTS53003', 400, CONSENT],
    ['invalid_client', 'AADSTS7000215', 401, SETTINGS],
    ['unauthorized_client', 'AADSTS700016', 400, SETTINGS],
    ['invalid_resource', 'AADSTS500011', 400, SETTINGS],
  ])('takes %s, %s, HTTP %i for a fault that a person mends', async (error, number, status, remedy) => {
    const body = { error, error_description: `${number}: Invalid secret of Gena Ray.`, trace_id: 'x' };
    const { endpoint } = await setUp((_, response) =>
      sendJson(response, status, body, { 'www-authenticate': 'Bearer' }),
    );
    const refusal = (await endpoint.request('r1').catch((caught: unknown) => caught)) as TokenError;
    expect(refusal).toMatchObject({ permanent: true, isAboutGrant: remedy === CONSENT, code: number });
    expect(refusal.message).toContain(
      `The token endpoint refused to give a token (${error}, ${number}, HTTP ${status}).`,
    );
    expect(refusal.message).toMatch(remedy);
    expect(refusal.message).not.toContain('Ray');
  });

  it.each([
    ['server_error', 400],
    ['temporarily_unavailable', 400],
    ['invalid_grant', 429],
    ['invalid_grant', 503],
  ])('takes %s with HTTP %i for something that passes', async (error, status) => {
    const { endpoint } = await setUp((_, response) => sendJson(response, status, { error }));
    await expect(endpoint.request('r1')).rejects.toMatchObject({ permanent: false, isAboutGrant: false });
  });

  it('names an error that is none by no word of it', async () => {
    const { endpoint } = await setUp((_, response) => sendJson(response, 400, { error: 'Bad \u001b[31m thing' }));
    const message = 'The token endpoint refused to give a token (unknown error, HTTP 400).';
    await expect(endpoint.request('r1')).rejects.toMatchObject({ message, permanent: false, code: null });
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
