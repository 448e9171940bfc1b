import { afterEach, describe, expect, it } from 'vitest';
import { customerAnswer, customerData } from '../test-support/builders.js';
import { deadUrl, sendJson, startHttpServer } from '../test-support/local-server.js';
import { CALL as call, clientsOfTests, IDS as ids } from '../test-support/with-client.js';
import { OPERATIONS } from './calls.js';
import type { PartnerCenterClient } from './client.js';
import { toCreateBody } from './create-body.js';

const BODY = toCreateBody(customerData());

/** One call of every operation, by its name. */
const EVERY_OPERATION = [
  ['customers.create', (client: PartnerCenterClient) => client.customers.create(BODY, call)],
  ['customers.get', (client: PartnerCenterClient) => client.customers.get('id', call)],
  ['customers.search', (client: PartnerCenterClient) => client.customers.search({ domainPrefix: 'a' }, call)],
  ['domains.isAvailable', (client: PartnerCenterClient) => client.domains.isAvailable('a', call)],
  ['countryValidationRules.get', (client: PartnerCenterClient) => client.countryValidationRules.get('US', call)],
  [
    'addresses.validate',
    (client: PartnerCenterClient) => client.addresses.validate({ addressLine1: 'a', country: 'US' }, call),
  ],
  ['auditRecords.search', (client: PartnerCenterClient) => client.auditRecords.search({ sinceDate: new Date() }, call)],
  ['relationships.indirectResellers', (client: PartnerCenterClient) => client.relationships.indirectResellers(call)],
] as const;

