import { type OnboardingSystem, eventually } from '#testing';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { ask, creates, domainOf, failCreates, idsOf, letters, startWorld, untilCreated } from '../support/world.js';

// Calls for six customers hang until the time-out, again and again, while a stream of other customers arrives. Six
// time-outs come in the same moment: that is no outage, because others were served meanwhile.
const LATENCY_MS = 100;
let system: OnboardingSystem;

beforeAll(async () => {
  system = await startWorld(
    { PARTNER_CENTER_TIMEOUT_MS: '4000', PROBE_INTERVAL_MS: '5000' },
    { createLatency: LATENCY_MS },
  );
});
afterAll(() => system.stop());

it('serves the others as if nothing were', async () => {
  const hung = idsOf('hung', 6);
  for (const id of hung) await failCreates(system, id, { kind: 'hang' });
  await ask(system, hung);
  const seen = new Set<string>();
  let batch = 0;
  await eventually(
    async () => {
      await ask(system, idsOf(`other-${batch++}`, 5));
      seen.add((await system.workers[0]!.readiness()).status);
      return batch >= 60;
    },
    { what: 'the stream to end', timeoutMs: 60_000, intervalMs: 100 },
  );
  await eventually(async () => (await system.created()).size === batch * 5, { what: 'the others', timeoutMs: 20_000 });
  const asked = new Map(
    (await system.read('requested')).map((record) => [domainOf(String(record.key)), record.timestampMs]),
  );
  const delays = (await creates(system))
    .filter(({ status }) => status === 201)
    .map(({ domain, endedAt }) => endedAt! - asked.get(domain!)!)
    .sort((a, b) => a - b);
  const p99 = delays[Math.floor(delays.length * 0.99)]!;
  console.log(`others, from the record to the answer: median ${delays[delays.length / 2]} ms, p99 ${p99} ms`);
  expect(seen).toEqual(new Set(['ready']));
  // Far below the time-out, which whoever stood in a queue behind a hung call would have waited for.
  expect(p99).toBeLessThan(3_000);

  await system.simulator.control('DELETE', 'faults');
  await untilCreated(system, hung);
  expect((await letters(system)).size).toBe(0);
  expect((await system.created()).size).toBe(batch * 5 + 6);
});
