import { type OnboardingSystem, eventually } from '#testing';
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
} from '../support/world.js';

// The account is refused in every way that reference 4 knows, or the token endpoint fails. All work pauses, one create
// (or one token) probes at each interval, nothing is spent or dead-lettered, and it ends by itself.
const CREATE = { operation: 'create' };
const ACCOUNT = [
  { name: 'a second 401', action: { kind: 'unauthorized', variant: 'ordinary' } },
  { name: '900420', action: { kind: 'unauthorized', variant: '900420' } },
  { name: '900421', action: { kind: 'unauthorized', variant: '900421' } },
  { name: 'an empty MFA form', action: { kind: 'unauthorized', variant: 'emptyMfa' } },
  { name: 'the quota 800018', action: { kind: 'status', status: 400, code: 800018 } },
];
const TOKEN = [
  { name: 'a token endpoint with 500', action: { kind: 'status', status: 500 } },
  { name: 'invalid_client', action: { kind: 'status', status: 401, shape: 'oauth', code: 'invalid_client' } },
];
let system: OnboardingSystem;

beforeAll(async () => {
  // One counted attempt would end an event.
  system = await startWorld({ CREATE_ATTEMPTS_MAX: '1' });
});
beforeEach(() => system.simulator.control('DELETE', 'faults'));
afterAll(() => system.stop());

async function untilPaused(): Promise<void> {
  await eventually(async () => (await system.workers[0]!.readiness()).status === 'paused', { what: 'a pause' });
}

it('mends one 401 with a new token and the same request id', async () => {
  const tokens = async (): Promise<number> => (await system.simulator.journal('?operation=token')).length;
  await ask(system, ['first']);
  await untilCreated(system, ['first']);
  const before = await tokens();
  await failCreates(system, 'renewed', { kind: 'unauthorized', variant: 'ordinary' }, 1);
  await ask(system, ['renewed']);
  await untilCreated(system, ['renewed']);
  expect((await creates(system, 'renewed')).map(({ requestId }) => requestId)).toEqual([
    requestIdOf('renewed'),
    requestIdOf('renewed'),
  ]);
  expect(await tokens()).toBe(before + 1);
  expect((await system.workers[0]!.readiness()).status).toBe('ready');
});

describe.each(ACCOUNT)('$name', ({ name, action }) => {
  it('pauses all, is probed by creates of different onboardings, and ends when it is mended', async () => {
    const ids = idsOf(name, 12);
    const from = Date.now();
    await system.simulator.fault({ match: CREATE, times: 'forever', action });
    await ask(system, ids);
    await untilPaused();
    const paused = Date.now();
    const probes = await eventually(
      async () => {
        const calls = (await creates(system)).filter(({ startedAt }) => startedAt > paused + 500);
        return calls.length >= 5 && calls;
      },
      { what: 'five probes' },
    );
    // A second 401 is two calls of one onboarding.
    expect(new Set(probes.map(({ domain }) => domain)).size).toBeGreaterThanOrEqual(3);
    expect(probes.length / ((Date.now() - paused - 500) / 200)).toBeLessThan(3);
    expect(await system.workers[0]!.readiness()).toMatchObject({ pending: 12, held: 0 });
    await system.simulator.control('DELETE', 'faults');
    await untilCreated(system, ids, 10_000);
    expect(await letters(system)).toEqual(new Map());
    expect(Date.now() - from).toBeLessThan(30_000);
  });
});

describe.each(TOKEN)('$name', ({ name, action }) => {
  it('pauses all, is probed by a token, and ends when it is mended', async () => {
    const ids = idsOf(name, 12);
    await system.simulator.control('POST', 'tokens/expire');
    await system.simulator.fault({ match: { operation: 'token' }, times: 'forever', action });
    await ask(system, ids);
    await untilPaused();
    const paused = Date.now();
    await eventually(
      async () =>
        (await system.simulator.journal('?operation=token')).filter(({ startedAt }) => startedAt > paused).length >= 4,
      { what: 'four probes' },
    );
    const domains = new Set(ids.map(domainOf));
    const answered = (await creates(system)).filter(
      ({ domain, startedAt }) => domains.has(domain ?? '') && startedAt > paused + 500,
    );
    expect(answered).toEqual([]);
    await system.simulator.control('DELETE', 'faults');
    await untilCreated(system, ids, 10_000);
    expect(await letters(system)).toEqual(new Map());
  });
});
