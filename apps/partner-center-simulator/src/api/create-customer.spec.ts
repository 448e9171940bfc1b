import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import fc from 'fast-check';
import { customerBody, TestClient } from '../../test/client.js';

let client: TestClient;
beforeAll(async () => {
  client = await TestClient.start();
});
beforeEach(() => client.reset());
afterAll(() => client.close());

const settings = (changes: Record<string, unknown>) => client.control('PATCH', 'settings', changes);

describe('the answer to a create', () => {
  it('is a 201 with byte order mark, compact JSON of the newer shape and echoed ids', async () => {
    const requestId = randomUUID();
    const correlationId = randomUUID();
    const body = customerBody({ billing: { culture: 'EN-us', language: 'En' } });
    const reply = await client.create(body, { requestId, correlationId });
    expect(reply.status).toBe(201);
    expect([...reply.bytes.subarray(0, 3)]).toEqual([0xef, 0xbb, 0xbf]);
    expect(reply.bytes.subarray(3).toString()).toBe(JSON.stringify(reply.json));
    expect(reply.headers).toMatchObject({ 'ms-requestid': requestId, 'ms-correlationid': correlationId });
    expect(reply.headers['ms-cv']).toMatch(/^[A-Za-z0-9+/]{16}\.0$/);
    expect(reply.headers['content-length']).toBe(String(reply.bytes.length));
    expect(Object.keys(reply.json)).toEqual([
      'id',
      'commerceId',
      'companyProfile',
      'billingProfile',
      'relationshipToPartner',
      'allowDelegatedAccess',
      'userCredentials',
      'attributes',
    ]);
    expect(reply.json.companyProfile).toMatchObject({
      tenantId: reply.json.id,
      domain: body.companyProfile.domain,
      companyName: 'North Bakery',
    });
    expect(reply.json.billingProfile).toMatchObject({ culture: 'en-US', language: 'En' });
    expect(reply.json.billingProfile.id.charAt(14)).toBe('5');
    expect(reply.json.id.charAt(14)).toBe('4');
    expect(reply.json.billingProfile.attributes.etag).toMatch(/^-?\d{1,19}$/);
    expect(reply.json.userCredentials).toEqual({ userName: 'admin', password: expect.stringMatching(/^.{9}$/) });
  });

  it('has no company name, links or delegated access in the shape of 2017', async () => {
    await settings({ legacy2017: true, successStatus: 200, bom: 'none' });
    const { status, json, bytes } = await client.create(customerBody());
    expect(status).toBe(200);
    expect(bytes[0]).toBe('{'.charCodeAt(0));
    expect(json.relationshipToPartner).toBe('none');
    expect(json.commerceId).not.toBe(json.id);
    expect(Object.keys(json.companyProfile)).toEqual(['tenantId', 'domain', 'attributes']);
    expect(json.allowDelegatedAccess).toBeUndefined();
  });

  it('accepts any casing of member names and explicit nulls', async () => {
    const { companyProfile, billingProfile } = customerBody();
    const pascal = JSON.stringify({ Id: null, COMPANYPROFILE: companyProfile, BillingProfile: billingProfile });
    expect((await client.create(pascal.replace('"domain"', '"Domain"'))).status).toBe(201);
  });

  it('makes up ids that are missing', async () => {
    const reply = await client.send('POST', '/v1/customers', { body: JSON.stringify(customerBody()) });
    expect(reply.headers['ms-requestid']).toMatch(/^[0-9a-f-]{36}$/);
    expect(reply.headers['ms-correlationid']).toMatch(/^[0-9a-f-]{36}$/);
  });
});

