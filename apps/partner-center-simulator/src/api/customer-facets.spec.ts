import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { customerBody, TestClient } from '../../test/client.js';

let client: TestClient;
let appUser: string;
beforeAll(async () => {
  client = await TestClient.start();
  appUser = await client.appUserToken();
});
beforeEach(() => client.reset());
afterAll(() => client.close());

const settings = (changes: Record<string, unknown>) => client.control('PATCH', 'settings', changes);
const created = async () => (await client.create(customerBody())).json;
const send = (method: string, path: string, body?: unknown, headers: Record<string, string> = {}) =>
  client.send(method, `/v1/${path}`, {
    token: appUser,
    headers,
    ...(body === undefined ? {} : { body: JSON.stringify(body) }),
  });

describe('the billing profile', () => {
  it('shows what the create answered, with a link, and its etag as text', async () => {
    const { id, billingProfile } = await created();
    const { links, ...others } = (await client.get(`/v1/customers/${id}/profiles/billing`)).json;
    expect(others).toEqual(billingProfile);
    expect(links.self.uri).toBe(`/customers/${id}/profiles/billing`);
    expect(BigInt(others.attributes.etag)).toBe(BigInt.asIntN(64, BigInt(others.attributes.etag)));
  });

  it('is replaced only under its etag in double quotes, and then has another one', async () => {
    const { id, billingProfile } = await created();
    const path = `customers/${id}/profiles/billing`;
    const changed = { ...billingProfile, companyName: 'South Bakery' };
    const { etag } = billingProfile.attributes;
    const put = async (ifMatch?: string) => {
      const { status, json } = await send('PUT', path, changed, ifMatch === undefined ? {} : { 'If-Match': ifMatch });
      return [status, json.companyName ?? json.code];
    };
    expect(await put()).toEqual([400, 2000]);
    expect(await put(etag)).toEqual([412, 412]);
    expect(await put('"1"')).toEqual([412, 412]);
    expect(await put(`"${etag}"`)).toEqual([200, 'South Bakery']);
    expect(await put(`"${etag}"`)).toEqual([412, 412]);
    const now = (await client.get(`/v1/${path}`)).json;
    expect(now).toMatchObject({ id: billingProfile.id, companyName: 'South Bakery' });
    expect(now.attributes.etag).not.toBe(etag);
  });
});

it('shows address, e-mail and domains only with delegated access', async () => {
  const { id, companyProfile, billingProfile } = await created();
  const company = (await send('GET', `customers/${id}/profiles/company`)).json;
  expect(company).toMatchObject({ domain: companyProfile.domain, email: billingProfile.email });
  expect(company.address).toEqual(billingProfile.defaultAddress);
  expect((await client.get(`/v1/customers/${id}`)).json).toMatchObject({
    allowDelegatedAccess: true,
    companyProfile: { email: billingProfile.email },
    billingProfile: { links: { self: { method: 'GET' } } },
  });
  expect((await client.get(`/v1/customers/${id}/customDomains`)).json).toEqual([companyProfile.domain]);
  await settings({ delegatedAccess: false });
  expect((await send('GET', `customers/${id}/profiles/company`)).json).not.toHaveProperty('email');
  const detail = (await client.get(`/v1/customers/${id}`)).json;
  expect(detail.allowDelegatedAccess).toBe(false);
  expect(detail).not.toHaveProperty('customDomains');
  expect((await client.get(`/v1/customers/${id}/customDomains`)).json.code).toBe(900308);
});

it('ends a relationship, which leaves tenant and domain where they are', async () => {
  const { id, companyProfile } = await created();
  expect((await send('PATCH', `customers/${id}`, { RelationshipToPartner: 'reseller' })).json.code).toBe(3000);
  const left = await send('PATCH', `customers/${id}`, { RelationshipToPartner: 'none' });
  expect([left.status, left.json.relationshipToPartner]).toEqual([200, 'none']);
  expect((await client.get(`/v1/customers/${id}`)).json.code).toBe(20002);
  expect((await client.search(companyProfile.domain)).json.items).toEqual([]);
  expect((await client.send('HEAD', `/v1/domains/${companyProfile.domain}`)).status).toBe(200);
  expect(await client.summary()).toMatchObject({ tenants: 1 });
});

