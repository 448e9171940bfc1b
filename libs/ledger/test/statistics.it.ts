/**
 * Statistics that were taken when nothing was open: the server takes open onboardings for none at all and may then go through
 * everything there is. The statements of the daily work read by their indexes all the same.
 */
import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { type ClaimedOnboarding, type Database, expireSilentWorkers, recordTransitions } from '../src/index.js';
import { aWorker, claim, created, open, openLedger } from './support.js';

const FINISHED = 60_000;
const OPEN = 600;
let db: Database;
let worker: string;
const claimed: ClaimedOnboarding[] = [];

beforeAll(async () => {
  // One connection: its counters can be asked for.
  db = await openLedger(1);
  worker = await aWorker(db);
  await db.query(
    `INSERT INTO onboarding (correlation_id, state, step, domain, country, digests, finished_at, tenant_id)
     SELECT 'finished-' || n, 'created', 'create', 'finished' || n || '.onmicrosoft.com', 'US', ARRAY[''::bytea], now(),
            gen_random_uuid() FROM generate_series(1, $1) n`,
    [FINISHED],
  );
  await db.query('ANALYZE');
  await open(db, ...Array.from({ length: OPEN }, (_, n) => `open-${n}`));
});
afterAll(() => db.close());

/** Rows of the table of onboardings that the work read: one after the other, and by an index. */
async function rowsRead(work: () => Promise<unknown>): Promise<{ inTurn: number; byIndex: number }> {
  const before = await counters();
  await work();
  const after = await counters();
  return { inTurn: after.inTurn - before.inTurn, byIndex: after.byIndex - before.byIndex };
}

async function counters(): Promise<{ inTurn: number; byIndex: number }> {
  await db.query('SELECT pg_stat_force_next_flush()');
  const { rows } = await db.query<{ in_turn: string; by_index: string }>(
    `SELECT seq_tup_read AS in_turn, idx_tup_fetch AS by_index FROM pg_stat_user_tables WHERE relname = 'onboarding'`,
  );
  return { inTurn: Number(rows[0]?.in_turn), byIndex: Number(rows[0]?.by_index) };
}

it('claims', async () => {
  const read = await rowsRead(async () => {
    for (let round = 0; round < 6; round += 1) claimed.push(...(await claim(db, worker, 50)));
  });
  expect(claimed).toHaveLength(300);
  expect(read.inTurn).toBe(0);
  expect(read.byIndex).toBeLessThan(5 * claimed.length);
});

it('records outcomes', async () => {
  const outcomes = claimed.splice(0, 200).map((each) => created(each, randomUUID()));
  const read = await rowsRead(() => recordTransitions(db, worker, outcomes, null));
  expect(read.inTurn).toBe(0);
  expect(read.byIndex).toBeLessThan(5 * outcomes.length);
});

it('takes over what the dead hold', async () => {
  const me = await aWorker(db);
  await db.query(`UPDATE worker SET steady_since = now() - interval '1 hour' WHERE id = $1`, [me]);
  await db.query(`UPDATE worker SET heartbeat_at = now() - interval '1 hour' WHERE id = $1`, [worker]);
  let taken = { workers: 0, onboardings: 0 };
  const read = await rowsRead(async () => {
    taken = await expireSilentWorkers(db, me, { leaseMs: 10_000, callTimeoutMs: 1_000 });
  });
  expect(taken).toEqual({ workers: 1, onboardings: 100 });
  expect(read.inTurn).toBe(0);
  expect(read.byIndex).toBeLessThan(10 * taken.onboardings);
});
