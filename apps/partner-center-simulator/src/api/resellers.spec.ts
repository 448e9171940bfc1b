import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, beforeEach, expect, it } from 'vitest';
import { customerBody, TestClient } from '../../test/client.js';

const [ACTIVE, UNSIGNED, INACTIVE, ADVISOR] = [randomUUID(), randomUUID(), randomUUID(), randomUUID()];
const reseller = (id: string, mpnId: string, more: Record<string, unknown> = {}) => {
  return { id, name: `Reseller ${mpnId}`, mpnId, state: 'Active', location: 'US', ...more };
};
let client: TestClient;
let appUser: string;
beforeAll(async () => {
  client = await TestClient.start();
  appUser = await client.appUserToken();
});
beforeEach(async () => {
  await client.reset();
  const resellers = [
    reseller(ACTIVE, '1'),
    reseller(UNSIGNED, '2', { isAgreementSigned: false }),
    reseller(INACTIVE, '3', { state: 'Pending' }),
    reseller(ADVISOR, '4', { isIndirectReseller: false }),
  ];
  await client.control('PATCH', 'settings', { resellers });
});
afterAll(() => client.close());

const createFor = (associatedPartnerId: string, options = { token: appUser }) =>
  client.create(customerBody({ root: { associatedPartnerId } }), options);

it('creates a customer for a reseller of ours, which the answer, the list and the search then name', async () => {
  const reply = await createFor(ACTIVE.toUpperCase());
  expect([reply.status, reply.json.associatedPartnerId]).toEqual([201, ACTIVE.toUpperCase()]);
  await client.create(customerBody());
  const found = (await client.search(ACTIVE, 'equals', 'IndirectReseller')).json.items;
  expect(found.map((item: { id: string }) => item.id)).toEqual([reply.json.id]);
});

it.each([
  ['nobody', randomUUID(), 2205],
  ['one without an agreement', UNSIGNED, 2206],
  ['one whose relationship is not active', INACTIVE, 900154],
  ['one that is no indirect reseller', ADVISOR, 2204],
  ['an MPN id', '1', 2000],
])('refuses a customer for %s', async (_, id, code) => {
  const reply = await createFor(id);
  expect([reply.status, reply.json.code]).toEqual([400, code]);
  expect(await client.summary()).toMatchObject({ tenants: 0 });
});

it('refuses it with an App-only token', async () => {
  const reply = await client.create(customerBody({ root: { associatedPartnerId: ACTIVE } }));
  expect([reply.status, reply.json.code]).toEqual([403, 900329]);
});

it('lists the resellers', async () => {
  const path = '/v1/relationships?relationship_type=IsIndirectCloudSolutionProviderOf';
  const { items } = (await client.get(path, { token: appUser })).json;
  expect(items).toHaveLength(4);
  expect(items[0]).toMatchObject({ id: ACTIVE, mpnId: '1', state: 'Active' });
});

it.each([
  ['mpnId=1', 200, undefined],
  [`tenantId=${ACTIVE}`, 200, undefined],
  ['', 400, 2001],
  ['tenantId=x', 400, 2000],
  ['mpnId=99', 400, 2200],
  [`tenantId=${randomUUID()}`, 400, 2205],
  ['mpnId=4', 400, 2204],
])('knows the agreement status of %s', async (query, status, code) => {
  const reply = await client.get(`/v1/compliance/csp/agreementstatus?${query}`, { token: appUser });
  expect([reply.status, reply.json.code]).toEqual([status, code]);
});

it('says whether an agreement is signed', async () => {
  const isSigned = async (mpnId: string) =>
    (await client.get(`/v1/compliance/csp/agreementstatus?mpnId=${mpnId}`, { token: appUser })).json.isAgreementSigned;
  expect([await isSigned('1'), await isSigned('2')]).toEqual([true, false]);
});
