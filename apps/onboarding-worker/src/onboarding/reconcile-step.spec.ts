import { msCorrelationId } from '#events';
import type { CustomerSummary, PartnerCenterClient } from '#partner-center';
import { describe, expect, it } from 'vitest';
import { claimed, FOUND, TENANT } from '../../test/claimed.js';
import { type LookResult, lookForTenant } from './reconcile-step.js';

const FAILED = { kind: 'failed', httpStatus: 500, message: 'said the service' };
const OTHER = '22222222-2222-4222-8222-222222222222';
const CREATION = {
  ...{ operationType: 'add_customer', operationStatus: 'succeeded', customerId: TENANT, domain: FOUND.domain },
  correlationId: msCorrelationId('crm-42'),
};

interface Service {
  customers?: CustomerSummary[];
  records?: object[];
  isAvailable?: boolean;
  /** The query that is not answered. */
  fails?: 'customers' | 'records' | 'domain';
}

async function look(
  service: Service,
  onboarding = claimed({ step: 'reconcile', cause: 'domain-taken', unsettled: true, windowAgeMs: 60_000 }),
  sinceClaimMs = 0,
): Promise<LookResult> {
  const answer = (query: Service['fails'], value: unknown) => (): Promise<unknown> =>
    Promise.resolve(service.fails === query ? FAILED : { kind: 'answered', value });
  const client = {
    customers: { search: answer('customers', service.customers ?? []) },
    auditRecords: { search: answer('records', service.records ?? []) },
    domains: { isAvailable: answer('domain', service.isAvailable ?? true) },
  } as unknown as PartnerCenterClient;
  const options = { mayStart: () => true, signal: new AbortController().signal, windowMs: 60_000 };
  return lookForTenant(client, onboarding, { ...options, sinceClaimMs: () => sinceClaimMs });
}

describe('the customer of a domain', () => {
  it('is the one of exactly this domain, whatever the case: a search by prefix finds others too', async () => {
    const longer = { ...FOUND, domain: `${FOUND.domain}.au`, customerId: OTHER };
    const exact = { ...FOUND, domain: FOUND.domain.toUpperCase() };
    expect(await look({ customers: [longer, exact] })).toMatchObject({ findings: { customer: exact } });
    expect(await look({ customers: [longer] })).toMatchObject({ findings: { customer: null } });
  });

  it('is ours if the activity log says that our correlation id made it', async () => {
    expect(await look({ customers: [FOUND], records: [CREATION] })).toMatchObject({ findings: { isOurs: true } });
  });

  it.each([
    ['another correlation id', { correlationId: msCorrelationId('crm-43') }],
    ['another domain', { domain: 'other.onmicrosoft.com' }],
    ['another customer', { customerId: OTHER }],
    ['another operation', { operationType: 'update_customer' }],
    ['a creation that failed', { operationStatus: 'failed' }],
  ])('is not ours by a record of %s', async (_what, difference) => {
    const records = [{ ...CREATION, ...difference }];
    expect(await look({ customers: [FOUND], records })).toMatchObject({ findings: { isOurs: false } });
  });

  it('is not ours if the list names two tenants for it', async () => {
    const customers = [{ ...FOUND, tenantId: OTHER }];
    expect(await look({ customers, records: [CREATION] })).toMatchObject({ findings: { isOurs: false } });
  });
});

describe('an absence', () => {
  it('counts from the end of the window, with the time since the claim', async () => {
    const inWindow = claimed({ step: 'reconcile', cause: 'refused', unsettled: true, windowAgeMs: 50_000 });
    expect(await look({}, inWindow, 9_000)).toMatchObject({ findings: { afterWindow: false, windowLeftMs: 1_000 } });
    expect(await look({}, inWindow, 10_000)).toMatchObject({ findings: { afterWindow: true, windowLeftMs: 0 } });
  });

  it('tells whether the domain exists where that decides', async () => {
    expect(await look({ isAvailable: false })).toMatchObject({ findings: { domainExists: true } });
    expect(await look({ isAvailable: true })).toMatchObject({ findings: { domainExists: false } });
  });
});

describe('a query that is not answered', () => {
  it.each([
    ['customers', []],
    ['records', [FOUND]],
    ['domain', []],
  ] as const)('leaves nothing concluded: %s', async (fails, customers) => {
    expect(await look({ fails, customers: [...customers] })).toEqual({ kind: 'failed', answer: FAILED });
  });
});
