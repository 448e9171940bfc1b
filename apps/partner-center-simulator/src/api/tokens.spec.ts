import { afterAll, beforeAll, beforeEach, expect, it } from 'vitest';
import { customerBody, TestClient } from '../../test/client.js';

let client: TestClient;
beforeAll(async () => {
  client = await TestClient.start();
});
beforeEach(() => client.reset());
afterAll(() => client.close());

const V2 = { path: '/t1/oauth2/v2.0/token', scope: { resource: '', scope: 'https://api/.default' } };
const settings = (changes: Record<string, unknown>) => client.control('PATCH', 'settings', changes);
const call = (token: string | null) => client.create(customerBody(), { token });

it('answers numbers as strings in v1 and as numbers in v2, without byte order mark', async () => {
  const v1 = await client.fetchToken();
  expect(v1.json).toMatchObject({ token_type: 'Bearer', expires_in: '3600', resource: 'https://api' });
  expect(Number(v1.json.expires_on) - Number(v1.json.not_before)).toBe(3900);
  expect(v1.bytes[0]).toBe('{'.charCodeAt(0));
  const v2 = await client.fetchToken(V2.scope, V2.path);
  expect(v2.json).toMatchObject({ expires_in: 3600, ext_expires_in: 3600 });
  expect((await call(v2.json.access_token)).status).toBe(201);
});

it('rotates refresh tokens and takes only those it gave out, if one is configured', async () => {
  await settings({ refreshToken: 'first' });
  const grant = { grant_type: 'refresh_token' };
  expect((await client.fetchToken({ ...grant, refresh_token: 'other' })).json.error).toBe('invalid_grant');
  const first = await client.fetchToken({ ...grant, refresh_token: 'first' });
  const second = await client.fetchToken({ ...grant, refresh_token: first.json.refresh_token });
  expect(second.status).toBe(200);
  expect(second.json.refresh_token).not.toBe(first.json.refresh_token);
});

it.each<[string, Record<string, string>, number, string]>([
  ['a wrong secret', { client_secret: 'wrong' }, 401, 'invalid_client'],
  ['a wrong client', { client_id: 'other' }, 400, 'unauthorized_client'],
  ['another grant', { grant_type: 'device_code' }, 400, 'unsupported_grant_type'],
  ['a password, which MFA has ended', { grant_type: 'password' }, 400, 'invalid_grant'],
  ['a consent without its code', { grant_type: 'authorization_code' }, 400, 'invalid_request'],
  ['no resource', { resource: '' }, 400, 'invalid_request'],
])('refuses %s', async (_, form, status, error) => {
  await settings({ clientSecret: 'secret', clientId: 'app' });
  const reply = await client.fetchToken(form);
  expect([reply.status, reply.json.error]).toEqual([status, error]);
  expect((await client.fetchToken()).status).toBe(200);
});

it('makes every call of the API need a token that is known and unexpired', async () => {
  expect((await call(null)).json.code).toBe(800001);
  expect((await call('forged')).json.code).toBe(400);
  await settings({ tokenLifetimeSeconds: 100 });
  const token = (await client.fetchToken()).json.access_token;
  expect((await call(token)).status).toBe(201);
  await client.control('POST', 'clock', { advanceMs: 100_000 });
  const late = await call(token);
  expect([late.status, late.headers['www-authenticate']]).toEqual([401, expect.stringContaining('OAuth realm')]);
});

it('refuses all tokens at once when told to', async () => {
  const token = (await client.fetchToken()).json.access_token;
  const other = await TestClient.start();
  await other.control('POST', 'tokens/expire');
  expect((await other.create(customerBody())).status).toBe(401);
  expect((await call(token)).status).toBe(201);
  await other.close();
});

it('refuses a token for the retired audience with 900420', async () => {
  const token = (await client.fetchToken({ resource: 'https://graph.windows.net' })).json.access_token;
  expect((await call(token)).json.code).toBe(900420);
});

it('refuses a share of the calls of an App+User token without MFA with 900421', async () => {
  await settings({ refreshTokenHasMfa: false, mfaEnforcedFraction: 0.5 });
  const token = await client.appUserToken();
  const codes = [];
  for (let i = 0; i < 30; i++) codes.push((await call(token)).json.code);
  expect(new Set(codes)).toEqual(new Set([undefined, 900421]));
});
