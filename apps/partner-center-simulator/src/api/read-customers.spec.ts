import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { customerBody, TestClient } from '../../test/client.js';

let client: TestClient;
beforeAll(async () => {
  client = await TestClient.start();
});
beforeEach(() => client.reset());
afterAll(() => client.close());

const settings = (changes: Record<string, unknown>) => client.control('PATCH', 'settings', changes);
const advance = (advanceMs: number) => client.control('POST', 'clock', { advanceMs });
const named = (domain: string, companyName = 'North Bakery') =>
  client.create(customerBody({ company: { domain: `${domain}.onmicrosoft.com` }, billing: { companyName } }));
const domains = (items: { companyProfile: { domain: string } }[]) => items.map((item) => item.companyProfile.domain);

describe('the search', () => {
  it('finds by prefix or equality of domain and name, whatever the casing, and nothing of the billing profile', async () => {
    await named('Alpha', 'Alpha Bakery');
    await named('alphabet', 'Betabet');
    await named('beta', 'Beta');
    const byPrefix = (await client.search('ALPHA')).json;
    expect(domains(byPrefix.items)).toEqual(['Alpha.onmicrosoft.com', 'alphabet.onmicrosoft.com']);
    expect(byPrefix.totalCount).toBe(2);
    expect(byPrefix.attributes.objectType).toBe('Collection');
    expect(Object.keys(byPrefix.items[0])).toEqual([
      'id',
      'companyProfile',
      'relationshipToPartner',
      'links',
      'attributes',
    ]);
    expect(domains((await client.search('alpha.ONMICROSOFT.com', 'equals')).json.items)).toEqual([
      'Alpha.onmicrosoft.com',
    ]);
    expect((await client.search('bet', 'starts_with', 'CompanyName')).json.totalCount).toBe(2);
    expect((await client.search('beta', 'equals', 'CompanyName')).json.totalCount).toBe(1);
  });

  it('refuses other operators, other fields, and a plain list without size', async () => {
    const operator = await client.search('x', 'contains');
    expect(operator.json.description).toBe('Customer search only allows starts with and equals operation.');
    expect((await client.search('x', 'equals', 'Colour')).json.code).toBe(2000);
    expect((await client.get('/v1/customers?filter=nonsense')).json.code).toBe(2000);
    expect((await client.get('/v1/customers')).json.code).toBe(2000);
  });

  it('shows a customer after listDelay and not before', async () => {
    await settings({ listDelay: 90_000 });
    await named('late');
    expect((await client.search('late')).json.items).toEqual([]);
    await advance(90_000);
    expect((await client.search('late')).json.items).toHaveLength(1);
  });

  it('pages with a continuation token until there is none', async () => {
    for (let i = 0; i < 5; i++) await named(`page${i}`);
    const seen: string[] = [];
    let reply = await client.get('/v1/customers?size=2');
    for (;;) {
      seen.push(...domains(reply.json.items));
      const token: string | undefined = reply.json.continuationToken;
      if (!token) break;
      reply = await client.get('/v1/customers?size=2&seekOperation=next', {
        headers: { 'MS-ContinuationToken': token },
      });
    }
    expect(seen).toEqual([0, 1, 2, 3, 4].map((i) => `page${i}.onmicrosoft.com`));
    const beyond = await client.get('/v1/customers?size=2&seekOperation=next');
    expect([beyond.status, beyond.json.code]).toEqual([400, 2000]);
  });
});

