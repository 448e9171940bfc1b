import { type OnboardingSystem, customerData, eventually, requestRecord } from '#testing';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import {
  ask,
  creates,
  domainOf,
  failCreates,
  idsOf,
  letters,
  requestIdOf,
  startWorld,
  untilCreated,
  untilLetter,
} from '../support/world.js';

// A create makes the tenant, but its answer is lost or damaged. The same request is sent again; where the service does not
// remember it, the tenant is looked up and adopted, only with evidence that this correlation id made it.
const ANSWERS = [
  { name: 'a reset after the commit', action: { kind: 'reset', when: 'after' } },
  { name: 'a connection closed after the commit', action: { kind: 'close', when: 'after' } },
  { name: 'silence until the time-out', action: { kind: 'hang', when: 'after', ms: 5_000 } },
  { name: 'a truncated 201', action: { kind: 'truncated' } },
  { name: 'an empty 201', action: { kind: 'empty' } },
  { name: 'an HTML 200', action: { kind: 'html', status: 200 } },
  { name: 'a 201 that is no JSON', action: { kind: 'garbage' } },
  { name: 'a 502 of a gateway', action: { kind: 'html', status: 502, when: 'after' } },
  { name: 'a 408', action: { kind: 'status', status: 408, when: 'after' } },
];
const FORGETFUL = [
  { name: 'domain taken', settings: { requestIdWindow: 0 } },
  { name: 'domain taken, by the request id', settings: { replay: 'domainTaken400' } },
  { name: 'a conflict', settings: { replay: 'conflict409' } },
];

let system: OnboardingSystem;
beforeAll(async () => {
  system = await startWorld();
});
beforeEach(async () => {
  await system.simulator.control('DELETE', 'settings');
  await system.simulator.control('DELETE', 'faults');
});
afterAll(() => system.stop());

async function createdOf(id: string): Promise<Record<string, unknown> | undefined> {
  return (await untilCreated(system, [id]))[0];
}
async function tenantOf(id: string): Promise<string | undefined> {
  return (await system.simulator.tenants()).find(({ domain }) => domain === domainOf(id))?.id;
}

it.each(ANSWERS)('repeats the same request after $name', async ({ name, action }) => {
  const id = `again ${name}`;
  await failCreates(system, id, action, 1);
  await ask(system, [id]);
  expect(await createdOf(id)).toMatchObject({ tenantId: await tenantOf(id), recovered: false });
  const calls = await creates(system, id);
  expect(calls.map(({ requestId }) => requestId)).toEqual([requestIdOf(id), requestIdOf(id)]);
  expect(new Set(calls.map(({ correlationId }) => correlationId)).size).toBe(1);
});

describe.each(FORGETFUL)('a service that answers the repetition with $name', ({ name, settings }) => {
  it('has its tenant adopted with evidence, although list and log show it late', async () => {
    const id = `adopted ${name}`;
    await system.simulator.settings({ ...settings, listDelay: 400, auditDelay: 900 });
    await failCreates(system, id, { kind: 'reset', when: 'after' }, 1);
    await ask(system, [id]);
    expect(await createdOf(id)).toMatchObject({
      tenantId: await tenantOf(id),
      customerId: await tenantOf(id),
      domain: domainOf(id),
      companyName: 'North Bakery',
      recovered: true,
      credentials: 'discarded',
    });
    expect((await letters(system)).size).toBe(0);
  });
});

describe('without evidence', () => {
  it('parks the onboarding when the log never shows who made the tenant', async () => {
    const id = 'no evidence';
    await system.simulator.settings({ requestIdWindow: 0, auditDelay: 600_000 });
    await failCreates(system, id, { kind: 'reset', when: 'after' }, 1);
    await ask(system, [id]);
    const { headers } = await untilLetter(system, id);
    expect(headers).toMatchObject({ 'dead-letter-code': 'OUTCOME_UNRESOLVED', 'dead-letter-reason': 'unresolved' });
    expect(headers['dead-letter-message']).toMatch(/tenant may exist/);
    const looks = await system.simulator.journal(`?operation=search&domain=${domainOf(id)}`);
    const lastCall = (await creates(system, id)).at(-1)!.endedAt!;
    expect(looks.at(-1)!.startedAt - lastCall).toBeGreaterThanOrEqual(1_500);
    expect((await system.created()).has(id)).toBe(false);
  });

  it('never adopts a tenant that another correlation id made', async () => {
    const id = 'foreign';
    await system.simulator.control('PUT', `domains/${domainOf(id)}`, {
      owner: 'ours',
      correlationId: crypto.randomUUID(),
    });
    await failCreates(system, id, { kind: 'reset', when: 'before' }, 1);
    await ask(system, [id]);
    expect((await untilLetter(system, id)).headers['dead-letter-code']).toBe('OUTCOME_UNRESOLVED');
    expect((await system.created()).has(id)).toBe(false);
  });
});

it('adopts only the exact domain, in whatever case it was asked for', async () => {
  const domain = 'mixedcase.onmicrosoft.com';
  await system.simulator.settings({ requestIdWindow: 0 });
  await system.simulator.control('PUT', `domains/${domain}.example`, { owner: 'oursWithoutEvidence' });
  await system.simulator.fault({ match: { operation: 'create', domain }, action: { kind: 'reset', when: 'after' } });
  await system.request([requestRecord('mixed', customerData('mixed', { domain: 'MixedCase.onmicrosoft.com' }))]);
  expect(await createdOf('mixed')).toMatchObject({ recovered: true });
});

it('settles all of them after an outage that made every tenant, although no create is left to be accepted', async () => {
  const ids = idsOf('outage', 8);
  await system.simulator.settings({ requestIdWindow: 0 });
  const lost = { kind: 'reset', when: 'after' };
  await system.simulator.fault({ match: { operation: 'create' }, times: 'forever', action: lost });
  await ask(system, ids);
  await eventually(
    async () => {
      const made = await Promise.all(ids.map(tenantOf));
      return made.every(Boolean) && (await system.workers[0]!.readiness()).status === 'paused';
    },
    { what: 'an outage behind which every tenant was made' },
  );
  await system.simulator.control('DELETE', 'faults');
  const created = await untilCreated(system, ids);
  expect(new Set(created.map(({ recovered }) => recovered))).toEqual(new Set([true]));
});
