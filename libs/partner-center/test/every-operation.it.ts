/**
 * The client against the stand-in for Partner Center, which was written from the reference and shares no code with it:
 * where the two agree, neither has misread it alone.
 */
import { randomUUID } from 'node:crypto';
import { RELEVANT_CODES, SimulatorProcess } from '#testing';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { PartnerCenterClient, isCustomerCreation, toCreateBody } from '../src/index.js';
import { clientOptions, customerData } from '../test-support/builders.js';

const RESELLER = 'aaaaaaaa-0000-4000-8000-000000000001';
let simulator: SimulatorProcess;
let client: PartnerCenterClient;

beforeAll(async () => {
  simulator = await SimulatorProcess.start();
});
beforeEach(async () => {
  await simulator.control('POST', 'reset', {});
  await simulator.settings({
    ...{ visibilityDelay: [0, 0], listDelay: 0, auditDelay: 0 },
    resellers: [{ id: RESELLER, name: 'North Reseller', mpnId: '4847383', state: 'Active', location: 'US' }],
  });
  client = new PartnerCenterClient(clientOptions(simulator.url, { refreshToken: 'r' }));
  return () => client.close();
});
afterAll(() => simulator.stop());

const options = () => ({ ids: { requestId: randomUUID(), correlationId: randomUUID() }, mayStart: () => true });
const dataOf = (prefix: string, more = {}) =>
  customerData({ company: { domain: `${prefix}.onmicrosoft.com` }, ...more });

async function create(prefix: string, more = {}) {
  return client.customers.create(toCreateBody(dataOf(prefix, more)), options());
}
/** The answers of these operations come in another form from now on. */
async function answer(operation: string[], kind: string) {
  if (kind !== 'plain') await simulator.fault({ match: { operation }, times: 'forever', action: { kind } });
}

describe.each(['plain', 'pascalCase', 'unknownMembers', 'formatted'])('answers that are %s', (kind) => {
  it('make a customer, and tell of it in every read', async () => {
    await answer(['create', 'get', 'search', 'audit'], kind);
    const call = options();
    const data = dataOf('North42', { associatedPartnerId: RESELLER });
    const made = await client.customers.create(toCreateBody(data), call);
    if (made.kind !== 'created') throw new Error(JSON.stringify(made));
    const { customerId, password } = made.customer;
    expect(made.customer).toMatchObject({ domain: 'North42.onmicrosoft.com', associatedPartnerId: RESELLER });
    expect(password).toMatch(/^.{8,9}$/);
    expect(made.call).toEqual({
      operation: 'customers.create',
      ...call.ids,
      httpStatus: 201,
      code: null,
      msCv: expect.stringMatching(/^.{16}\.0$/),
    });

    expect(await client.customers.get(customerId, options())).toMatchObject({
      kind: 'answered',
      value: {
        id: customerId,
        companyProfile: { tenantId: customerId, domain: 'North42.onmicrosoft.com', companyName: 'North Bakery' },
        billingProfile: { culture: 'en-US', defaultAddress: { country: 'US', postalCode: '14203' } },
      },
    });
    const { etag } = (await billingOf(customerId)) ?? {};
    expect(etag).toMatch(/^-?\d+$/);
    expect(await client.customers.search({ domainPrefix: 'north4' }, options())).toMatchObject({
      kind: 'answered',
      value: [{ customerId, tenantId: customerId, domain: 'North42.onmicrosoft.com' }],
    });
    const log = await client.auditRecords.search({ sinceDate: new Date(), customerId }, options());
    const creations = log.kind === 'answered' ? log.value.filter(isCustomerCreation) : [];
    expect(creations).toMatchObject([
      { customerId, domain: 'North42.onmicrosoft.com', correlationId: call.ids.correlationId },
    ]);
    expect(await client.domains.isAvailable('north42.onmicrosoft.com', options())).toMatchObject({ value: false });
    expect(await client.domains.isAvailable('north43.onmicrosoft.com', options())).toMatchObject({ value: true });
  });

  async function billingOf(customerId: string) {
    const found = await client.customers.get(customerId, options());
    return found.kind === 'answered' ? found.value.billingProfile : undefined;
  }

  it('tell the rules of a country, judge addresses, list resellers', async () => {
    await answer(['countryRules', 'address', 'relationships'], kind);
    expect(await client.countryValidationRules.get('PT', options())).toMatchObject({
      kind: 'answered',
      value: {
        iso2Code: 'PT',
        isStateRequired: false,
        supportedCulturesList: ['pt-PT', 'en-US'],
        isVatIdSupported: true,
      },
    });
    expect(await client.countryValidationRules.get('UK', options())).toMatchObject({ kind: 'not-found' });
    const redmond = {
      addressLine1: '1 Microsoft Way',
      city: 'Redmond',
      state: 'WA',
      postalCode: '98052',
      country: 'US',
    };
    expect(await client.addresses.validate(redmond, options())).toMatchObject({
      kind: 'answered',
      value: { status: 'VerifiedShippable', suggestedAddresses: [{ postalCode: '98052-8300' }] },
    });
    const seattle = { ...redmond, city: 'Seattle' };
    expect(await client.addresses.validate(seattle, options())).toMatchObject({
      value: { status: 'InteractionRequired' },
    });
    expect(await client.relationships.indirectResellers(options())).toMatchObject({
      kind: 'answered',
      value: [{ partnerId: RESELLER, name: 'North Reseller', state: 'Active' }],
    });
  });
});

