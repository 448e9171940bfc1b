import { OnboardingSystem, customerData, requestRecord } from '#testing';
import { afterAll, beforeAll, expect, inject, it } from 'vitest';

// A CRM asks for fifty customers; one worker, nothing fails. Each gets exactly one tenant with its own request id, and
// one CustomerCreated that names it.
let system: OnboardingSystem;

beforeAll(async () => {
  system = await OnboardingSystem.start({ brokers: inject('kafkaBrokers'), databaseUrl: inject('databaseUrl') });
  await system.startWorker();
});
afterAll(() => system.stop());

it('announces each tenant once, with the id that the service gave it', async () => {
  const ids = Array.from({ length: 50 }, (_, n) => `good-${n}`);
  await system.request(ids.map((id) => requestRecord(id, customerData(id, { customerReference: `ref-${id}` }))));
  await system.settled();

  const created = await system.created();
  const tenants = await system.simulator.tenants();
  expect(new Set(created.keys())).toEqual(new Set(ids));
  expect(tenants).toHaveLength(50);
  for (const tenant of tenants) {
    const event = [...created.values()].find(({ tenantId }) => tenantId === tenant.id);
    expect(event).toMatchObject({ domain: tenant.domain, recovered: false, credentials: 'discarded' });
    expect(event?.['customerReference']).toBe(`ref-${String(event?.['correlationId'])}`);
  }
  expect(new Set(tenants.map(({ requestId }) => requestId)).size).toBe(50);
  expect(await system.read('rejected')).toEqual([]);
  expect(await system.read('deadLetter')).toEqual([]);
});
