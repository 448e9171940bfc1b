import { expect, inject, it } from 'vitest';
import { brokenPromises } from '../../bench/broken-promises.js';
import { runChaos } from '../../bench/chaos.js';

// 300 customers at 200 ms each, and three times a worker is killed with SIGKILL and started anew, at moments that a seed
// decides. CHAOS_SEED repeats a run. The full size is in bench/chaos.ts.
const seed = Number(process.env['CHAOS_SEED'] ?? Date.now() % 1_000_000);

it.each([1, 2])('nothing is lost, made twice or announced twice with %i worker(s)', async (workers) => {
  console.log(`chaos with ${workers} worker(s), CHAOS_SEED=${seed}`);
  const report = await runChaos(
    { brokers: inject('kafkaBrokers'), databaseUrl: inject('databaseUrl') },
    { workers, kills: 3, events: 300, latencyMs: 200, seed, settings: { WORKER_LEASE_MS: '2000' } },
  );
  expect(brokenPromises(report)).toEqual([]);
  expect(report).toMatchObject({ tenants: 300, surplusTenants: 0, lost: 0, announcedTwice: 0, deadLetters: 0 });
  expect(report.killed).toHaveLength(3);
});
