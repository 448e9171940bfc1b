import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { customerBody, TestClient } from '../../test/client.js';

// Where the reference leaves room, a setting decides: each of its values here.
let client: TestClient;
beforeAll(async () => {
  client = await TestClient.start();
});
beforeEach(() => client.reset());
afterAll(() => client.close());

const settings = (changes: Record<string, unknown>) => client.control('PATCH', 'settings', changes);

it.each([
  [400056, 400056],
  [800002, 800002],
])('answers JSON that is none with %i', async (malformedJsonCode, code) => {
  await settings({ malformedJsonCode });
  const reply = await client.create('{"companyProfile":');
  expect([reply.status, reply.json.code]).toEqual([400, code]);
});

it.each([400, 406, 415])('answers another content type with %i when it looks at it', async (status) => {
  const xml = { headers: { 'content-type': 'application/xml' } };
  expect((await client.create(customerBody(), xml)).status).toBe(201);
  await settings({ wrongContentTypeStatus: status });
  expect((await client.create(customerBody(), xml)).status).toBe(status);
  expect((await client.create(customerBody(), { headers: { 'content-type': 'text/json' } })).status).toBe(201);
});

it('has the same commerce id as the customer, or another one', async () => {
  const same = (await client.create(customerBody())).json;
  expect(same.commerceId).toBe(same.id);
  await settings({ commerceId: 'different' });
  const different = (await client.create(customerBody())).json;
  expect(different.commerceId).not.toBe(different.id);
});

it('takes the user name it is given, and no password', async () => {
  const body = () => customerBody({ root: { UserCredentials: { UserName: 'boss', Password: 'mine' } } });
  const { userCredentials } = (await client.create(body())).json;
  expect(userCredentials.userName).toBe('boss');
  expect(userCredentials.password).not.toBe('mine');
  await settings({ givenPassword: 'refused' });
  expect((await client.create(body())).json.code).toBe(3000);
});

describe('the domain check', () => {
  it('overlooks a tenant without a partner, if it only knows those of partners', async () => {
    await client.control('PUT', 'domains/lonely.onmicrosoft.com', { owner: 'unlinkedTenant' });
    await client.control('PUT', 'domains/theirs.onmicrosoft.com', { owner: 'otherPartner' });
    const check = async (name: string) => (await client.send('HEAD', `/v1/domains/${name}.onmicrosoft.com`)).status;
    expect([await check('lonely'), await check('theirs')]).toEqual([200, 200]);
    await settings({ domainCheckKnows: 'partners' });
    expect([await check('lonely'), await check('theirs')]).toEqual([404, 200]);
    const body = customerBody({ company: { domain: 'lonely.onmicrosoft.com' } });
    expect((await client.create(body)).json.code).toBe(27100);
  });

  it('is strict about the suffixes of its cloud', async () => {
    const create = (domain: string) => client.create(customerBody({ company: { domain } }));
    await settings({ strictNames: true });
    expect((await create('a1.onmicrosoft.com')).status).toBe(201);
    expect((await create('a1.partner.onmschina.cn')).json.code).toBe(3000);
    expect((await create(`${'a'.repeat(28)}.onmicrosoft.com`)).json.code).toBe(3000);
    await settings({ cloud: 'china' });
    expect((await create('a1.partner.onmschina.cn')).status).toBe(201);
    expect((await create('a2.onmicrosoft.com')).json.code).toBe(3000);
  });
});

it('is strict about e-mail at the partner', async () => {
  await settings({ strictNames: true, partnerDomain: 'partner.example' });
  const create = (email: string) => client.create(customerBody({ billing: { email } }));
  expect((await create('a@Partner.example')).json.code).toBe(3000);
  expect((await create('a@mail.microsoft.com')).json.code).toBe(3000);
  expect((await create('a@notpartner.example')).status).toBe(201);
});

it.each(['callers', 'requestId', 'own'])('logs as correlation id: %s', async (auditCorrelation) => {
  await settings({ auditCorrelation });
  const ids = { correlationId: randomUUID(), requestId: randomUUID() };
  await client.create(customerBody(), ids);
  const [record] = (await client.get('/v1/auditrecords')).json.items;
  const expected = { callers: ids.correlationId, requestId: ids.requestId, own: expect.any(String) };
  expect(record.originalCorrelationId).toEqual(expected[auditCorrelation as keyof typeof expected]);
  expect(record.applicationId).toBe('app');
  if (auditCorrelation === 'own') expect(Object.values(ids)).not.toContain(record.originalCorrelationId);
});