describe('PartnerCenterClient', () => {
  const setUp = clientsOfTests(afterEach);

  it('renews the token once after a 401 and repeats the call with the same request id and body', async () => {
    const { client, seen } = await setUp((_, response, nth) =>
      nth === 1 ? sendJson(response, 401, { code: 800001 }) : sendJson(response, 201, customerAnswer()),
    );
    expect(await client.customers.create(BODY, call)).toMatchObject({ kind: 'created' });
    expect(seen().map(({ headers }) => headers.authorization)).toEqual(['Bearer token-1', 'Bearer token-2']);
    expect(new Set(seen().map(({ headers, body }) => `${String(headers['ms-requestid'])} ${body}`)).size).toBe(1);
  });

  it('takes a second 401 for a refusal of the account, and brings a new token to the next call', async () => {
    const { client, seen } = await setUp((_, response) => response.writeHead(401).end());
    expect(await client.customers.create(BODY, call)).toMatchObject({ kind: 'account-refused', httpStatus: 401 });
    expect(seen()).toHaveLength(2);
    await client.customers.create(BODY, call);
    expect(seen()[2]?.headers.authorization).toBe('Bearer token-3');
  });

  it.each([900420, 900421, 10001])('does not repeat a 401 with code %i', async (code) => {
    const { client, seen } = await setUp((_, response) => sendJson(response, 401, { code }));
    expect(await client.customers.create(BODY, call)).toMatchObject({ kind: 'account-refused', code: String(code) });
    expect(seen()).toHaveLength(1);
    await client.customers.create(BODY, call);
    expect(seen()[1]?.headers.authorization).toBe('Bearer token-2');
  });

  it('sends nothing when the gate is closed, also before the repetition', async () => {
    const { client, seen } = await setUp((_, response) => response.writeHead(401).end());
    const closed = { ids, mayStart: () => false };
    expect(await client.customers.create(BODY, closed)).toMatchObject({ kind: 'not-sent', why: 'gate-closed' });
    expect(seen()).toHaveLength(0);
    let asked = 0;
    const once = { ids, mayStart: () => ++asked === 1 };
    expect(await client.customers.create(BODY, once)).toMatchObject({ kind: 'not-sent', why: 'gate-closed' });
    expect(seen()).toHaveLength(1);
  });

  it('asks the token endpoint once for many calls', async () => {
    const { client, tokens } = await setUp((_, response) => sendJson(response, 201, customerAnswer()));
    await Promise.all(Array.from({ length: 20 }, () => client.customers.create(BODY, call)));
    expect(tokens()).toBe(1);
  });

  it('knows every operation here', () => {
    expect(EVERY_OPERATION.map(([name]) => name)).toEqual(OPERATIONS);
  });

  it.each(EVERY_OPERATION)('sends nothing for %s when there is no token', async (operation, make) => {
    const { client, seen } = await setUp((_, response) => response.end(), { authorityUrl: await deadUrl() });
    const message: unknown = expect.stringContaining('ECONNREFUSED');
    const facts = { operation, ...ids, httpStatus: null, code: null, msCv: null };
    expect(await make(client)).toEqual({ kind: 'token-failed', permanent: false, code: null, message, call: facts });
    expect(await client.checkToken()).toMatchObject({ ok: false, permanent: false });
    expect(seen()).toHaveLength(0);
  });

  it.each(EVERY_OPERATION)('tells operation, status, code and ids of %s that failed', async (operation, make) => {
    const { client } = await setUp((_, response) =>
      sendJson(response, 500, { code: 800003, description: 'North Bakery' }, { 'ms-cv': 'ObwhuhD2tUKJoM+Z.0' }),
    );
    const answer = await make(client);
    const code = operation === 'domains.isAvailable' ? null : '800003';
    expect(answer.call).toEqual({ operation, ...ids, httpStatus: 500, code, msCv: 'ObwhuhD2tUKJoM+Z.0' });
    expect(['unclear', 'failed']).toContain(answer.kind);
    expect(JSON.stringify(answer)).not.toContain('Bakery');
  });

  it.each(EVERY_OPERATION)('asks for %s once, whatever the answer', async (_, make) => {
    for (const status of [404, 408, 409, 429, 500, 502, 503, 504]) {
      const { client, seen } = await setUp((__, response) => response.writeHead(status, { 'retry-after': '0' }).end());
      await make(client);
      expect(seen()).toHaveLength(1);
    }
  });

  it.each(EVERY_OPERATION)('ends %s when it is cancelled: nothing is known, or nothing was sent', async (_, make) => {
    let arrived = () => {};
    const waiting = new Promise<void>((resolve) => (arrived = resolve));
    const { client } = await setUp(() => arrived());
    const answer = make(client);
    await waiting;
    await client.close();
    expect((await answer).kind).toMatch(/^(unclear|failed)$/);
    expect(await make(client)).toMatchObject({ kind: 'not-sent', why: 'gate-closed' });
  });

  it('tells of a 201 too which call it was, and of an answer that is damaged', async () => {
    const { client } = await setUp((_, response, nth) =>
      nth === 1 ? sendJson(response, 201, customerAnswer(), { 'ms-cv': 'x.0' }) : sendJson(response, 200, '{"id'),
    );
    const facts = { operation: 'customers.create', ...ids, code: null };
    expect((await client.customers.create(BODY, call)).call).toEqual({ ...facts, httpStatus: 201, msCv: 'x.0' });
    expect((await client.customers.create(BODY, call)).call).toEqual({ ...facts, httpStatus: 200, msCv: null });
  });

  it('passes on no correlation vector that is none', async () => {
    const wrong = ['a b', 'x'.repeat(129), 'é', '<script>'];
    const { client } = await setUp((_, response, nth) =>
      response.writeHead(500, { 'ms-cv': Buffer.from(wrong[nth - 1] ?? '').toString('latin1') }).end(),
    );
    for (const _ of wrong) expect((await client.customers.get('id', call)).call.msCv).toBeNull();
  });

  it('tells what the token endpoint refused', async () => {
    const refusal = { error: 'invalid_client', error_description: 'AADSTS7000215: Invalid secret.' };
    const authority = await startHttpServer((_, response) => sendJson(response, 401, refusal));
    const { client } = await setUp((_, response) => response.end(), { authorityUrl: authority.url });
    const answer = await client.customers.create(BODY, call);
    const code = 'AADSTS7000215';
    expect(answer).toMatchObject({ kind: 'token-failed', permanent: true, code, call: { code, httpStatus: null } });
    await client.close();
    await authority.close();
  });

  it('gives up waiting for a token when the call is cancelled', async () => {
    const abort = new AbortController();
    const authority = await startHttpServer(() => abort.abort());
    const { client } = await setUp((_, response) => response.end(), { authorityUrl: authority.url });
    const answer = await client.customers.create(BODY, { ...call, signal: abort.signal });
    expect(answer).toMatchObject({ kind: 'not-sent', why: 'gate-closed' });
    await client.close();
    await authority.close();
  });

  it('gives up waiting for a check of the token endpoint, whose answer still serves the next call', async () => {
    const abort = new AbortController();
    let answer = () => {};
    const grant = { token_type: 'Bearer', expires_in: '3599', access_token: 'late' };
    const authority = await startHttpServer((_, response) => {
      answer = () => sendJson(response, 200, grant);
      abort.abort();
    });
    const { client, seen } = await setUp((_, response) => response.end(), { authorityUrl: authority.url });
    expect(await client.checkToken(abort.signal)).toBe('aborted');
    answer();
    await client.customers.get('id', call);
    expect(seen()[0]?.headers.authorization).toBe('Bearer late');
    expect(authority.seen).toHaveLength(1);
    await client.close();
    await authority.close();
  });

  it('tells the observer operation, status and seconds, and nothing else', async () => {
    const observed: string[] = [];
    const { client } = await setUp((_, response) => sendJson(response, 500, {}), {
      observe: (operation, status, seconds) => observed.push(`${operation} ${status} ${seconds > 0}`),
    });
    await client.customers.create(BODY, call);
    await client.customers.create(BODY, { ids, mayStart: () => false });
    expect(observed).toEqual(['token 200 true', 'customers.create 500 true', 'customers.create not-sent false']);
  });
});
