import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { customerBody, TestClient } from '../../test/client.js';

let client: TestClient;
beforeAll(async () => {
  client = await TestClient.start();
});
beforeEach(() => client.control('POST', 'reset', { tokens: true }));
afterAll(() => client.close());

const GLOBAL = 'https://api.partnercenter.microsoft.com';
const CHINA = 'https://partner.partnercenterapi.microsoftonline.cn';
const settings = (changes: Record<string, unknown>) => client.control('PATCH', 'settings', changes);
const refresh = (token: string) => client.fetchToken({ grant_type: 'refresh_token', refresh_token: token });
const appOnly = async (form: Record<string, string> = {}, path?: string): Promise<string> =>
  (await client.fetchToken(form, path)).json.access_token;
const createWith = async (token: string) => {
  const { status, json } = await client.create(customerBody(), { token });
  return [status, json?.code];
};

describe('a refresh token', () => {
  it('works again after its use, unless rotation revokes it', async () => {
    const { refresh_token: second } = (await refresh('first')).json;
    expect((await refresh('first')).status).toBe(200);
    await settings({ refreshTokenRotation: 'revokesOld' });
    const again = await refresh('first');
    expect([again.status, again.json.error, again.json.error_codes]).toEqual([400, 'invalid_grant', [70000]]);
    const { refresh_token: third } = (await refresh(second)).json;
    expect((await refresh(second)).status).toBe(400);
    expect((await refresh(third)).status).toBe(200);
  });

  it('is good no more after a revocation, until there is a new consent', async () => {
    await settings({ refreshToken: 'first' });
    const { refresh_token: issued } = (await refresh('first')).json;
    await client.control('POST', 'tokens/revoke');
    expect([(await refresh('first')).status, (await refresh(issued)).status]).toEqual([400, 400]);
    const consent = await client.fetchToken({ grant_type: 'authorization_code', code: 'c' });
    expect((await refresh(consent.json.refresh_token)).status).toBe(200);
    await settings({ refreshToken: 'second' });
    expect((await refresh('second')).status).toBe(200);
  });

  it('gives tokens with MFA only as far as its consent had it; a new consent has', async () => {
    await settings({ refreshTokenHasMfa: false });
    expect(await createWith((await refresh('r')).json.access_token)).toEqual([401, 900421]);
    const consent = await client.fetchToken({ grant_type: 'authorization_code', code: 'c' });
    expect(await createWith(consent.json.access_token)).toEqual([201, undefined]);
  });
});

it.each([
  ['900421', 900421, '{"code"'],
  ['emptyMfa', undefined, ''],
  ['10001', undefined, '10001: Authentication failed. MFA required.'],
])('demands MFA in the form %s', async (mfaRefusal, code, beginning) => {
  await settings({ refreshTokenHasMfa: false, mfaRefusal });
  const reply = await client.create(customerBody(), { token: await client.appUserToken() });
  expect([reply.status, reply.json?.code]).toEqual([401, code]);
  expect(reply.bytes.toString().startsWith(beginning)).toBe(true);
});

it('reports MFA when asked to, and lists the calls that lacked it', async () => {
  await settings({ refreshTokenHasMfa: false, mfaEnforcedFraction: 0 });
  const token = await client.appUserToken();
  const headers = { ValidateMfa: 'true' };
  const requestId = 'c0ffee00-0000-4000-8000-000000000001';
  const reply = await client.create(customerBody(), { token, headers, requestId });
  expect([reply.status, reply.headers['ismfacompliant']]).toEqual([201, 'false']);
  const plain = await client.create(customerBody(), { token: await appOnly(), headers });
  expect(plain.headers['ismfacompliant']).toBeUndefined();
  const listed = (await client.get('/v1/partnerRequests', { token: await appOnly() })).json;
  expect(listed.items).toMatchObject([{ requestId, method: 'POST', path: '/v1/customers' }]);
});

describe('the audience of a token', () => {
  it('must be that of the cloud once it is checked', async () => {
    await settings({ audienceCheck: 'cloud' });
    expect(await createWith(await appOnly({ resource: GLOBAL }))).toEqual([201, undefined]);
    expect(await createWith(await appOnly({ resource: 'https://graph.microsoft.com' }))).toEqual([401, 400]);
    expect(await createWith(await appOnly({ resource: CHINA }))).toEqual([401, 400]);
    await settings({ cloud: 'china' });
    expect(await createWith(await appOnly({ resource: CHINA }))).toEqual([201, undefined]);
  });

  it('is read from the scope by v2', async () => {
    await settings({ audienceCheck: 'cloud' });
    const v2 = (scope: string) => appOnly({ scope }, '/t1/oauth2/v2.0/token');
    expect(await createWith(await v2(`${GLOBAL}/.default`))).toEqual([201, undefined]);
    expect(await createWith(await v2(`openid offline_access ${GLOBAL}/.default`))).toEqual([201, undefined]);
    expect(await createWith(await v2('https://graph.microsoft.com/.default'))).toEqual([401, 400]);
    expect(await createWith(await v2('https://graph.chinacloudapi.cn/.default'))).toEqual([401, 900420]);
  });
});

it('knows one directory only, if one is configured', async () => {
  await settings({ tenantId: 'T1' });
  expect((await client.fetchToken()).status).toBe(200);
  expect((await client.fetchToken({}, '/t2/oauth2/token')).json.error_codes).toEqual([90002]);
});

it.each([
  ['mfaRequired', 400, 'interaction_required', 50076],
  ['consentRequired', 400, 'invalid_grant', 65001],
  ['interactionRequired', 400, 'interaction_required', 0],
  ['invalidClient', 401, 'invalid_client', 7000215],
  ['temporarilyUnavailable', 503, 'temporarily_unavailable', 90033],
])('refuses a token as %s when ordered to, and nothing else', async (variant, status, error, number) => {
  await client.fault({ kind: 'tokenRefusal', variant }, {}, { times: 'forever' });
  const reply = await client.fetchToken();
  expect([reply.status, reply.json.error, reply.json.error_codes]).toEqual([status, error, [number]]);
  expect((await client.get('/v1/customers?size=1')).status).toBe(401);
});

it.each([
  ['GET', '/v1/relationships?relationship_type=IsIndirectCloudSolutionProviderOf'],
  ['GET', '/v1/customers/x/profiles/company'],
  ['GET', '/v1/customers/x/validationStatus?type=account'],
  ['GET', '/v1/customers/relationshiprequests'],
  ['GET', '/v1/customers/x/subscribedskus'],
  ['GET', '/v1/customers/x/users'],
  ['PATCH', '/v1/customers/x/users/y'],
  ['PATCH', '/v1/customers/x'],
  ['GET', '/v1/agreements'],
  ['POST', '/v1/customers/x/agreements'],
  ['GET', '/v1/compliance/csp/agreementstatus'],
])('takes no App-only token for %s %s', async (method, path) => {
  const reply = await client.send(method, path, { token: await appOnly() });
  expect([reply.status, reply.json.code]).toEqual([403, 900329]);
});

it('notes in the journal whose token a call came with', async () => {
  await client.create(customerBody(), { token: await appOnly() });
  await client.create(customerBody(), { token: await client.appUserToken() });
  await client.create(customerBody(), { token: 'forged' });
  const { entries } = (await client.control('GET', 'journal?operation=create')).json;
  expect(entries.map((entry: { auth: string | null }) => entry.auth)).toEqual(['appOnly', 'appUser', null]);
});
