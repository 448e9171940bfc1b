import { afterEach, describe, expect, it } from 'vitest';
import { CUSTOMER_ID } from '../../test-support/builders.js';
import { sendJson } from '../../test-support/local-server.js';
import { CALL, clientsOfTests, IDS, sendWithBom } from '../../test-support/with-client.js';
import { isCustomerCreation, type AuditQuery } from './audit-records.js';

const DAY_MS = 86_400_000;
const day = (ms: number) => new Date(ms).toISOString().slice(0, 10);
const condition = (Field: string, Value: string, Operator: string) =>
  `filter=${encodeURIComponent(JSON.stringify({ Field, Value, Operator }))}`;

/** As recorded (reference 5.6). */
const RECORD = {
  id: `p_${CUSTOMER_ID}_${CUSTOMER_ID}_addcustomer_636`,
  partnerId: 'p',
  customerId: CUSTOMER_ID,
  customerName: 'North Bakery',
  userPrincipalName: 'admin@partner.example',
  applicationId: 'app',
  resourceType: 'customer',
  operationType: 'add_customer',
  operationStatus: 'succeeded',
  operationDate: '2026-01-02T03:04:05.1234567Z',
  originalCorrelationId: IDS.correlationId.toUpperCase(),
  customizedData: [
    { key: 'Relationship', value: 'Reseller' },
    { key: 'PrimaryDomainName', value: 'a.onmicrosoft.com' },
  ],
};

describe('auditRecords.search', () => {
  const start = clientsOfTests(afterEach);

  async function search(items: unknown[], query: AuditQuery = { sinceDate: new Date() }) {
    const { client, seen } = await start((_, response) => sendWithBom(response, 200, { items }));
    return { answer: await client.auditRecords.search(query, CALL), url: () => seen()[0]?.url };
  }

  it('reads what is evidence: who was made, under which domain, by which call', async () => {
    const { answer } = await search([RECORD]);
    const { originalCorrelationId: _, customizedData: __, partnerId: ___, ...members } = RECORD;
    expect(answer.kind === 'answered' && answer.value).toEqual([
      { ...members, correlationId: IDS.correlationId, domain: 'a.onmicrosoft.com' },
    ]);
  });

  it.each([
    ['one pair that is no list', { customizedData: { key: 'primaryDomainName', value: 'b.com' } }],
    ['an object of texts', { customizedData: { PrimaryDomainName: 'b.com' } }],
    [
      'the new value, JSON in a text',
      { resourceNewValue: '{"CompanyProfile":{"Domain":"b.com"}}', customizedData: null },
    ],
    ['PascalCase', { customizedData: [{ Key: 'PrimaryDomainName', Value: 'b.com' }] }],
  ])('finds the domain in %s', async (_, members) => {
    const { answer } = await search([{ ...RECORD, ...members }]);
    expect(answer).toMatchObject({ kind: 'answered', value: [{ domain: 'b.com' }] });
  });

  it('leaves empty what is not there, and such a record tells of no creation', async () => {
    const { answer } = await search([{ later: 1 }]);
    const value = answer.kind === 'answered' ? answer.value : [];
    expect(new Set(Object.values(value[0] ?? {}))).toEqual(new Set(['']));
    expect(value.map(isCustomerCreation)).toEqual([false]);
  });

  it.each([
    [{ operationType: 'add_customer', operationStatus: 'succeeded' }, true],
    [{ operationType: 'AddCustomer', operationStatus: 'Succeeded' }, true],
    [{ operationType: 'update_customer', operationStatus: 'succeeded' }, false],
    [{ operationType: 'add_customer', operationStatus: 'failed' }, false],
    [{ operationType: 'add_customer_user', operationStatus: 'succeeded' }, false],
  ])('tells by %j whether a customer was made: %s', async (members, expected) => {
    const { answer } = await search([{ ...RECORD, ...members }]);
    expect(answer.kind === 'answered' && answer.value.map(isCustomerCreation)).toEqual([expected]);
  });

  it('asks for a day more at either end, and for nothing older than the service keeps', async () => {
    const now = Date.now();
    const sinceDate = new Date(now - 3 * DAY_MS);
    expect((await search([], { sinceDate })).url()).toBe(`/v1/auditrecords?startDate=${day(now - 4 * DAY_MS)}`);
    const both = await search([], { sinceDate, untilDate: new Date(now - 2 * DAY_MS) });
    const days = `startDate=${day(now - 4 * DAY_MS)}&endDate=${day(now - DAY_MS)}`;
    expect(both.url()).toBe(`/v1/auditrecords?${days}`);
    const old = await search([], { sinceDate: new Date(0) });
    expect(old.url()).toBe(`/v1/auditrecords?startDate=${day(now - 89 * DAY_MS)}`);
    const future = await search([], { sinceDate: new Date(now + 9 * DAY_MS) });
    expect(future.url()).toBe(`/v1/auditrecords?startDate=${day(now)}`);
  });

  it.each([
    [{ customerId: CUSTOMER_ID }, condition('CustomerId', CUSTOMER_ID, 'equals')],
    [{ companyName: 'Nörth' }, condition('CompanyName', 'Nörth', 'substring')],
    [{ resourceType: 'Customer' }, condition('ResourceType', 'Customer', 'equals')],
  ])('asks by %j', async (query, expected) => {
    expect((await search([], { sinceDate: new Date(), ...query })).url()).toMatch(`&${expected}`);
  });

  it('has no answer when a line is no record', async () => {
    const { client } = await start((_, response) => sendJson(response, 200, { items: [RECORD, 'x'] }));
    expect(await client.auditRecords.search({ sinceDate: new Date() }, CALL)).toMatchObject({ kind: 'failed' });
  });
});