it('reads a list through its pages', async () => {
  const prefixes = Array.from({ length: 7 }, (_, n) => `page${n}`);
  for (const prefix of prefixes) await create(prefix);
  await simulator.settings({ pageSize: 3 });
  const found = await client.customers.search({ domainPrefix: 'page' }, options());
  const domains = found.kind === 'answered' ? found.value.map(({ domain }) => domain.split('.')[0]) : [];
  expect(domains.sort()).toEqual(prefixes);
});

it('takes a new tenant that is not visible yet for neither there nor absent', async () => {
  await simulator.settings({ visibilityDelay: [60_000, 120_000] });
  const made = await create('later');
  const id = made.kind === 'created' ? made.customer.customerId : '';
  expect(await client.customers.get(id, options())).toMatchObject({ kind: 'not-found', httpStatus: 404 });
});

describe('refusals of a create call', () => {
  /** What each class of the reference must come to, said without looking at the client's table. */
  function expected(code: string, status: number, name: string): string {
    if (status >= 500) return 'unclear';
    if (code === '27002') return 'refused-maybe-created';
    if (code === '27100' || status === 409) return 'domain-taken';
    if (['900420', '900421', '10001', '800018'].includes(code) || status === 401) return 'account-refused';
    return status === 403 || status === 404 || name === 'permanent-config' ? 'held' : 'refused';
  }

  it('are understood for every code that concerns customers, at its documented status', async () => {
    const { errors } = await simulator.control<{ errors: { code: number; status: number }[] }>('GET', 'errors');
    expect(errors.map(({ code }) => String(code)).sort()).toEqual(RELEVANT_CODES.map(({ code }) => code).sort());
    const found: string[] = [];
    const wanted: string[] = [];
    for (const { code, status } of errors) {
      await simulator.fault({ match: { operation: 'create' }, times: 2, action: { kind: 'error', code } });
      const answer = await create('refused');
      found.push(`${code} ${answer.call.httpStatus} ${answer.call.code} ${answer.kind}`);
      const name = RELEVANT_CODES.find((each) => each.code === String(code))?.class ?? '';
      wanted.push(`${code} ${status} ${code} ${expected(String(code), status, name)}`);
      await simulator.control('DELETE', 'faults');
    }
    expect(found).toEqual(wanted);
  });

  it.each(['A', 'B', 'C', 'D', 'E', 'F', 'G', 'H'])('are no customer and no surprise in shape %s', async (shape) => {
    for (const status of [400, 403, 409, 500]) {
      await simulator.fault({ match: { operation: 'create' }, action: { kind: 'status', status, shape, code: 2000 } });
      const answer = await create(`shape${shape}`);
      const kind = { 400: 'refused', 403: 'held', 409: 'domain-taken', 500: 'unclear' }[status];
      expect(answer).toMatchObject({ kind, httpStatus: status });
      expect(answer.call.code).toBe('ABCG'.includes(shape) ? '2000' : answer.call.code);
    }
    expect((await simulator.summary()).tenants).toBe(0);
  });
});

describe('refusals of a token', () => {
  it.each(['ordinary', 'missing'])('are mended once by a new one: %s', async (variant) => {
    await simulator.fault({ match: { operation: 'create' }, action: { kind: 'unauthorized', variant } });
    expect(await create('again')).toMatchObject({ kind: 'created' });
    expect((await simulator.journal('?operation=token')).length).toBe(2);
  });

  it.each(['ordinary', 'missing', '900420', '900421', '10001', 'emptyMfa'])(
    'concern the account: %s',
    async (variant) => {
      const action = { kind: 'unauthorized', variant };
      const operation = ['create', 'search'];
      await simulator.fault({ match: { operation }, times: 'forever', action });
      expect(await create('refused')).toMatchObject({ kind: 'account-refused', httpStatus: 401 });
      expect(await client.customers.search({ domainPrefix: 'a' }, options())).toMatchObject({
        kind: 'account-refused',
      });
    },
  );

  it.each([
    ['invalidGrant', true],
    ['mfaRequired', true],
    ['consentRequired', true],
    ['interactionRequired', true],
    ['invalidClient', true],
    ['unauthorizedClient', true],
    ['temporarilyUnavailable', false],
  ])('that the endpoint does not give for %s are permanent: %s', async (variant, permanent) => {
    await simulator.fault({
      match: { operation: 'token' },
      times: 'forever',
      action: { kind: 'tokenRefusal', variant },
    });
    expect(await create('none')).toMatchObject({ kind: 'token-failed', permanent });
    expect((await simulator.summary()).creates).toBe(0);
  });

  it('are a matter of the configuration where App+User is needed', async () => {
    const appOnly = new PartnerCenterClient(clientOptions(simulator.url));
    const code = '900329';
    expect(await appOnly.relationships.indirectResellers(options())).toMatchObject({ why: 'held', code });
    const body = toCreateBody(dataOf('app-only', { associatedPartnerId: RESELLER }));
    expect(await appOnly.customers.create(body, options())).toMatchObject({ kind: 'held', code });
    await appOnly.close();
  });
});
