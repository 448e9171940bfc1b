/** An overview of a ledger in which things went well, badly and slowly at times that are known. */
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { OverviewDocument } from '../src/overview/overview.service.js';
import { RunningConsole, VIEWER, bearer } from './support.js';

let running: RunningConsole;
beforeAll(async () => {
  running = await RunningConsole.start();
});
afterAll(() => running.stop());

async function overview(query = ''): Promise<OverviewDocument> {
  const response = await running.call('GET', `/api/overview${query}`, bearer(VIEWER));
  return (await response.json()) as OverviewDocument;
}

async function created(id: string, minutesAgo: number, seconds: number, failedBefore = false): Promise<void> {
  await running.db.query(
    `INSERT INTO onboarding (correlation_id, state, step, domain, country, digests, received_at, finished_at, first_failed_at, tenant_id)
     SELECT $1, 'created', 'create', $1, 'US', '{}', at - $3 * interval '1 second', at, CASE WHEN $4 THEN at END, gen_random_uuid()
       FROM (SELECT now() - $2 * interval '1 minute' AS at) t`,
    [id, minutesAgo, seconds, failedBefore],
  );
}

describe('an overview', () => {
  it('of an empty ledger has a line of nothing', async () => {
    const { series, ...now } = await overview('?minutes=59');
    expect(now).toMatchObject({ pending: 0, held: 0, outboxUnsent: 0, outboxBlocked: 0, recordsLost: 0 });
    expect(series.at).toHaveLength(60);
    expect(new Set(series.created)).toEqual(new Set([0]));
    expect(new Set(series.p50Ms)).toEqual(new Set([null]));
    expect(Math.abs((series.at.at(-1) ?? 0) - Date.now() / 1_000)).toBeLessThan(90);
  });

  it('tells what was made, and how long it took those that never failed', async () => {
    for (const [n, seconds] of [1, 2, 3, 4, 5].entries()) await created(`a-${n}`, 10, seconds);
    await created('late', 10, 90_000, true);
    await created('before', 61, 1);
    const { series } = await overview('?minutes=60');
    const steps = series.created.flatMap((count, n) => (count > 0 ? [n] : []));
    expect(steps).toHaveLength(1);
    const [step = 0] = steps;
    expect([series.created[step], series.p50Ms[step], series.p95Ms[step]]).toEqual([6, 3_000, 4_800]);
    expect(Math.abs(59 - step - 10)).toBeLessThanOrEqual(1);
  });

  it('looks back as far as it is asked to', async () => {
    const { series } = await overview('?minutes=600');
    expect(series.created.reduce((sum, count) => sum + count)).toBe(7);
    expect((series.at[1] ?? 0) - (series.at[0] ?? 0)).toBe(600);
  });

  it.each(['0', '10081', '-1', 'x', '1.5', ''])('of %j minutes is refused', async (minutes) => {
    const response = await running.call('GET', `/api/overview?minutes=${minutes}`, bearer(VIEWER));
    expect(response.status).toBe(400);
  });
});

it('is told while Kafka is away, with the dead letters that are known', async () => {
  const withoutKafka = await RunningConsole.start(['127.0.0.1:1']);
  try {
    const response = await withoutKafka.call('GET', '/api/overview', bearer(VIEWER));
    expect([response.status, await response.json()]).toEqual([200, expect.objectContaining({ deadLetters: 0 })]);
  } finally {
    await withoutKafka.stop();
  }
});
