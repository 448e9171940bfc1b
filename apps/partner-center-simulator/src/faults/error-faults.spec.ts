import { afterAll, beforeAll, beforeEach, expect, it } from 'vitest';
import { customerBody, TestClient } from '../../test/client.js';
import { DOCUMENTED_CODES } from '../api/error-codes.js';

let client: TestClient;
beforeAll(async () => {
  client = await TestClient.start();
});
beforeEach(() => client.reset());
afterAll(() => client.close());

it('answers with every documented code when ordered to, and makes no tenant', async () => {
  const { errors } = (await client.control('GET', 'errors')).json;
  expect(errors).toHaveLength(59);
  for (const { code } of errors) await client.fault({ kind: 'error', code });
  const seen: unknown[] = [];
  for (let i = 0; i < errors.length; i++) {
    const { status, json } = await client.create(customerBody());
    seen.push([json.code, status]);
  }
  expect(seen).toEqual(DOCUMENTED_CODES.map(({ code, status }) => [code, status]));
  expect(await client.summary()).toMatchObject({ tenants: 0 });
});

it('gives a code of newer services their shape', async () => {
  await client.fault({ kind: 'error', code: 600061 });
  expect((await client.create(customerBody())).json).toMatchObject({ code: 600061, isRetryable: false });
});

it('words an ordered error otherwise, in another shape and with another status', async () => {
  await client.fault({ kind: 'error', code: '27100', status: 409, shape: 'B', description: 'taken', data: ['x'] });
  const reply = await client.create(customerBody());
  expect([reply.status, reply.json]).toMatchObject([409, { code: '27100', description: 'taken', data: ['x'] }]);
  await client.fault({ kind: 'error', code: 27002, when: 'after' });
  expect((await client.create(customerBody())).json.code).toBe(27002);
  expect(await client.summary()).toMatchObject({ tenants: 1 });
  expect((await client.fault({ kind: 'error', code: 4711 })).json.error).toContain('GET /control/errors');
});

it('says a true answer in other forms: PascalCase, with members nobody knows, in many lines', async () => {
  await client.fault({ kind: 'pascalCase' });
  const pascal = (await client.create(customerBody())).json;
  expect(pascal.CompanyProfile.TenantId).toBe(pascal.Id);
  expect(pascal.BillingProfile.Attributes.Etag).toMatch(/^-?\d+$/);
  await client.fault({ kind: 'unknownMembers' });
  const unknown = (await client.create(customerBody())).json;
  expect(unknown.companyProfile.futureMember).toEqual({ isNew: true, values: [1, null, 'x'] });
  await client.fault({ kind: 'formatted' });
  const formatted = await client.create(customerBody());
  expect(formatted.bytes.toString()).toMatch(/^\uFEFF\{\n {2}"id"/);
  expect(formatted.json.id).toBe(formatted.json.companyProfile.tenantId);
  expect((await client.fault({ kind: 'formatted', when: 'before' })).json.error).toContain('can only be after');
});

it.each([
  ['missing', 800001],
  ['ordinary', 400],
  ['900420', 900420],
])('refuses a token as %s when ordered to', async (variant, code) => {
  await client.fault({ kind: 'unauthorized', variant });
  const reply = await client.create(customerBody());
  expect([reply.status, reply.json.code]).toEqual([401, code]);
});
