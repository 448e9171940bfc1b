import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, beforeEach, expect, it } from 'vitest';
import { customerBody, TestClient } from '../../test/client.js';

let client: TestClient;
beforeAll(async () => {
  client = await TestClient.start();
});
beforeEach(() => client.reset());
afterAll(() => client.close());

type Parts = Parameters<typeof customerBody>[0];
const brazil = { country: 'BR', state: 'SP', postalCode: '01310-100' };

it.each<[string, Parts, number, number]>([
  ['country UK', { address: { country: 'UK' } }, 400, 3000],
  ['an over-long address line', { address: { addressLine1: 'x'.repeat(201) } }, 400, 2000],
  ['an over-long first name', { address: { firstName: 'x'.repeat(51) } }, 400, 2000],
  ['a malformed culture', { billing: { culture: 'english' } }, 400, 3000],
  ['a malformed language', { billing: { language: 'english' } }, 400, 3000],
  ['a domain without suffix', { company: { domain: 'bakery' } }, 400, 3000],
  ['a missing registration number', { address: brazil }, 400, 600049],
  [
    'a malformed registration number',
    { company: { organizationRegistrationNumber: '1' }, address: brazil },
    400,
    600050,
  ],
  [
    'a missing phone with registration number',
    { company: { organizationRegistrationNumber: '12345678' }, address: { ...brazil, phoneNumber: '' } },
    400,
    600051,
  ],
  [
    'a registration number where none is supported',
    { company: { organizationRegistrationNumber: '12345678' } },
    400,
    600002,
  ],
  ['a region in the US', { address: { region: 'NA' } }, 400, 27002],
  ['an unknown state', { address: { state: 'ZZ' } }, 400, 27002],
  ['a malformed postal code', { address: { postalCode: '1' } }, 400, 27002],
  ['an associated partner with an app-only token', { root: { associatedPartnerId: randomUUID() } }, 403, 900329],
])('refuses %s', async (_, parts, status, code) => {
  const reply = await client.create(customerBody(parts));
  expect([reply.status, reply.json?.code]).toEqual([status, code]);
});

it('names every missing member at once, in camelCase', async () => {
  const reply = await client.create({ companyProfile: {}, billingProfile: { defaultAddress: { country: 'US' } } });
  expect(reply.json).toMatchObject({ code: 2001, description: 'Customer details are missing' });
  expect(reply.json.data).toContain('companyProfile.domain');
  expect(reply.json.data).toContain('billingProfile.defaultAddress.addressLine1');
  expect(reply.json.data).toContain('billingProfile.defaultAddress.state');
  expect(reply.json.data).not.toContain('billingProfile.defaultAddress.country');
});

it.each(['{"companyProfile":', '[]', 'null', ''])('refuses a body that is no JSON object: %j', async (body) => {
  expect((await client.create(body)).json.code).toBe(400056);
});

it('answers the earlier step first: registration number before missing members before domain', async () => {
  await client.create(customerBody({ company: { domain: 'order.onmicrosoft.com' } }));
  const bad = { company: { domain: 'order.onmicrosoft.com' }, billing: { email: '' }, address: { ...brazil } };
  expect((await client.create(customerBody(bad))).json.code).toBe(600049);
  expect((await client.create(customerBody({ ...bad, address: {} }))).json.code).toBe(2001);
});

it('checks names, prefix and market culture only when told to', async () => {
  const parts: Parts[] = [
    { billing: { companyName: 'GmbH' } },
    { billing: { companyName: '1 2 3' } },
    { billing: { email: 'a@microsoft.com' } },
    { address: { firstName: 'test' } },
    { company: { domain: 'has-a-hyphen.onmicrosoft.com' } },
    { billing: { culture: 'br-BR' } },
  ];
  for (const part of parts) expect((await client.create(customerBody(part))).status).toBe(201);
  await client.reset();
  await client.control('PATCH', 'settings', { strictNames: true, cultureCheck: 'market' });
  for (const part of parts) expect((await client.create(customerBody(part))).json.code).toBe(3000);
  expect((await client.create(customerBody())).status).toBe(201);
});

it('accepts an associated partner that is a known reseller, with an App+User token', async () => {
  const reseller = { id: randomUUID(), name: 'Reseller', mpnId: '123', state: 'Active', location: 'DE' };
  await client.control('PATCH', 'settings', { resellers: [reseller] });
  const token = await client.appUserToken();
  const unknown = await client.create(customerBody({ root: { associatedPartnerId: randomUUID() } }), { token });
  expect(unknown.json.code).toBe(2205);
  const known = await client.create(customerBody({ root: { AssociatedPartnerId: reseller.id } }), { token });
  expect([known.status, known.json.associatedPartnerId]).toEqual([201, reseller.id]);
});

it('refuses the wrong kind of account and a full sandbox', async () => {
  await client.control('PATCH', 'settings', { accountAllowed: false });
  const account = await client.create(customerBody());
  expect([account.status, account.json.code]).toEqual([403, 600006]);
  await client.control('PATCH', 'settings', { accountAllowed: true, sandbox: true, sandboxLimit: 1 });
  const first = await client.create(customerBody());
  expect((await client.create(customerBody())).json.code).toBe(800018);
  expect((await client.send('DELETE', `/v1/customers/${first.json.id}`)).status).toBe(204);
  expect((await client.create(customerBody())).status).toBe(201);
});
