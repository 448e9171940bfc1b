import { type OnboardingSystem } from '#testing';
import fc from 'fast-check';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { ask, creates, domainOf, failCreates, idsOf, letters, requestIdOf, startWorld } from '../support/world.js';

// Fifty customers at once, each with up to four faults of any kind in a row, on a service that forgets request ids.
// Whatever happens to each: one tenant a domain at most, an end for everybody, CustomerCreated for exactly the tenants
// that were made, and where a tenant was made but not announced a person is asked to look.
const SEED = Number(process.env['FAULT_SEED'] ?? Math.floor(Math.random() * 2 ** 31));
const when = fc.constantFrom('before', 'after');
const fault = fc.oneof(
  fc.record({ kind: fc.constantFrom('reset', 'close'), when }),
  fc.record({ kind: fc.constant('hang'), when, ms: fc.constant(1_500) }),
  fc.record({ kind: fc.constant('status'), status: fc.constantFrom(500, 502, 503, 408), when }),
  fc.record({ kind: fc.constant('status'), status: fc.constant(400), code: fc.constant(27002), when }),
  fc.record({ kind: fc.constant('status'), status: fc.constant(400), code: fc.constantFrom(27100, 2007) }),
  fc.record({ kind: fc.constant('status'), status: fc.constantFrom(403, 404), code: fc.constant(2030) }),
  fc.record({ kind: fc.constantFrom('truncated', 'empty', 'garbage') }),
  fc.constant({ kind: 'throttle', seconds: 1 }),
  fc.constant({ kind: 'unauthorized', variant: 'ordinary' }),
  fc.constant({ kind: 'wrongTenant' }),
);
const ids = idsOf('chaos', 50);
const plans = fc.sample(fc.array(fault, { maxLength: 4 }), { seed: SEED, numRuns: ids.length });
let system: OnboardingSystem;

beforeAll(async () => {
  console.log(`FAULT_SEED=${SEED}`);
  const settings = { CREATE_ATTEMPTS_MAX: '3', RECONCILE_WINDOW_MS: '1000', PARTNER_CENTER_TIMEOUT_MS: '500' };
  system = await startWorld(settings, { requestIdWindow: 200, listDelay: 200, auditDelay: 400 });
  await system.startWorker();
  for (const [n, id] of ids.entries()) for (const action of plans[n] ?? []) await failCreates(system, id, action, 1);
  await ask(system, ids);
  await system.settled(90_000);
});
afterAll(() => system.stop());

it(`ends well for everybody (FAULT_SEED=${SEED})`, async () => {
  const [created, dead, tenants] = [await system.created(), await letters(system), await system.simulator.tenants()];
  const made = new Map(tenants.map(({ domain, id }) => [domain.toLowerCase(), id]));
  expect(made.size).toBe(tenants.length);
  const ends = ids.map((id) => ({
    plan: plans[ids.indexOf(id)],
    announced: created.get(id)?.['tenantId'] ?? null,
    tenant: made.get(domainOf(id)) ?? null,
    code: dead.get(id)?.headers['dead-letter-code'] ?? null,
  }));
  for (const { announced, tenant, code, plan } of ends) {
    const end =
      announced !== null
        ? 'created'
        : code === 'OUTCOME_UNRESOLVED'
          ? 'unresolved'
          : code === null
            ? 'none'
            : 'rejected';
    const told = JSON.stringify({ end, code, plan });
    expect(announced !== null && code !== null, `two ends: ${told}`).toBe(false);
    if (end === 'created') expect(announced, told).toBe(tenant);
    else if (end === 'rejected') expect(tenant, `a tenant that nobody knows of: ${told}`).toBeNull();
    else expect(end, told).toBe('unresolved');
  }
  const summary = Map.groupBy(ends, ({ announced, code }) => (announced === null ? code : 'created'));
  console.log([...summary].map(([end, all]) => `${end}: ${all.length}`).join(', '));
});

it('sends one request id and one body for each, whatever happened', async () => {
  const calls = Map.groupBy(await creates(system), ({ domain }) => domain);
  for (const id of ids) {
    const ofId = calls.get(domainOf(id)) ?? [];
    expect(new Set(ofId.map(({ requestId }) => requestId))).toEqual(new Set([requestIdOf(id)]));
    expect(new Set(ofId.map(({ correlationId }) => correlationId)).size).toBe(1);
    expect([...new Set(ofId.map(({ bodyHash }) => bodyHash))]).toEqual([expect.any(String)]);
  }
});
