import { type CrmRecord, type OnboardingSystem, type ReadRecord, customerData, requestRecord } from '#testing';
import { derivedId } from './derived-ids.js';

/** Settings of contract 6 that make waits short where a test is about something else; no worker dies there. */
export const HASTE = {
  RETRY_DELAY_MIN_MS: '50',
  RETRY_DELAY_MAX_MS: '400',
  PROBE_INTERVAL_MS: '200',
  RECONCILE_WINDOW_MS: '1000',
  PARTNER_CENTER_TIMEOUT_MS: '2000',
};

/** Data of one correlation id; `company` tells versions of it apart. */
export function request(id: string, company = 'North Bakery', domain?: string): CrmRecord {
  const overrides = { billingProfile: { companyName: company }, ...(domain === undefined ? {} : { domain }) };
  return requestRecord(id, customerData(id, overrides));
}

/** As a replay sends a record: replay headers beside the original ones. */
export function replayOf(record: CrmRecord, group: string, count = 1): CrmRecord {
  const replay = { 'replay-id': 'plan-1', 'replay-count': String(count), 'replay-group': group };
  return { ...record, headers: { ...record.headers, ...replay } };
}

/** Written an hour ago, by its own timestamp. */
export const older = (record: CrmRecord): CrmRecord => ({ ...record, timestamp: String(Date.now() - 3_600_000) });

/** Everything that is to be seen of one correlation id from outside. */
export async function storyOf(
  system: OnboardingSystem,
  id: string,
): Promise<{
  created: ReadRecord[];
  rejected: ReadRecord[];
  letters: ReadRecord[];
  requestIds: (string | null)[];
}> {
  const [created, rejected, letters, creates] = await Promise.all([
    system.read('created'),
    system.read('rejected'),
    system.read('deadLetter'),
    system.simulator.journal('?operation=create'),
  ]);
  const ofId = ({ headers }: ReadRecord): boolean => headers['ce_correlationid'] === id;
  const msCorrelationId = derivedId(`correlation/${id}`);
  return {
    created: created.filter(ofId),
    rejected: rejected.filter(ofId).sort(byTime),
    letters: letters.filter(({ headers }) => headers['dead-letter-correlation-id'] === id).sort(byTime),
    requestIds: creates.filter((call) => call.correlationId === msCorrelationId).map(({ requestId }) => requestId),
  };
}

function byTime(a: ReadRecord, b: ReadRecord): number {
  const time = ({ headers }: ReadRecord): string => headers['dead-letter-failed-at'] ?? headers['ce_time'] ?? '';
  return time(a) < time(b) ? -1 : 1;
}

export const codesOf = (letters: ReadRecord[]): (string | undefined)[] =>
  letters.map(({ headers }) => headers['dead-letter-code']);

export const requestIdOf = (id: string, revision: number): string => derivedId(`request/${id}/${revision}`);
