import type { ServerResponse } from 'node:http';
import { afterEach, describe, expect, it } from 'vitest';
import { clientOptions, CUSTOMER_ID, customerAnswer, customerData } from '../test-support/builders.js';
import {
  deadUrl,
  sendJson,
  startHttpServer,
  type LocalServer,
  type SeenRequest,
} from '../test-support/local-server.js';
import { PartnerCenterClient } from './client.js';
import { toCreateBody } from './create-body.js';
import type { PartnerCenterOptions } from './options.js';

const ids = {
  requestId: '11111111-1111-5111-8111-111111111111',
  correlationId: 'abcdefab-2222-4222-8222-222222222222',
};
const call = { ids, mayStart: () => true };
const BODY = toCreateBody(customerData());

type Answer = (request: SeenRequest, response: ServerResponse, nth: number) => void;

describe('PartnerCenterClient', () => {
  const cleanups: (() => Promise<void>)[] = [];
  afterEach(async () => {
    for (const cleanup of cleanups.splice(0).reverse()) await cleanup();
  });

  /** Tokens are numbered: `token-1`, `token-2`, …; `api` answers everything else and counts its own requests. */
  async function setUp(api: Answer, options: Partial<PartnerCenterOptions> = {}) {
    let tokens = 0;
    let calls = 0;
    const server: LocalServer = await startHttpServer((request, response) => {
      if (!request.url.endsWith('/token')) api(request, response, ++calls);
      else sendJson(response, 200, { token_type: 'Bearer', expires_in: '3599', access_token: `token-${++tokens}` });
    });
    const client = new PartnerCenterClient(clientOptions(server.url, options));
    cleanups.push(server.close, () => client.close());
    const seen = () => server.seen.filter((request) => !request.url.endsWith('/token'));
    return { client, seen, tokens: () => tokens };
  }

  it('creates a customer with one call and every header of reference 1.2', async () => {
    const { client, seen } = await setUp((_, response) =>
      sendJson(response, 201, `\ufeff${JSON.stringify(customerAnswer())}`),
    );
    const answer = await client.customers.create(BODY, call);
    expect(answer).toMatchObject({
      kind: 'created',
      httpStatus: 201,
      customer: { tenantId: CUSTOMER_ID, password: 'Qz;4=t*Lm' },
    });
    expect(seen()).toHaveLength(1);
    expect(seen()[0]).toMatchObject({
      method: 'POST',
      url: '/v1/customers',
      body: JSON.stringify(BODY),
      headers: {
        authorization: 'Bearer token-1',
        accept: 'application/json',
        'content-type': 'application/json',
        'ms-requestid': ids.requestId,
        'ms-correlationid': ids.correlationId,
        'ms-contract-version': 'v1',
        'x-locale': 'en-US',
        'ms-partnercenter-application': 'customer-onboarding',
      },
    });
  });

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

  it('sends nothing when there is no token', async () => {
    const { client, seen } = await setUp((_, response) => response.end(), { authorityUrl: await deadUrl() });
    const message: unknown = expect.stringContaining('ECONNREFUSED');
    const failed = { kind: 'token-failed', permanent: false, message };
    expect(await client.customers.create(BODY, call)).toEqual(failed);
    expect(await client.domains.exists('a.onmicrosoft.com', call)).toEqual(failed);
    expect(await client.checkToken()).toMatchObject({ ok: false, permanent: false });
    expect(seen()).toHaveLength(0);
  });

  it('gives up waiting for a token when the call is cancelled', async () => {
    const server = await startHttpServer(() => abort.abort());
    const abort = new AbortController();
    const client = new PartnerCenterClient(clientOptions(server.url));
    cleanups.push(server.close, () => client.close());
    const answer = await client.customers.create(BODY, { ...call, signal: abort.signal });
    expect(answer).toMatchObject({ kind: 'not-sent', why: 'gate-closed' });
  });

  it.each([
    [200, { kind: 'answered', value: true }],
    [404, { kind: 'answered', value: false }],
    [204, { kind: 'failed', httpStatus: 204 }],
    [403, { kind: 'failed', httpStatus: 403 }],
    [401, { kind: 'account-refused' }],
    [429, { kind: 'throttled', retryAfterMs: 7000 }],
    [503, { kind: 'failed', httpStatus: 503 }],
  ])('reads HTTP %i of the domain check', async (status, expected) => {
    const { client, seen } = await setUp((_, response) => response.writeHead(status, { 'retry-after': '7' }).end());
    expect(await client.domains.exists('a.onmicrosoft.com', call)).toMatchObject(expected);
    expect(seen()[0]).toMatchObject({ method: 'HEAD', url: '/v1/domains/a.onmicrosoft.com' });
  });

  it('searches by domain prefix through all pages, by token and by link', async () => {
    const item = (n: number) => ({
      id: `id-${n}`,
      companyProfile: { tenantId: `id-${n}`, domain: `a${n}.onmicrosoft.com` },
    });
    const link = {
      uri: '/customers?page=3',
      method: 'GET',
      headers: [{ key: 'MS-ContinuationToken', value: 'three' }],
    };
    const pages = [
      { totalCount: 1, items: [item(1)], continuationToken: 'two' },
      { totalCount: 1, items: [item(2)], links: { next: link } },
      { totalCount: 1, items: [item(3)], links: { self: { uri: '/customers' } } },
    ];
    const { client, seen } = await setUp((_, response, nth) =>
      sendJson(response, 200, `\ufeff${JSON.stringify(pages[nth - 1])}`),
    );
    const answer = await client.customers.search({ domainPrefix: 'a' }, call);
    expect(answer).toMatchObject({
      kind: 'answered',
      value: [{ customerId: 'id-1' }, { customerId: 'id-2' }, { customerId: 'id-3' }],
    });
    const filter = encodeURIComponent('{"Field":"Domain","Value":"a","Operator":"starts_with"}');
    expect(seen().map(({ url, headers }) => [url, headers['ms-continuationtoken']])).toEqual([
      [`/v1/customers?size=0&filter=${filter}`, undefined],
      [`/v1/customers?size=500&seekOperation=next&filter=${filter}`, 'two'],
      ['/v1/customers?page=3', 'three'],
    ]);
  });

  it.each([
    ['a page that fails', (response: ServerResponse) => sendJson(response, 500, {})],
    ['a page that cannot be read', (response: ServerResponse) => sendJson(response, 200, '{"items":[{}]}')],
    [
      'a page that comes again',
      (response: ServerResponse) => sendJson(response, 200, { items: [], continuationToken: 'again' }),
    ],
    ['no list', (response: ServerResponse) => sendJson(response, 200, {})],
  ])('has no answer to a search with %s', async (_, answer) => {
    const { client, seen } = await setUp((__, response, nth) =>
      nth === 1 ? sendJson(response, 200, { items: [], continuationToken: 'more' }) : answer(response),
    );
    expect(await client.customers.search({ domainPrefix: 'a' }, call)).toMatchObject({ kind: 'failed' });
    expect(seen().length).toBeLessThanOrEqual(3);
  });

  it('takes code 2000 on a later page for the end of the list, on the first for a failure', async () => {
    const { client } = await setUp((_, response, nth) =>
      nth === 1
        ? sendJson(response, 200, { items: [], continuationToken: 'more' })
        : sendJson(response, 400, { code: 2000 }),
    );
    expect(await client.customers.search({ domainPrefix: 'a' }, call)).toEqual({ kind: 'answered', value: [] });
    expect(await client.customers.search({ domainPrefix: 'a' }, call)).toMatchObject({
      kind: 'failed',
      httpStatus: 400,
    });
  });

  it('finds succeeded add_customer records in the activity log', async () => {
    const record = {
      customerId: CUSTOMER_ID,
      operationType: 'add_customer',
      operationStatus: 'succeeded',
      operationDate: '2026-01-02T03:04:05.1234567Z',
      originalCorrelationId: ids.correlationId.toUpperCase(),
      customizedData: [
        { key: 'Relationship', value: 'Reseller' },
        { key: 'PrimaryDomainName', value: 'a.onmicrosoft.com' },
      ],
    };
    const { customizedData: _, ...plain } = record;
    const resourceNewValue = JSON.stringify({ CompanyProfile: { Domain: 'b.onmicrosoft.com' } });
    const items = [
      record,
      { ...plain, resourceNewValue },
      { ...record, operationType: 'update_customer' },
      { ...record, operationStatus: 'failed' },
    ];
    const { client, seen } = await setUp((__, response) => sendJson(response, 200, { items }));
    const sinceDate = new Date(Date.now() - 3 * 86_400_000);
    const answer = await client.auditRecords.searchAddCustomer({ sinceDate, customerId: CUSTOMER_ID }, call);
    const expected = {
      customerId: CUSTOMER_ID,
      domain: 'a.onmicrosoft.com',
      correlationId: ids.correlationId,
      operationDate: record.operationDate,
    };
    expect(answer).toEqual({ kind: 'answered', value: [expected, { ...expected, domain: 'b.onmicrosoft.com' }] });
    const startDate = new Date(sinceDate.getTime() - 86_400_000).toISOString().slice(0, 10);
    const filter = encodeURIComponent(JSON.stringify({ Field: 'CustomerId', Value: CUSTOMER_ID, Operator: 'equals' }));
    expect(seen()[0]?.url).toBe(`/v1/auditrecords?startDate=${startDate}&filter=${filter}`);
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

  it('ends calls under way when it is closed', async () => {
    let arrived = () => {};
    const waiting = new Promise<void>((resolve) => (arrived = resolve));
    const { client } = await setUp(() => arrived());
    const answer = client.customers.create(BODY, call);
    await waiting;
    await client.close();
    expect(await answer).toMatchObject({ kind: 'unclear', why: 'connection-lost' });
    expect(await client.customers.create(BODY, call)).toMatchObject({ kind: 'not-sent', why: 'gate-closed' });
  });
});