describe('a domain', () => {
  it('is taken whatever its casing: 27100, without byte order mark', async () => {
    await client.create(customerBody({ company: { domain: 'Taken.onmicrosoft.com' } }));
    const again = await client.create(customerBody({ company: { domain: 'tAKEN.onmicrosoft.com' } }));
    expect(again.status).toBe(400);
    expect(again.bytes.toString()).toMatch(/^\{"code":27100,/);
    await settings({ domainTakenStatus: 409, codeType: 'string' });
    const third = await client.create(customerBody({ company: { domain: 'taken.onmicrosoft.com' } }));
    expect([third.status, third.json.code]).toEqual([409, '27100']);
  });
});

describe('a request id that was used before', () => {
  async function twice(second?: unknown) {
    const requestId = randomUUID();
    const body = customerBody();
    const first = await client.create(body, { requestId });
    return [first, await client.create(second ?? body, { requestId: requestId.toUpperCase() })] as const;
  }

  it('gives the same customer again, without credentials', async () => {
    const [first, again] = await twice();
    const { userCredentials, ...rest } = first.json;
    expect(userCredentials).toBeDefined();
    expect(again.json).toEqual(rest);
    expect((await client.summary()).tenants).toBe(1);
  });

  it('gives the same bytes with replay sameBody, and the status of replayStatus', async () => {
    await settings({ replay: 'sameBody', replayStatus: 200 });
    const [first, again] = await twice();
    expect(again.status).toBe(200);
    expect(again.bytes.equals(first.bytes)).toBe(true);
  });

  it.each([
    ['conflict409', 409, 409],
    ['domainTaken400', 400, 27100],
  ])('is answered as replay %s says', async (replay, status, code) => {
    await settings({ replay });
    const [, again] = await twice();
    expect([again.status, again.json.code]).toEqual([status, code]);
  });

  it('is forgotten after requestIdWindow: the domain is taken then', async () => {
    await settings({ requestIdWindow: 1000 });
    const requestId = randomUUID();
    const body = customerBody();
    await client.create(body, { requestId });
    expect((await client.create(body, { requestId })).status).toBe(201);
    await client.control('POST', 'clock', { advanceMs: 60_000 });
    expect((await client.create(body, { requestId })).json.code).toBe(27100);
  });

  it.each([
    ['firstResult', 201, 1],
    ['reject409', 409, 1],
    ['executeNew', 201, 2],
  ])('with another body is treated as sameIdDifferentBody %s says', async (sameIdDifferentBody, status, tenants) => {
    await settings({ sameIdDifferentBody });
    const [first, again] = await twice(customerBody());
    expect(again.status).toBe(status);
    if (status === 201) expect(again.json.id === first.json.id).toBe(tenants === 1);
    expect((await client.summary()).tenants).toBe(tenants);
  });

  it.each([
    [true, 400],
    [false, 201],
  ])('after a refusal is bound to it: %s, with errorConsumesRequestId', async (errorConsumesRequestId, status) => {
    await settings({ errorConsumesRequestId, sameIdDifferentBody: 'firstResult' });
    const requestId = randomUUID();
    await client.create(customerBody({ billing: { email: null } }), { requestId });
    expect((await client.create(customerBody(), { requestId })).status).toBe(status);
  });

  it.each([
    ['serialise', [201, 201]],
    ['reject409', [201, 409]],
    ['both→domainTaken', [201, 400]],
  ])('while it is under way is treated as concurrentSameId %s says', async (concurrentSameId, statuses) => {
    await settings({ concurrentSameId, createLatency: 30 });
    const requestId = randomUUID();
    const body = customerBody();
    const replies = await Promise.all([client.create(body, { requestId }), client.create(body, { requestId })]);
    expect(replies.map((reply) => reply.status).sort()).toEqual(statuses);
    expect((await client.summary()).tenants).toBe(1);
  });
});

describe('the late check', () => {
  const bad = () => customerBody({ billing: { email: 'client1@example.u' } });

  it('answers 27002 and leaves the tenant behind', async () => {
    const body = bad();
    expect((await client.create(body)).json.code).toBe(27002);
    expect(await client.summary()).toMatchObject({ tenants: 1, orphans: 1, surplusTenants: 0 });
    expect((await client.create({ ...customerBody(), companyProfile: body.companyProfile })).json.code).toBe(27100);
    expect((await client.search(body.companyProfile.domain)).json.items).toEqual([]);
  });

  it('leaves nothing behind when switched off', async () => {
    await settings({ lateEmailCheck: false });
    expect((await client.create(bad())).json.code).toBe(27002);
    expect((await client.summary()).tenants).toBe(0);
  });

  it.each([
    ['listed', 1, 0],
    ['audited', 1, 1],
  ])('shows its orphan in list and log as orphanVisibility %s says', async (orphanVisibility, listed, logged) => {
    await settings({ orphanVisibility });
    const body = bad();
    await client.create(body);
    expect((await client.search(body.companyProfile.domain)).json.items).toHaveLength(listed);
    expect((await client.get('/v1/auditrecords')).json.items).toHaveLength(logged);
  });
});

it('never makes two tenants under one domain or for one request id, whatever comes at once', async () => {
  const call = fc.record({ domain: fc.integer({ min: 0, max: 4 }), id: fc.integer({ min: 0, max: 4 }) });
  const ids = Array.from({ length: 5 }, () => randomUUID());
  await settings({ createLatency: [0, 3] });
  await fc.assert(
    fc.asyncProperty(fc.array(call, { maxLength: 20 }), fc.integer({ min: 1, max: 1e9 }), async (calls, run) => {
      await client.control('POST', 'reset', { keepSettings: true });
      const replies = await Promise.all(
        calls.map(({ domain, id }) =>
          client.create(customerBody({ company: { domain: `d${run}x${domain}.onmicrosoft.com` } }), {
            requestId: ids[id] ?? '',
          }),
        ),
      );
      const book = (await client.control('GET', 'book')).json;
      expect(book.duplicates.domains).toEqual([]);
      expect(new Set(book.tenants.map((tenant: { requestId: string }) => tenant.requestId)).size).toBe(
        book.tenants.length,
      );
      const answered = replies.filter((reply) => reply.status === 201).map((reply) => reply.json.id);
      expect(new Set(answered)).toEqual(new Set(book.tenants.map((tenant: { id: string }) => tenant.id)));
    }),
    { numRuns: 30 },
  );
});

it('knows a request id no more after a failover', async () => {
  const body = customerBody();
  const requestId = randomUUID();
  expect((await client.create(body, { requestId })).status).toBe(201);
  expect((await client.create(body, { requestId })).status).toBe(201);
  await client.control('DELETE', 'requests');
  expect((await client.create(body, { requestId })).json.code).toBe(27100);
});
