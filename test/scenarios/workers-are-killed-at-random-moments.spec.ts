import { expect, inject, it } from 'vitest';
import { runChaos } from '../../bench/chaos.js';

// 300 customers at 200 ms each, and three times a worker is killed with SIGKILL and started anew, at moments that a seed
// decides. CHAOS_SEED repeats a run. The full size is in bench/chaos.ts.
const seed = Number(process.env['CHAOS_SEED'] ?? Date.now() % 1_000_000);
const LONGEST_SILENCE_MS = 15_000;

it.each([1, 2])('nothing is lost, made twice or announced twice with %i worker(s)', async (workers) => {
  console.log(`chaos with ${workers} worker(s), CHAOS_SEED=${seed}`);
  const { killed, ...report } = await runChaos(
    { brokers: inject('kafkaBrokers'), databaseUrl: inject('databaseUrl') },
    { workers, kills: 3, events: 300, latencyMs: 200, seed, settings: { WORKER_LEASE_MS: '2000' } },
  );
  expect(report).toMatchObject({ tenants: 300, surplusTenants: 0, lost: 0, announcedTwice: 0, deadLetters: 0 });
  expect(killed).toHaveLength(3);
  for (const { untilNextTenantMs } of killed) expect(untilNextTenantMs ?? 0).toBeLessThan(LONGEST_SILENCE_MS);
});
