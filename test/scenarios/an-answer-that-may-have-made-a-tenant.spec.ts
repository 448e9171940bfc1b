import type { OnboardingSystem } from '#testing';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { ask, creates, domainOf, failCreates, startWorld, untilCreated, untilLetter } from '../support/world.js';

// Refusals and answers behind which a tenant may stand: 27002, a refusal after an unclear call, and a 201 that speaks of
// another customer. Nothing is announced or called settled before the tenant was looked for.
const BAD_ADDRESS = { kind: 'status', status: 400, code: 27002 };
let system: OnboardingSystem;

beforeAll(async () => {
  system = await startWorld();
});
beforeEach(async () => {
  await system.simulator.control('DELETE', 'settings');
  await system.simulator.control('DELETE', 'faults');
});
afterAll(() => system.stop());

async function letterAfterWindow(id: string): Promise<Record<string, string>> {
  const letter = await untilLetter(system, id);
  const lastCall = (await creates(system, id)).at(-1)!.endedAt!;
  const looks = await system.simulator.journal(`?operation=search&domain=${domainOf(id)}`);
  expect(looks.at(-1)!.startedAt - lastCall).toBeGreaterThanOrEqual(1_500);
  return letter.headers;
}

describe('27002', () => {
  it('is a rejection once no tenant was found after the window', async () => {
    await failCreates(system, 'nothing left', BAD_ADDRESS, 1);
    await ask(system, ['nothing left']);
    expect(await letterAfterWindow('nothing left')).toMatchObject({
      'dead-letter-code': 'PARTNER_CENTER_27002',
      'dead-letter-reason': 'rejected',
      'dead-letter-attempts': '1',
    });
    expect(await creates(system, 'nothing left')).toHaveLength(1);
  });

  it('is overruled by a tenant that the log says is ours', async () => {
    await failCreates(system, 'left behind', { ...BAD_ADDRESS, when: 'after' }, 1);
    await ask(system, ['left behind']);
    expect((await untilCreated(system, ['left behind']))[0]).toMatchObject({ recovered: true });
  });

  it('needs a person when a tenant is there without evidence', async () => {
    await system.simulator.settings({ auditDelay: 600_000 });
    await failCreates(system, 'unproven', { ...BAD_ADDRESS, when: 'after' }, 1);
    await ask(system, ['unproven']);
    expect((await letterAfterWindow('unproven'))['dead-letter-code']).toBe('OUTCOME_UNRESOLVED');
  });
});

describe('a definite refusal after an unclear call', () => {
  it('does not hide the tenant that the unclear call made', async () => {
    await failCreates(system, 'hidden', { kind: 'reset', when: 'after' }, 1);
    await failCreates(system, 'hidden', { kind: 'status', status: 400, code: 2007 }, 1);
    await ask(system, ['hidden']);
    expect((await untilCreated(system, ['hidden']))[0]).toMatchObject({ recovered: true });
  });

  it('stands with its code when no tenant was found after the window', async () => {
    await failCreates(system, 'stands', { kind: 'reset', when: 'before' }, 1);
    await failCreates(system, 'stands', { kind: 'status', status: 400, code: 2007 }, 1);
    await ask(system, ['stands']);
    expect(await letterAfterWindow('stands')).toMatchObject({
      'dead-letter-code': 'PARTNER_CENTER_2007',
      'dead-letter-fields': '["billingProfile.defaultAddress"]',
    });
  });
});

describe('an answer that contradicts the request', () => {
  it.each([
    ['another domain', { kind: 'wrongDomain', domain: 'someone-else.onmicrosoft.com' }],
    ['two tenants', { kind: 'wrongTenant' }],
  ])('is never published: %s', async (name, action) => {
    await failCreates(system, name, action, 1);
    await ask(system, [name]);
    const { headers } = await untilLetter(system, name);
    expect(headers).toMatchObject({ 'dead-letter-code': 'OUTCOME_UNRESOLVED', 'dead-letter-attempts': '1' });
    expect(headers['dead-letter-message']).toMatch(/tenant may exist/);
    expect(await creates(system, name)).toHaveLength(1);
    expect((await system.created()).has(name)).toBe(false);
  });
});