it('resets the password of the admin it lists, in the public cloud', async () => {
  const { id, companyProfile } = await created();
  const [admin] = (await send('GET', `customers/${id}/users`)).json.items;
  expect(admin.userPrincipalName).toBe(`admin@${companyProfile.domain}`);
  const profile = { passwordProfile: { password: 'N3w;pass', forceChangePassword: true } };
  expect((await send('PATCH', `customers/${id}/users/${admin.id}`, profile)).status).toBe(200);
  expect((await send('PATCH', `customers/${id}/users/${admin.id}`, {})).json.code).toBe(2000);
  expect((await send('PATCH', `customers/${id}/users/${id}`, profile)).json.code).toBe(60002);
  await settings({ cloud: 'china' });
  expect((await send('PATCH', `customers/${id}/users/${admin.id}`, profile)).json.code).toBe(900127);
});

it('has no validation status until a test gives it one', async () => {
  const { id } = await created();
  const path = `customers/${id}/validationStatus?type=account`;
  const none = await send('GET', path);
  expect([none.status, none.json]).toMatchObject([404, { code: 600074, errorName: expect.any(String) }]);
  await settings({ validationStatus: 'Not Ready' });
  const { status, lastUpdateDateTime } = (await send('GET', path)).json;
  expect([status, lastUpdateDateTime]).toEqual([
    'Not Ready',
    expect.stringMatching(/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d$/),
  ]);
});

it('does not know the subscriptions of a tenant that is not fully there', async () => {
  await settings({ visibilityDelay: [30_000, 90_000] });
  const { id } = await created();
  const early = await send('GET', `customers/${id}/subscribedskus`);
  expect([early.status, early.json.description]).toEqual([404, 'Tenant address information is not available']);
  await settings({ visibilityDelay: [0, 0] });
  expect((await send('GET', `customers/${id}/subscribedskus`)).json).toMatchObject({ totalCount: 0, items: [] });
});

describe('the customer agreement', () => {
  const contact = { firstName: 'Gena', lastName: 'Ray', email: 'gena@northbakery.example' };
  const confirmation = async (change: Record<string, unknown> = {}) => {
    const { items } = (await send('GET', 'agreements?agreementType=MicrosoftCustomerAgreement')).json;
    const { templateId, agreementType: type } = items[0];
    return { primaryContact: contact, dateAgreed: '2026-01-02T00:00:00Z', templateId, type, ...change };
  };

  it('is confirmed once by the same contact: the second time is 600061', async () => {
    const { id } = await created();
    const first = await send('POST', `customers/${id}/agreements`, await confirmation());
    expect([first.status, first.json]).toMatchObject([201, { primaryContact: contact, userId: expect.any(String) }]);
    const second = await send('POST', `customers/${id}/agreements`, await confirmation());
    expect([second.status, second.json]).toMatchObject([400, { code: 600061, isRetryable: false }]);
    const other = { primaryContact: { ...contact, phoneNumber: '7165550100' } };
    expect((await send('POST', `customers/${id}/agreements`, await confirmation(other))).status).toBe(201);
    const customer = `customers/${id}/directSignedMicrosoftCustomerAgreementStatus`;
    expect((await send('GET', customer)).json).toEqual({ isSigned: false });
  });

  it('needs contact, date, type and the template that belongs to it', async () => {
    const { id } = await created();
    const codeOf = async (change: Record<string, unknown>) =>
      (await send('POST', `customers/${id}/agreements`, await confirmation(change))).json.code;
    expect(await codeOf({ primaryContact: { firstName: 'Gena' } })).toBe(2000);
    expect(await codeOf({ dateAgreed: undefined })).toBe(2000);
    expect(await codeOf({ type: 'MicrosoftCloudAgreement' })).toBe(3000);
    expect(await codeOf({ templateId: id })).toBe(3000);
  });

  it('has the older agreement for a default, and is there in the public cloud only', async () => {
    expect((await send('GET', 'agreements')).json.items[0].agreementType).toBe('MicrosoftCloudAgreement');
    expect((await send('GET', 'agreements?agreementType=x')).json.code).toBe(2000);
    await settings({ cloud: 'us-government' });
    expect((await send('GET', 'agreements')).json.code).toBe(900127);
  });
});

it('invites no customers in the sandbox', async () => {
  expect((await send('GET', 'customers/relationshiprequests')).json.url).toMatch(/^https:/);
  await settings({ sandbox: true });
  expect((await send('GET', 'customers/relationshiprequests')).json.code).toBe(900127);
});
