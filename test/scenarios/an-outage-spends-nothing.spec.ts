import { type OnboardingSystem, eventually } from '#testing';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { ask, creates, idsOf, letters, startWorld, untilCreated } from '../support/world.js';

// Partner Center is down in three ways, each for longer than every retry would last. A single counted attempt would end an
// event here: none is counted.
// Nothing is spent: all work pauses, a few creates of different onboardings probe, and everything finishes afterwards.
const WAYS = [
  { name: 'refused connections', outage: { mode: 'refuse', forMs: 3_000 } },
  { name: 'reset connections', outage: { mode: 'reset', forMs: 3_000 } },
  { name: '503', outage: { mode: 'status', status: 503, forMs: 3_000, scope: 'api' } },
];

let system: OnboardingSystem;
beforeAll(async () => {
  system = await startWorld({ CREATE_ATTEMPTS_MAX: '1' });
});
afterAll(() => system.stop());

describe.each(WAYS)('while the service answers with $name', ({ name, outage }) => {
  const ids = idsOf(`down ${name}`, 30);

  it('pauses, tells so, and dead-letters nothing', async () => {
    await ask(system, idsOf(`before ${name}`, 1));
    await untilCreated(system, idsOf(`before ${name}`, 1));
    await system.simulator.control('PUT', 'outage', outage);
    const began = Date.now();
    await ask(system, ids);
    const health = await eventually(
      async () => {
        const readiness = await system.workers[0]!.readiness();
        return readiness.status === 'paused' && readiness.pending === 30 && readiness;
      },
      { what: 'the pause to show, and all thirty pending', intervalMs: 20 },
    );
    expect(health.held).toBe(0);
    const paused = Date.now();
    const { status, reason, until } = health.parts.partnerCenter as { status: string; reason?: string; until?: string };
    expect(status).toBe('paused');
    expect(reason).toMatch(/unclear/);
    expect(Math.abs(Date.parse(String(until)) - Date.now())).toBeLessThan(2_000);
    expect((await fetch(`${system.workers[0]!.url}/health/live`)).status).toBe(200);

    await untilCreated(system, ids, 15_000);
    expect(Date.now() - began).toBeLessThan(10_000);
    // Probes in an outage of three seconds are fewer than those who wait: nobody's turn comes twice.
    const probes = (await creates(system)).filter(
      ({ startedAt, status: answer }) => startedAt > paused + 300 && answer !== 200 && answer !== 201,
    );
    expect(new Set(probes.map(({ domain }) => domain)).size).toBe(probes.length);
    if (outage.mode !== 'refuse') expect(probes.length).toBeGreaterThan(3);
    expect(probes.length).toBeLessThan(20);
    expect((await letters(system)).size).toBe(0);
  });
});

it('makes one tenant each', async () => {
  const tenants = await system.simulator.tenants();
  expect(new Set(tenants.map(({ domain }) => domain)).size).toBe(tenants.length);
  expect((await system.created()).size).toBe(93);
});
