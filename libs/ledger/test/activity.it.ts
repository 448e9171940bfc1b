/**
 * What operators look at every few seconds, in a ledger with very many finished onboardings: only what is asked for is read,
 * by an index, whatever lies beside it.
 */
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type Database, findOnboardings, readActivity } from '../src/index.js';
import { openLedger } from './support.js';

const FINISHED = 60_000;
/** One finished each 2 s, the last one now: so many in an hour. */
const IN_AN_HOUR = 1_800;
let db: Database;

beforeAll(async () => {
  // One connection: its counters can be asked for.
  db = await openLedger(1);
  await db.query(
    `INSERT INTO onboarding (correlation_id, state, step, domain, country, digests, received_at, finished_at, tenant_id)
     SELECT 'finished-' || n, 'created', 'create', 'tenant' || n || '.onmicrosoft.com', 'US', '{}',
            now() - n * interval '2 seconds' - interval '3 seconds', now() - n * interval '2 seconds', gen_random_uuid()
       FROM generate_series(0, $1 - 1) n`,
    [FINISHED],
  );
  await db.query('VACUUM ANALYZE onboarding');
});
afterAll(() => db.close());

/** How many rows of the onboardings were read while this was done. */
async function rowsRead(work: () => Promise<unknown>): Promise<number> {
  const before = await counter();
  await work();
  return (await counter()) - before;
}

async function counter(): Promise<number> {
  await db.query('SELECT pg_stat_force_next_flush()');
  const { rows } = await db.query<{ read: string }>(
    `SELECT (SELECT seq_tup_read + idx_tup_fetch FROM pg_stat_user_tables WHERE relname = 'onboarding')
          + (SELECT idx_tup_read FROM pg_stat_user_indexes WHERE indexrelname = 'onboarding_created') AS read`,
  );
  return Number(rows[0]?.read);
}

describe('what was done over time', () => {
  it('reads the window that is asked for, and nothing else', async () => {
    let made = 0;
    const read = await rowsRead(async () => {
      const { created, p50Ms } = await readActivity(db, 60);
      made = created.reduce((sum, count) => sum + count);
      // The last step may have only just begun.
      expect(new Set(p50Ms.slice(0, -1))).toEqual(new Set([3_000]));
    });
    expect(made).toBeGreaterThan(IN_AN_HOUR * 0.97);
    expect(made).toBeLessThanOrEqual(IN_AN_HOUR + 1);
    expect(read).toBeLessThan(3 * IN_AN_HOUR);
  });
});

describe('a search', () => {
  it.each([
    // 4711 itself, and 47110 to 47119.
    ['a correlation id', 'finished-4711', 11],
    ['the begin of many', 'finished-', 50],
    ['a domain', 'Tenant59999.onmicrosoft.com', 1],
    ['the begin of a domain', 'tenant5999', 11],
    ['a tenant', '5f1d7c5e-3a50-4b8e-9f6b-0a7a5ce1d001', 0],
    ['what is nowhere', 'nowhere', 0],
    ['nothing in particular', '', 0],
  ])('for %s reads no more than it shows', async (_what, search, found) => {
    let shown = -1;
    const read = await rowsRead(async () => (shown = (await findOnboardings(db, search, 50)).length));
    expect(shown).toBe(found);
    expect(read).toBeLessThanOrEqual(2 * 50 + found);
  });
});