describe('a customer by id', () => {
  it('is not found in two ways before it shows, and then never has credentials', async () => {
    await settings({ visibilityDelay: [30_000, 90_000] });
    const { id } = (await named('visible')).json;
    const messages = [];
    for (let i = 0; i < 3; i++) {
      const { status, json } = await client.get(`/v1/customers/${id}`);
      messages.push([status, json.description ?? json.id]);
      await advance(45_000);
    }
    expect(messages).toEqual([
      [404, `A customer with the tenant Id '${id}' was not found.`],
      [404, `No company was found to be associated with tenant Id: '${id}'.`],
      [200, id],
    ]);
    expect((await client.get(`/v1/customers/${id}`)).json.userCredentials).toBeUndefined();
  });

  it('needs a GUID and a customer of ours', async () => {
    expect((await client.get('/v1/customers/nine')).json.description).toBe('Tenant Id must be a GUID.');
    expect((await client.get(`/v1/customers/${randomUUID()}`)).status).toBe(404);
    const tenantId = randomUUID();
    await client.control('PUT', 'domains/foreign.onmicrosoft.com', { owner: 'otherPartner', tenantId });
    expect((await client.get(`/v1/customers/${tenantId}`)).json.code).toBe(20002);
  });

  it('can be deleted in the sandbox only', async () => {
    const { id } = (await named('purge')).json;
    expect((await client.send('DELETE', `/v1/customers/${id}`)).json.code).toBe(900127);
    await settings({ sandbox: true });
    expect((await client.send('DELETE', `/v1/customers/${id}`)).status).toBe(204);
    expect((await client.get(`/v1/customers/${id}`)).status).toBe(404);
    expect((await client.control('GET', 'book')).json.tenants[0].purged).toBe(true);
  });
});

describe('a domain that was taken before', () => {
  it.each([
    ['otherPartner', 0, 0],
    ['unlinkedTenant', 0, 0],
    ['oursWithoutEvidence', 1, 0],
    ['ours', 1, 1],
  ])('by %s is taken for the check and the create; list and log tell the rest', async (owner, listed, logged) => {
    const correlationId = randomUUID();
    await client.control('PUT', 'domains/Foreign.onmicrosoft.com', { owner, correlationId });
    const head = await client.send('HEAD', '/v1/domains/foreign.onmicrosoft.com');
    expect([head.status, head.bytes.length]).toEqual([200, 0]);
    expect((await named('foreign')).json.code).toBe(27100);
    expect((await client.search('foreign')).json.items).toHaveLength(listed);
    const records = (await client.get('/v1/auditrecords')).json.items;
    expect(records.map((r: { originalCorrelationId: string }) => r.originalCorrelationId)).toEqual(
      logged ? [correlationId] : [],
    );
    expect((await client.summary()).tenants).toBe(0);
  });

  it('is free again when lifted', async () => {
    expect((await client.send('HEAD', '/v1/domains/lifted.onmicrosoft.com')).status).toBe(404);
    await client.control('PUT', 'domains/lifted.onmicrosoft.com', {});
    expect((await client.control('PUT', 'domains/lifted.onmicrosoft.com', {})).status).toBe(409);
    await client.control('DELETE', 'domains/lifted.onmicrosoft.com');
    expect((await named('lifted')).status).toBe(201);
  });
});

describe('the activity log', () => {
  const log = (query = '') => client.get(`/v1/auditrecords${query}`);
  const filter = (Field: string, Value: string) =>
    `?filter=${encodeURIComponent(JSON.stringify({ Field, Value, Operator: 'equals' }))}`;

  it('ties a tenant to the correlation id of the call that made it', async () => {
    const correlationId = randomUUID();
    const { json } = await client.create(customerBody(), { correlationId });
    const [record] = (await log()).json.items;
    expect(record).toMatchObject({
      operationType: 'add_customer',
      resourceType: 'customer',
      operationStatus: 'succeeded',
      customerId: json.id,
      originalCorrelationId: correlationId,
      operationDate: expect.stringMatching(/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{7}Z$/),
    });
    expect(record.customizedData).toContainEqual({ key: 'PrimaryDomainName', value: json.companyProfile.domain });
    const copy = JSON.parse(record.resourceNewValue);
    expect(copy.CompanyProfile.Domain).toBe(json.companyProfile.domain);
    expect(copy.UserCredentials).toEqual({ UserName: 'admin', Password: '' });
    expect(record.id).toMatch(new RegExp(`_${json.id}_${json.id}_addcustomer_\\d{18}$`));
  });

  it('filters by customer, name and resource, and knows no other field', async () => {
    const { id } = (await named('one', 'Aardvark Ltd')).json;
    await named('two', 'Zebra Ltd');
    expect((await log(filter('CustomerId', id))).json.totalCount).toBe(1);
    expect((await log(filter('CompanyName', 'vark'))).json.totalCount).toBe(1);
    expect((await log(filter('ResourceType', 'Customer'))).json.totalCount).toBe(2);
    expect((await log(filter('ResourceType', 'order'))).json.totalCount).toBe(0);
    expect((await log(filter('Colour', 'red'))).status).toBe(400);
  });

  it('shows records after auditDelay, of the days asked for, at most 90 days back, in pages', async () => {
    await settings({ auditDelay: 120_000, pageSize: 1 });
    await named('three');
    await named('four');
    expect((await log()).json.items).toEqual([]);
    const { now } = (await advance(120_000)).json;
    const day = (offset: number) => new Date(now + offset * 86_400_000).toISOString().slice(0, 10);
    const first = await log(`?startDate=${day(-1)}&endDate=${day(0)}`);
    expect(first.json.items).toHaveLength(1);
    const headers = { 'MS-ContinuationToken': first.json.continuationToken };
    const second = await client.get('/v1/auditrecords', { headers });
    expect([second.json.items.length, second.json.continuationToken]).toEqual([1, undefined]);
    expect((await log(`?startDate=${day(-10)}&endDate=${day(-5)}`)).json.items).toEqual([]);
    expect((await log(`?startDate=${day(-91)}`)).status).toBe(400);
    expect((await log('?startDate=yesterday')).status).toBe(400);
  });
});

