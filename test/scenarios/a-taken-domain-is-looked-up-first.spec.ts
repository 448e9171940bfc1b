import { type OnboardingSystem, customerData, requestRecord } from '#testing';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import {
  ask,
  creates,
  domainOf,
  failCreates,
  letters,
  rejections,
  requestIdOf,
  startWorld,
  untilCreated,
  untilLetter,
} from '../support/world.js';

// The service says that a domain is taken. Whose it is decides: our customer list, the activity log, and where a call
// before had no clear end, the domain check after the window.
const UNCLEAR = { kind: 'reset', when: 'before' };
let system: OnboardingSystem;

beforeAll(async () => {
  system = await startWorld();
});
beforeEach(async () => {
  await system.simulator.control('DELETE', 'settings');
  await system.simulator.control('DELETE', 'faults');
});
afterAll(() => system.stop());

function occupy(id: string, owner: string, more: Record<string, unknown> = {}): Promise<unknown> {
  return system.simulator.control('PUT', `domains/${domainOf(id)}`, { owner, ...more });
}
async function reads(id: string): Promise<string[]> {
  const calls = await system.simulator.journal(`?domain=${domainOf(id)}`);
  return calls.map(({ operation }) => operation).filter((operation) => operation !== 'create');
}

describe('where every call is settled', () => {
  it('rejects at once when the domain is not in our list', async () => {
    await occupy('others', 'otherPartner');
    await ask(system, ['others']);
    const { headers } = await untilLetter(system, 'others', 5_000);
    expect(headers).toMatchObject({
      'dead-letter-code': 'PARTNER_CENTER_27100',
      'dead-letter-reason': 'rejected',
      'dead-letter-fields': '["companyProfile.domain"]',
      'dead-letter-http-status': '400',
      'dead-letter-attempts': '1',
    });
    expect(await reads('others')).toEqual(['search']);
    expect((await rejections(system)).get('others')).toMatchObject({ code: 'PARTNER_CENTER_27100' });
  });

  it('rejects when it is in our list without evidence', async () => {
    await occupy('known', 'oursWithoutEvidence');
    await ask(system, ['known']);
    expect((await untilLetter(system, 'known', 5_000)).headers['dead-letter-code']).toBe('PARTNER_CENTER_27100');
  });

  it('adopts what the log says this correlation id made', async () => {
    const id = '0b0c8fd5-0f0e-4d3a-9f4a-5c1f0f3b7a11';
    await occupy(id, 'ours', { correlationId: id });
    await ask(system, [id]);
    expect((await untilCreated(system, [id]))[0]).toMatchObject({ recovered: true, domain: domainOf(id) });
  });

  it('names a 409 without a code by its status', async () => {
    await failCreates(system, 'conflict', { kind: 'status', status: 409, shape: 'E' }, 1);
    await ask(system, ['conflict']);
    expect((await untilLetter(system, 'conflict')).headers['dead-letter-code']).toBe('PARTNER_CENTER_HTTP_409');
  });
});

describe('where an earlier call had an unclear end', () => {
  it('rejects after the window when the domain exists elsewhere', async () => {
    await occupy('elsewhere', 'otherPartner');
    await failCreates(system, 'elsewhere', UNCLEAR, 1);
    await ask(system, ['elsewhere']);
    expect((await untilLetter(system, 'elsewhere')).headers['dead-letter-code']).toBe('PARTNER_CENTER_27100');
    const lastCall = (await creates(system, 'elsewhere')).at(-1)!.endedAt!;
    const checks = await system.simulator.journal(`?operation=domain&domain=${domainOf('elsewhere')}`);
    expect(checks.map(({ startedAt }) => startedAt - lastCall >= 1_500)).toEqual([true]);
  });

  it('parks it when our list shows a tenant that nothing proves to be ours', async () => {
    await occupy('unproven', 'oursWithoutEvidence');
    await failCreates(system, 'unproven', UNCLEAR, 1);
    await ask(system, ['unproven']);
    const { headers } = await untilLetter(system, 'unproven');
    expect(headers['dead-letter-code']).toBe('OUTCOME_UNRESOLVED');
    expect(headers['dead-letter-message']).toMatch(/tenant may exist/);
  });

  it('tries again with the same request id when the domain turns out to be free', async () => {
    await failCreates(system, 'free', UNCLEAR, 1);
    await failCreates(system, 'free', { kind: 'status', status: 400, code: 27100 }, 1);
    await ask(system, ['free']);
    expect((await untilCreated(system, ['free']))[0]).toMatchObject({ recovered: false });
    expect((await creates(system, 'free')).map(({ requestId }) => requestId)).toEqual(
      Array.from({ length: 3 }, () => requestIdOf('free')),
    );
  });
});

it('makes one tenant of two requests for one domain in different case, and never calls for both at once', async () => {
  await system.simulator.settings({ createLatency: 300 });
  const records = ['shared-a', 'shared-b', 'shared-c'].map((id, n) =>
    requestRecord(id, customerData(id, { domain: n === 1 ? 'Shared.onmicrosoft.com' : 'shared.onmicrosoft.com' })),
  );
  await system.request(records);
  await system.settled();
  const created = [...(await system.created()).values()].filter(({ domain }) => /^shared\./i.test(String(domain)));
  expect(created).toHaveLength(1);
  expect([...(await letters(system)).keys()].filter((id) => id.startsWith('shared'))).toHaveLength(2);
  const calls = await system.simulator.journal('?domain=shared.onmicrosoft.com');
  const overlaps = calls.filter((call, n) => calls.slice(0, n).some(({ endedAt }) => (endedAt ?? 0) > call.startedAt));
  expect(overlaps).toEqual([]);
});
