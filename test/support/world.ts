import { type JournalEntry, type ReadRecord, OnboardingSystem, customerData, requestRecord } from '#testing';
import { inject } from 'vitest';

/** Short delays for scenarios about retries, pauses and reconciliation; a test names the one it is about. */
export const QUICK = {
  RETRY_DELAY_MIN_MS: '50',
  RETRY_DELAY_MAX_MS: '200',
  PROBE_INTERVAL_MS: '200',
  RECONCILE_WINDOW_MS: '1500',
  WORKER_LEASE_MS: '2000',
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