describe('reference data', () => {
  it('gives the recorded rules of a market, lenient ones for others, none for UK', async () => {
    const us = (await client.get('/v1/countryvalidationrules/us')).json;
    expect([us.iso2Code, us.isStateRequired, us.supportedStatesList.length]).toEqual(['US', true, 51]);
    const fr = (await client.get('/v1/countryvalidationrules/FR')).json;
    expect([fr.defaultCulture, fr.supportedLanguagesList]).toEqual(['fr-FR', ['fr', 'en']]);
    const uk = await client.get('/v1/countryvalidationrules/UK');
    expect(uk.status).toBe(404);
    expect(uk.json.description).toBe('No validation rules were found for the country/region UK');
  });

  it('lists resellers to App+User tokens only', async () => {
    const reseller = { id: randomUUID(), name: 'R', mpnId: '1', state: 'Active', location: 'DE' };
    await settings({ resellers: [reseller] });
    const path = '/v1/relationships?relationship_type=IsIndirectCloudSolutionProviderOf';
    expect((await client.get(path)).json.code).toBe(900329);
    const token = await client.appUserToken();
    expect((await client.get(path, { token })).json.items[0]).toMatchObject(reseller);
    expect((await client.get('/v1/relationships', { token })).status).toBe(400);
  });

  it('answers 404 to an unknown path and 405 to a wrong method', async () => {
    expect((await client.get('/v1/nothing')).status).toBe(404);
    const put = await client.send('PUT', '/v1/customers', { body: '{}' });
    expect([put.status, put.headers['allow']]).toEqual([405, 'GET, POST']);
    expect((await client.send('POST', '/v1/auditrecords', { body: '{}' })).headers['allow']).toBe('GET');
    expect((await client.get('/t1/oauth2/token')).status).toBe(405);
  });
});

it('shows in the activity log what a test put there, in order of time, with its status', async () => {
  const correlationId = randomUUID();
  await named('logged');
  const failed = { domain: 'x.onmicrosoft.com', correlationId, operationStatus: 'failed', ageMs: 60_000 };
  expect((await client.control('POST', 'audit', failed)).status).toBe(201);
  expect((await client.control('POST', 'audit', { domains: 'x' })).json.error).toContain('domains: no such member');
  const { items } = (await client.get('/v1/auditrecords')).json;
  const told = items.map((item: Record<string, unknown>) => [item['operationType'], item['operationStatus']]);
  expect(told).toEqual([
    ['add_customer', 'failed'],
    ['add_customer', 'succeeded'],
  ]);
  expect(items[0]).toMatchObject({
    originalCorrelationId: correlationId,
    customizedData: [{ value: failed.domain }, {}],
  });
  expect(items[0]).not.toHaveProperty('resourceNewValue');
  expect(await client.summary()).toMatchObject({ tenants: 1 });
});
