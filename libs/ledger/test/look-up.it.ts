import { createRequestId, msCorrelationId } from '#events';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import {
  type Database,
  eraseCredentials,
  listOnboardings,
  pauseAll,
  readAudit,
  readCredentials,
  readPauses,
  recordTransitions,
  showOnboarding,
  throttle,
} from '../src/index.js';
import { aTransition, aWorker, claim, created, failed, open, openLedger } from './support.js';

// Three onboardings: one created, one rejected, one that waits. The waiting one was received an hour ago.
const TENANT = '11111111-1111-4111-8111-111111111111';
const GUID = '0F0E7C9E-32A8-4D76-8A1C-6A6F6D7B8C9D';
let db: Database;

beforeAll(async () => {
  db = await openLedger();
  const worker = await aWorker(db);
  await open(db, 'good', 'bad', GUID.toLowerCase());
  const onboardings = new Map((await claim(db, worker)).map((each) => [each.correlationId, each]));
  const [good, bad, waiting] = ['good', 'bad', GUID.toLowerCase()].map((id) => onboardings.get(id)!);
  await recordTransitions(
    db,
    worker,
    [
      created(good!, TENANT, 'jwe'),
      { ...failed(bad!, 'rejected'), attemptsTotal: 1 },
      aTransition(waiting!, {
        ...{ dueInMs: 60_000, waitingFor: 'backoff', unsettled: true },
        history: [{ what: 'unclear: timeout', httpStatus: 504, code: 'PARTNER_CENTER_HTTP_504', counted: true }],
      }),
    ],
    null,
  );
  await db.query(`UPDATE onboarding SET opened_at = now() - interval '1 hour' WHERE state = 'open'`);
});
afterAll(() => db.close());

async function listed(filter: Parameters<typeof listOnboardings>[1], limit = 10): Promise<[number, ...string[]]> {
  const { total, onboardings } = await listOnboardings(db, filter, limit);
  return [total, ...onboardings.map(({ correlationId }) => correlationId)];
}

describe('a list of onboardings', () => {
  it('has the newest first, and counts what its limit leaves out', async () => {
    const [total, ...ids] = await listed({});
    expect([total, ids.length, ids.at(-1)]).toEqual([3, 3, GUID.toLowerCase()]);
    expect(await listed({}, 1)).toHaveLength(2);
    expect((await listed({}, 1))[0]).toBe(3);
  });

  it('is narrowed by state and age', async () => {
    expect(await listed({ state: 'rejected' })).toEqual([1, 'bad']);
    expect(await listed({ olderThanMs: 1_800_000 })).toEqual([1, GUID.toLowerCase()]);
    expect(await listed({ state: 'rejected', olderThanMs: 1_800_000 })).toEqual([0]);
  });

  it('says since when, how often it was tried and why', async () => {
    const { onboardings } = await listOnboardings(db, { state: 'rejected' }, 1);
    const summary = { correlationId: 'bad', state: 'rejected', domain: 'bad.onmicrosoft.com', attempts: 1 };
    expect(onboardings).toEqual([{ ...summary, since: expect.any(String) as string, code: 'PARTNER_CENTER_1' }]);
  });
});

describe('one onboarding', () => {
  it('is found by its GUID in either case, with its ids and what happened', async () => {
    const found = await showOnboarding(db, GUID);
    const requestId = createRequestId(GUID, 1);
    expect(found).toMatchObject({
      ...{ correlationId: GUID.toLowerCase(), state: 'open', revision: 1, requestId },
      ...{ msCorrelationId: msCorrelationId(GUID), tenantId: null, letters: [] },
    });
    expect(Date.parse(found!.dueAt!)).toBeGreaterThan(Date.now());
    expect(found!.history.map(({ what, requestId: id }) => [what, id])).toEqual([
      ['received', null],
      ['unclear: timeout (504, PARTNER_CENTER_HTTP_504, counts as an attempt)', requestId],
    ]);
  });

  it('shows its tenant, and its dead letters in the order in which it failed', async () => {
    await db.query(
      `INSERT INTO dead_letter SELECT n, 7, 'good', 'C', 'rejected', '', '[]', NULL, NULL, 'f', NULL, 0, 0, now(),
              now() - n * interval '1 second', 't', 0, 0, 0, NULL, '', 0 FROM generate_series(1, 2) n`,
    );
    expect(await showOnboarding(db, 'good')).toMatchObject({ tenantId: TENANT, letters: ['2:7', '1:7'], dueAt: null });
  });

  it('that nobody asked for is not there', async () => {
    expect(await showOnboarding(db, 'nobody')).toBeNull();
  });
});

describe('sealed credentials', () => {
  it('are handed out and erased, each with a line of the audit', async () => {
    expect(await readCredentials(db, 'good', 'ann')).toBe('jwe');
    expect(await eraseCredentials(db, 'good', 'ben')).toBe(true);
    expect(await readCredentials(db, 'good', 'ann')).toBeNull();
    expect(await eraseCredentials(db, 'good', 'ben')).toBe(false);
    const entries = await readAudit(db, { limit: 10 });
    expect(entries.map(({ who, what, subject }) => [who, what, subject])).toEqual([
      ['ben', 'credentials erased', 'good'],
      ['ann', 'credentials shown', 'good'],
    ]);
  });
});

describe('pauses', () => {
  it('in force are told with their end, or the next probe; a throttle that has passed is none', async () => {
    await throttle(db, -1_000, 'a 429');
    expect(await readPauses(db)).toEqual([]);
    await throttle(db, 60_000, 'a 429');
    await pauseAll(db, 'outage', 'five in a row', 5_000);
    const pauses = await readPauses(db);
    expect(pauses.map(({ kind, reason }) => [kind, reason])).toEqual([
      ['throttled', 'a 429'],
      ['outage', 'five in a row'],
    ]);
    for (const { since, until } of pauses) expect(Date.parse(until!)).toBeGreaterThan(Date.parse(since));
  });
});
