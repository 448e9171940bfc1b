import { type OnboardingSystem, customerData, eventually, requestRecord } from '#testing';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { onboarding } from '../support/command-line.js';
import { failCreates, idsOf, startWorld } from '../support/world.js';

// Five hundred dead letters of every kind and one edit for all of them, which helps most and not others. Some customers were
// mended by the CRM meanwhile; of those some were created, and some are held because the service refuses them.
const MENDED = idsOf('mended', 200);
const CREATED_SINCE = idsOf('since', 100);
const HELD_SINCE = idsOf('held', 20);
const STILL_INVALID = idsOf('zip', 100);
const REFUSED = idsOf('refused', 60);
const POISON = 20;
const TOTAL = 500;
const WRONG = { billingProfile: { culture: 'xx-XX' } };
const PATIENT = { timeoutMs: 120_000, intervalMs: 200 };
const folder = mkdtempSync(join(tmpdir(), 'edit-'));
let system: OnboardingSystem;

beforeAll(async () => {
  system = await startWorld();
  for (const id of REFUSED) await failCreates(system, id, { kind: 'status', status: 400, code: 2000 });
  for (const id of HELD_SINCE) await failCreates(system, id, { kind: 'status', status: 403 });
  const wrong = [...MENDED, ...CREATED_SINCE, ...HELD_SINCE].map((id) => requestRecord(id, customerData(id, WRONG)));
  const zips = STILL_INVALID.map((id) => requestRecord(id, customerData(id, { address: { postalCode: 'x' } })));
  const poison = Array.from({ length: POISON }, (_, n) => ({ key: `poison-${n}`, value: '{', headers: {} }));
  await system.request([...wrong, ...zips, ...poison, ...REFUSED.map((id) => requestRecord(id))]);
  await untilLetters(TOTAL);
  await system.request([...CREATED_SINCE, ...HELD_SINCE].map((id) => requestRecord(id)));
  await eventually(async () => (await statesOf()).created === CREATED_SINCE.length, {
    what: 'those since',
    ...PATIENT,
  });
  await eventually(async () => (await statesOf()).held === HELD_SINCE.length, { what: 'the held ones', ...PATIENT });
});
afterAll(async () => {
  rmSync(folder, { recursive: true });
  await system.stop();
});

function untilLetters(count: number): Promise<unknown> {
  return eventually(async () => (await system.read('deadLetter')).length === count, {
    what: `${count} letters`,
    ...PATIENT,
  });
}

async function statesOf(): Promise<Record<string, number>> {
  const rows = await system.query(`SELECT state, count(*) AS n FROM onboarding GROUP BY state`);
  return Object.fromEntries(rows.map(({ state, n }) => [String(state), Number(n)]));
}

it('ends as it was forecast, letter by letter, and leaves what came later where it is', async () => {
  const edit = join(folder, 'edit.json');
  writeFileSync(edit, JSON.stringify({ billingProfile: { culture: 'en-US' } }));
  const planned = (await onboarding(system.settings, 'replay', 'plan', '--all', '--edit', edit)).document;
  const [create, announceAgain, nothing] = [MENDED.length, CREATED_SINCE.length, HELD_SINCE.length];
  const failAgain = STILL_INVALID.length + REFUSED.length + POISON;
  expect(planned['forecast']).toEqual({ create, announceAgain, reconcile: 0, failAgain, nothing });
  const tenants = (await system.simulator.summary()).tenants;
  await system.request([requestRecord('later', customerData('later', WRONG))]);
  await untilLetters(TOTAL + 1);

  const run = ['replay', 'start', planned['plan'], '--ramp', '10,90,400', '--stop-at', '1', '--yes'] as const;
  const { code, document } = await onboarding(system.settings, ...run);
  expect(document).toEqual({
    ...{ plan: planned['plan'], state: 'done', total: TOTAL, waiting: 0, sent: TOTAL - nothing, open: 0 },
    ...{ created: create, announced: announceAgain, failed: failAgain, nothing, asForecast: TOTAL, reason: null },
  });
  expect(code).toBe(0);
  expect((await system.simulator.summary()).tenants).toBe(tenants + create);
  await untilLetters(TOTAL + 1 + failAgain);
  expect((await onboarding(system.settings, 'show', 'later')).code).toBe(3);
});
