import type { ServerResponse } from 'node:http';
import { afterEach, describe, expect, it } from 'vitest';
import { CUSTOMER_ID, customerAnswer, customerData } from '../../test-support/builders.js';
import { sendJson } from '../../test-support/local-server.js';
import { CALL, clientsOfTests, IDS, sendWithBom } from '../../test-support/with-client.js';
import { toCreateBody } from '../create-body.js';

const BODY = toCreateBody(customerData());

describe('customers', () => {
  const start = clientsOfTests(afterEach);

  it('creates a customer with one call and every header of reference 1.2', async () => {
    const { client, seen } = await start((_, response) => sendWithBom(response, 201, customerAnswer()));
    const answer = await client.customers.create(BODY, CALL);
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
        'ms-requestid': IDS.requestId,
        'ms-correlationid': IDS.correlationId,
        'ms-contract-version': 'v1',
        'x-locale': 'en-US',
        'ms-partnercenter-application': 'customer-onboarding',
      },
    });
  });

  /** As recorded, newer shape, with members nobody knows (reference 1.5, 5.2). */
  const FOUND = {
    ...customerAnswer(),
    customDomains: ['north.example', 7],
    allowDelegatedAccess: true,
    companyProfile: {
      tenantId: CUSTOMER_ID,
      domain: 'NorthBakery42.onmicrosoft.com',
      companyName: 'North Bakery',
      email: 'ops@northbakery.example',
      address: { country: 'US', district: '', later: 1 },
      links: { self: { uri: '/customers/x/profiles/company', method: 'GET', headers: [] } },
    },
    billingProfile: {
      email: 'ops@northbakery.example',
      culture: 'en-US',
      firstName: null,
      defaultAddress: { country: 'US', phoneNumber: '', addressLine1: '123 Main Street', postalCode: 14203 },
      attributes: { etag: '-4242348048554929329', objectType: 'CustomerBillingProfile' },
    },
  };
  const CUSTOMER = {
    id: CUSTOMER_ID,
    commerceId: '0b7b8a54-3a43-4a0c-8a3e-111111111111',
    relationshipToPartner: 'reseller',
    allowDelegatedAccess: true,
    customDomains: ['north.example'],
    companyProfile: {
      tenantId: CUSTOMER_ID,
      domain: 'NorthBakery42.onmicrosoft.com',
      companyName: 'North Bakery',
      email: 'ops@northbakery.example',
      address: { country: 'US', district: '' },
    },
    billingProfile: {
      email: 'ops@northbakery.example',
      culture: 'en-US',
      defaultAddress: { country: 'US', phoneNumber: '', addressLine1: '123 Main Street', postalCode: '14203' },
      etag: '-4242348048554929329',
    },
  };

  it('reads one customer: known members, whatever their casing, exact etags, no credentials', async () => {
    const { client, seen } = await start((_, response, nth) =>
      sendWithBom(response, 200, nth === 1 ? FOUND : inPascalCase(FOUND)),
    );
    for (const id of [CUSTOMER_ID, CUSTOMER_ID.toUpperCase()]) {
      expect(await client.customers.get(id, CALL)).toMatchObject({ kind: 'answered', value: CUSTOMER });
    }
    const answer = await client.customers.get(CUSTOMER_ID, CALL);
    expect(answer.kind === 'answered' && answer.value).toEqual(CUSTOMER);
    expect(seen()[0]).toMatchObject({ method: 'GET', url: `/v1/customers/${CUSTOMER_ID}`, body: '' });
  });

  it('takes no digits from an etag that came as a number and is beyond exact ones', async () => {
    const text = JSON.stringify(FOUND).replace('"-4242348048554929329"', '-4242348048554929329');
    const { client } = await start((_, response) => sendJson(response, 200, text));
    const answer = await client.customers.get(CUSTOMER_ID, CALL);
    expect(answer).toMatchObject({ kind: 'answered' });
    expect(JSON.stringify(answer)).not.toContain('etag');
  });

  it.each([1000, 60003, null])(
    'knows that a 404 with code %s is an answer, and no evidence of absence',
    async (code) => {
      const { client } = await start((_, response) => sendJson(response, 404, code === null ? '' : { code }));
      const answer = await client.customers.get(CUSTOMER_ID, CALL);
      expect(answer).toMatchObject({ kind: 'not-found', httpStatus: 404, code: code === null ? null : String(code) });
    },
  );

  it.each([
    ['another customer', { ...FOUND, id: CUSTOMER_ID.replace('6', '7'), companyProfile: { domain: 'a' } }],
    ['two tenants', { ...FOUND, companyProfile: { tenantId: CUSTOMER_ID.replace('6', '7'), domain: 'a' } }],
    ['no domain', { ...FOUND, companyProfile: {} }],
    ['a list', [FOUND]],
    ['nothing', ''],
    ['HTML', '<html>'],
    ['half a customer', JSON.stringify(FOUND).slice(0, 200)],
  ])('has no answer when it reads of %s', async (_, body) => {
    const { client } = await start((__, response) => sendJson(response, 200, body));
    expect(await client.customers.get(CUSTOMER_ID, CALL)).toMatchObject({ kind: 'failed', why: 'damaged-answer' });
  });

  it('searches by domain prefix through all pages, by token and by link', async () => {
    const item = (n: number) => ({
      id: `id-${n}`,
      companyProfile: { tenantId: `id-${n}`, domain: `a${n}.onmicrosoft.com` },
    });
    const link = {
      // Carries neither the filter nor a size: the token is what counts.
      uri: '/customers?page=3',
      method: 'GET',
      headers: [{ key: 'MS-ContinuationToken', value: 'three' }],
    };
    const pages = [
      { totalCount: 1, items: [item(1)], continuationToken: 'two' },
      { totalCount: 1, items: [item(2)], links: { next: link } },
      { totalCount: 1, items: [item(3)], links: { next: { uri: '/customers?page=4', method: 'GET' } } },
      { totalCount: 1, items: [item(4)], links: { self: { uri: '/customers' } } },
    ];
    const { client, seen } = await start((_, response, nth) => sendWithBom(response, 200, pages[nth - 1]));
    const answer = await client.customers.search({ domainPrefix: 'a' }, CALL);
    expect(answer).toMatchObject({
      kind: 'answered',
      value: [1, 2, 3, 4].map((n) => ({ customerId: `id-${n}` })),
    });
    const filter = encodeURIComponent('{"Field":"Domain","Value":"a","Operator":"starts_with"}');
    expect(seen().map(({ url, headers }) => [url, headers['ms-continuationtoken']])).toEqual([
      [`/v1/customers?size=0&filter=${filter}`, undefined],
      [`/v1/customers?size=500&seekOperation=next&filter=${filter}`, 'two'],
      [`/v1/customers?size=500&seekOperation=next&filter=${filter}`, 'three'],
      ['/v1/customers?page=4', undefined],
    ]);
    // A page that was answered was a call of its own (reference 1.4).
    const requestIds = seen().map(({ headers }) => headers['ms-requestid']);
    expect([requestIds[0], new Set(requestIds).size]).toEqual([IDS.requestId, 4]);
    expect(new Set(seen().map(({ headers }) => headers['ms-correlationid']))).toEqual(new Set([IDS.correlationId]));
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
    const { client, seen } = await start((__, response, nth) =>
      nth === 1 ? sendJson(response, 200, { items: [], continuationToken: 'more' }) : answer(response),
    );
    expect(await client.customers.search({ domainPrefix: 'a' }, CALL)).toMatchObject({ kind: 'failed' });
    expect(seen().length).toBeLessThanOrEqual(3);
  });

  it('takes code 2000 to a token for the end of the list, elsewhere for a failure', async () => {
    const { client } = await start((_, response, nth) =>
      nth === 1
        ? sendJson(response, 200, { items: [], continuationToken: 'more' })
        : sendJson(response, 400, { code: 2000 }),
    );
    expect(await client.customers.search({ domainPrefix: 'a' }, CALL)).toMatchObject({ kind: 'answered', value: [] });
    expect(await client.customers.search({ domainPrefix: 'a' }, CALL)).toMatchObject({
      kind: 'failed',
      httpStatus: 400,
    });
    const linked = await start((_, response, nth) =>
      nth === 1
        ? sendJson(response, 200, { items: [], links: { next: { uri: '/customers?page=2' } } })
        : sendJson(response, 400, { code: 2000 }),
    );
    expect(await linked.client.customers.search({ domainPrefix: 'a' }, CALL)).toMatchObject({ kind: 'failed' });
  });
});

function inPascalCase(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(inPascalCase);
  if (typeof value !== 'object' || value === null) return value;
  return Object.fromEntries(
    Object.entries(value).map(([name, member]) => [name.charAt(0).toUpperCase() + name.slice(1), inPascalCase(member)]),
  );
}
