import { type OnboardingSystem, eventually } from '#testing';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { type Answer, onboarding } from '../support/command-line.js';
import { ask, domainOf, failCreates, startWorld, untilCreated } from '../support/world.js';

// Four onboardings: one is created, one held by a 403, and two had a call without an answer and would wait for ten minutes.
// An operator looks at them on the command line and settles the three by hand.
const TENANT = '3c1b7c5e-0f2d-4a53-9a57-2f6d0a8a9b1c';
/** Every look is a process of its own. */
const PATIENT = { timeoutMs: 60_000 };
let system: OnboardingSystem;
const run = (...args: string[]): Promise<Answer> => onboarding(system.settings, ...args);

beforeAll(async () => {
  system = await startWorld({
    RETRY_DELAY_MIN_MS: '600000',
    RETRY_DELAY_MAX_MS: '600000',
    PROBE_INTERVAL_MS: '600000',
  });
  await failCreates(system, 'held', { kind: 'status', status: 403, code: 2030 });
  await failCreates(system, 'was made', { kind: 'reset', when: 'after' });
  await failCreates(system, 'was not made', { kind: 'reset' });
  await ask(system, ['created', 'held', 'was made', 'was not made']);
  await untilCreated(system, ['created']);
  await eventually(async () => (await run('list', '--state', 'held')).document['total'] === 1, {
    what: 'one held',
    ...PATIENT,
  });
  await eventually(async () => (await unclear()).length === 2, { what: 'two unclear calls', ...PATIENT });
});
afterAll(() => system.stop());

async function unclear(): Promise<unknown[]> {
  const { document } = await run('list', '--state', 'open');
  return document['onboardings'].filter(({ code }: { code: string | null }) => code !== null);
}

it('finds them by state, with their domain and their last trouble', async () => {
  const { code, document } = await run('list', '--state', 'held');
  expect(code).toBe(0);
  expect(document['onboardings']).toEqual([
    {
      ...{ correlationId: 'held', state: 'held', domain: domainOf('held'), attempts: 0 },
      ...{ code: 'PARTNER_CENTER_2030', since: expect.any(String) },
    },
  ]);
  expect((await run('list', '--limit', '2')).document).toMatchObject({ total: 4, onboardings: [{}, {}] });
  expect((await run('list', '--older-than', '1h')).document).toEqual({ total: 0, onboardings: [] });
});

it('refuses to settle what is created, and knows nobody it was not asked for', async () => {
  const refused = await run('resolve', 'created', '--not-created');
  expect([refused.code, refused.document['error']['code']]).toEqual([1, 'REFUSED']);
  const [shown, resolved] = [await run('show', 'nobody'), await run('resolve', 'nobody', '--not-created')];
  expect([shown.code, resolved.code]).toEqual([3, 3]);
  expect(shown.document).toEqual({ error: { code: 'NOT_FOUND', message: expect.any(String) } });
});

it('announces the tenant that the operator found', async () => {
  const { code, document } = await run('resolve', 'was made', '--tenant', TENANT.toUpperCase());
  expect(code).toBe(0);
  expect(document).toMatchObject({ correlationId: 'was made', state: 'created', tenantId: TENANT, dueAt: null });
  expect((await untilCreated(system, ['was made']))[0]).toMatchObject({
    ...{ tenantId: TENANT, domain: domainOf('was made'), credentials: 'unavailable', recovered: true },
  });
});

it('dead-letters with their last code those that the operator found missing, and shows their letters', async () => {
  for (const id of ['held', 'was not made']) expect((await run('resolve', id, '--not-created')).code).toBe(0);
  await system.settled();
  const letters = await system.read('deadLetter');
  const codes = letters.map(({ headers }) => [headers['dead-letter-correlation-id'], headers['dead-letter-code']]);
  expect(codes.sort()).toEqual([
    ['held', 'PARTNER_CENTER_2030'],
    ['was not made', 'OUTCOME_UNRESOLVED'],
  ]);
  expect(await system.read('rejected')).toHaveLength(2);
  const { document } = await run('show', 'held');
  expect(document).toMatchObject({ state: 'rejected', code: 'PARTNER_CENTER_2030', attempts: 0 });
  expect(document['letters']).toEqual([expect.stringMatching(/^\d+:\d+$/)]);
  expect(document['history'].map(({ what }: { what: string }) => what)).toEqual([
    ...['received', 'held (403, PARTNER_CENTER_2030)', 'settled by hand: not created'],
  ]);
});

it('has written each of it in the audit', async () => {
  const rows = await system.query(`SELECT what, subject FROM audit ORDER BY id`);
  expect(rows.map(({ what, subject }) => `${String(subject)}: ${String(what)}`)).toEqual([
    ...['was made: resolved: created', 'held: resolved: not-created', 'was not made: resolved: not-created'],
  ]);
});
