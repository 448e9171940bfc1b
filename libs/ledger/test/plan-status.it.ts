/** How far plans are: each counts its own letters and no other's, and says which of them ended as their forecast said. */
import { type PlannedLetter, insertPlan, requestRecord } from '#testing';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { type Database, listPlanLetters, listPlans, readPlanStatus } from '../src/index.js';
import { openLedger } from './support.js';

let db: Database;
beforeAll(async () => {
  db = await openLedger();
});
afterAll(() => db.close());

function aPlan(...letters: [forecast: string, state: string][]): Promise<string> {
  const planned = letters.map(([forecast, state]): PlannedLetter => {
    return { record: requestRecord('a'), topic: 'requests', correlationId: 'a', group: 'g', forecast, state };
  });
  return insertPlan(db.settings.url, planned);
}

it('a plan counts what became of its letters', async () => {
  const plan = await aPlan(
    ['create', 'created'],
    ['create', 'failed'],
    ['announceAgain', 'announced'],
    ['announceAgain', 'created'],
    ['reconcile', 'created'],
    ['reconcile', 'failed'],
    ['reconcile', 'announced'],
    ['failAgain', 'failed'],
    ['failAgain', 'created'],
    ['nothing', 'nothing'],
    ['create', 'nothing'],
    ['create', 'sent'],
    ['create', 'sent'],
    ['create', 'waiting'],
  );
  await aPlan(['create', 'created'], ['create', 'sent'], ['nothing', 'nothing']);
  await db.query(`UPDATE replay_letter SET sent_at = now() WHERE state <> 'waiting' AND forecast <> 'nothing'`);
  expect(await readPlanStatus(db, plan)).toEqual({
    ...{ plan, state: 'planned', reason: null, total: 14, waiting: 1, sent: 12, open: 2 },
    ...{ created: 4, announced: 2, failed: 3, nothing: 2, asForecast: 6 },
  });
});

it('the newest plans are listed, each with its own counts', async () => {
  const plans = [await aPlan(['create', 'waiting']), await aPlan(['nothing', 'nothing'], ['create', 'failed'])];
  for (const [n, plan] of plans.entries()) {
    await db.query(`UPDATE replay_plan SET made_at = now() + $2 * interval '1 hour' WHERE id = $1`, [plan, n + 1]);
  }
  const listed = await listPlans(db, 2);
  expect(listed.map(({ status: { plan, total, waiting, nothing } }) => ({ plan, total, waiting, nothing }))).toEqual([
    { plan: plans[1], total: 2, waiting: 0, nothing: 1 },
    { plan: plans[0], total: 1, waiting: 1, nothing: 0 },
  ]);
  expect(listed[0]?.forecast).toEqual({ create: 1, announceAgain: 0, reconcile: 0, failAgain: 0, nothing: 1 });
});

it('the letters of a plan are read in the order of sending, page by page', async () => {
  const plan = await aPlan(['create', 'failed'], ['create', 'waiting'], ['create', 'waiting']);
  const numbers = async (after: number): Promise<number[]> =>
    (await listPlanLetters(db, plan, { limit: 2, after })).map(({ n }) => n);
  expect([await numbers(0), await numbers(2), await numbers(3)]).toEqual([[1, 2], [3], []]);
});
