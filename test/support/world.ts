import {
  type JournalEntry,
  type ReadRecord,
  OnboardingSystem,
  customerData,
  eventually,
  requestRecord,
} from '#testing';
import { v5 } from 'uuid';
import { inject } from 'vitest';

/**
 * Short delays for scenarios about retries, pauses and reconciliation; a test names the one it is about. The lease stays long
 * where no worker dies: one that a busy machine starves for a second would tell that it is not ready.
 */
export const QUICK = {
  RETRY_DELAY_MIN_MS: '50',
  RETRY_DELAY_MAX_MS: '200',
  PROBE_INTERVAL_MS: '200',
  RECONCILE_WINDOW_MS: '1500',
  PARTNER_CENTER_TIMEOUT_MS: '1000',
};

/** The whole system with one worker on the shared parts. */
export async function startWorld(
  settings: Record<string, string> = {},
  simulator: Record<string, unknown> = {},
): Promise<OnboardingSystem> {
  const parts = { brokers: inject('kafkaBrokers'), databaseUrl: inject('databaseUrl') };
  const system = await OnboardingSystem.start({ ...parts, settings: { ...QUICK, ...settings }, simulator });
  await system.startWorker();
  return system;
}

export function idsOf(prefix: string, count: number): string[] {
  return Array.from({ length: count }, (_, n) => `${prefix}-${n}`);
}

export function domainOf(id: string): string {
  return customerData(id).companyProfile.domain;
}

export function ask(system: OnboardingSystem, ids: string[]): Promise<void> {
  return system.request(ids.map((id) => requestRecord(id)));
}

/** Create calls of the simulator's journal in order; of one onboarding when its id is given. */
export async function creates(system: OnboardingSystem, id?: string): Promise<JournalEntry[]> {
  return system.simulator.journal(`?operation=create${id === undefined ? '' : `&domain=${domainOf(id)}`}`);
}

/** Dead letters by correlation id; throws when one has two. */
export async function letters(system: OnboardingSystem): Promise<Map<string, ReadRecord>> {
  return byCorrelationId(await system.read('deadLetter'), 'dead-letter-correlation-id');
}

export async function rejections(system: OnboardingSystem): Promise<Map<string, Record<string, unknown>>> {
  const records = byCorrelationId(await system.read('rejected'), 'ce_correlationid');
  return new Map([...records].map(([id, { value }]) => [id, JSON.parse(String(value)) as Record<string, unknown>]));
}

function byCorrelationId(records: ReadRecord[], header: string): Map<string, ReadRecord> {
  const found = new Map<string, ReadRecord>();
  for (const record of records) {
    const id = record.headers[header] ?? '';
    if (found.has(id)) throw new Error(`${id} has two records with ${header}`);
    found.set(id, record);
  }
  return found;
}

const NAMESPACE = '109dd107-7f09-44c4-9db2-5d8c389dca8a';

/** `MS-RequestId` of a create call as contract 9 derives it. */
export function requestIdOf(correlationId: string, revision = 1): string {
  return v5(`request/${correlationId}/${revision}`, NAMESPACE);
}

/** Every create of these onboardings fails from now on, until the faults are taken back. */
export function failCreates(
  system: OnboardingSystem,
  id: string,
  action: Record<string, unknown>,
  times: number | 'forever' = 'forever',
): Promise<{ id: string }> {
  return system.simulator.fault({ match: { operation: 'create', domain: domainOf(id) }, times, action });
}

export async function untilLetter(system: OnboardingSystem, id: string, timeoutMs = 20_000): Promise<ReadRecord> {
  return eventually(async () => (await letters(system)).get(id) ?? false, {
    what: `the dead letter of ${id}`,
    timeoutMs,
  });
}

/** CustomerCreated of each of these, as soon as all are on the topic. */
export function untilCreated(
  system: OnboardingSystem,
  ids: string[],
  timeoutMs = 20_000,
): Promise<Record<string, unknown>[]> {
  return eventually(
    async () => {
      const created = await system.created();
      const missing = ids.filter((id) => !created.has(id));
      if (missing.length > 0) throw new Error(`${missing.length} are missing, ${missing[0]} first`);
      return ids.map((id) => created.get(id) ?? {});
    },
    { what: 'CustomerCreated of all', timeoutMs, intervalMs: 50 },
  );
}
