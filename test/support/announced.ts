import { type OnboardingSystem, eventually, queryDatabase } from '#testing';
import { expect } from 'vitest';

export interface LedgerCounts {
  created: number;
  open: number;
  /** Rows that wait for the relay, or whose batch is in doubt. */
  unsent: number;
}

export async function ledgerCounts(
  system: OnboardingSystem,
  databaseUrl = system.settings['DATABASE_URL'],
): Promise<LedgerCounts> {
  const [row] = await queryDatabase<{ created: string; open: string; unsent: string }>(
    databaseUrl ?? '',
    `SELECT (SELECT count(*) FROM onboarding WHERE state = 'created') AS created,
            (SELECT count(*) FROM onboarding WHERE state IN ('open', 'held')) AS open,
            (SELECT count(*) FROM outbox) AS unsent`,
  );
  return { created: Number(row?.created), open: Number(row?.open), unsent: Number(row?.unsent) };
}

/**
 * Waits until all have a tenant and nothing is left to publish, then holds the topic and the simulator's own book against
 * what was asked for: one tenant and one CustomerCreated each, with the same tenant id. Returns the events by id.
 */
export async function eachHasOneTenantAnnouncedOnce(
  system: OnboardingSystem,
  ids: string[],
  timeoutMs = 60_000,
): Promise<Map<string, Record<string, unknown>>> {
  await eventually(
    async () => {
      const { created, open, unsent } = await ledgerCounts(system);
      if (created >= ids.length && open === 0 && unsent === 0) return true;
      throw new Error(`${created} of ${ids.length} created, ${open} open, ${unsent} unsent`);
    },
    { what: 'everything to be created and published', timeoutMs, intervalMs: 50 },
  );
  // Committed is not yet readable: a coordinator that has just restarted writes its markers a moment later.
  const events = await eventually(
    async () => {
      const readable = await system.created();
      return readable.size >= ids.length && readable;
    },
    { what: 'every CustomerCreated to be readable', timeoutMs: 30_000 },
  );
  const tenants = await system.simulator.tenants();
  expect([...events.keys()].sort()).toEqual([...ids].sort());
  expect((await system.simulator.summary()).surplusTenants).toBe(0);
  expect(tenants.map(({ id, domain }) => [domain, id]).sort()).toEqual(
    [...events.values()].map(({ tenantId, domain }) => [domain, tenantId]).sort(),
  );
  return events;
}

/** Resolves when the worker wrote the line to its log. */
export async function logged(process: { stdout: string }, line: string, timeoutMs = 20_000): Promise<void> {
  await eventually(() => process.stdout.includes(line), { what: `the log line "${line}"`, timeoutMs });
}
