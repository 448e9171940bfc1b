import { type OnboardingSystem, eventually } from '#testing';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { ConsoleProcess, VIEWER, bearer } from '../support/console-process.js';
import { replayIds } from '../support/replays.js';
import { ask, domainOf, failCreates, idsOf, letters, startWorld, untilCreated } from '../support/world.js';

// Sixteen customers were refused because their domains belonged to somebody else, who has given them back since. Two workers
// drive what an operator starts in the console. The first letter of a plan is kept without an outcome, so that its first
// step is under way for as long as the test likes; without a pause the second one begins the moment it has its outcome.
const STEP = 3;
const ALL = 8;
const REFUSED = { paused: idsOf('paused', ALL), aborted: idsOf('aborted', ALL) };
const PATIENT = { timeoutMs: 60_000, intervalMs: 100 };
let system: OnboardingSystem;
let desk: ConsoleProcess;
let plan: string;
let others = 0;

beforeAll(async () => {
  // Enough for the letter that waits: its calls go on failing.
  system = await startWorld({ CREATE_ATTEMPTS_MAX: '1000' });
  await system.startWorker();
  desk = await ConsoleProcess.start(system);
  const ids = Object.values(REFUSED).flat();
  for (const id of ids) await system.simulator.control('PUT', `domains/${domainOf(id)}`, { owner: 'otherPartner' });
  await ask(system, ids);
  await eventually(async () => (await letters(system)).size === ids.length, { what: 'the letters', ...PATIENT });
  for (const id of ids) await system.simulator.control('DELETE', `domains/${domainOf(id)}`);
}, 240_000);
afterAll(async () => {
  await desk.stop();
  await system.stop();
});

/** Plans the letters of these; `first` is the id whose letter is sent first. */
async function planOf(ids: string[]): Promise<{ plan: string; first: string }> {
  const found = [...(await letters(system))].filter(([id]) => ids.includes(id));
  const idOf = new Map(found.map(([id, { partition, offset }]) => [`${partition}:${offset}`, id]));
  const { status, document } = await desk.ask('POST', '/api/plans', { selection: { ids: [...idOf.keys()] } });
  expect([status, document]).toMatchObject([201, { state: 'planned', total: ids.length }]);
  return { plan: document['plan'] as string, first: idOf.get(document['letters'][0].id) ?? '' };
}

const change = (plan: string, what: string, headers?: Record<string, string>): ReturnType<ConsoleProcess['ask']> =>
  desk.ask('POST', `/api/plans/${plan}/${what}`, what === 'start' ? { ramp: [STEP, 50], stopAt: 1 } : {}, headers);

async function untilPlan(plan: string, what: string, looks: Record<string, unknown>): Promise<void> {
  const isSo = async (): Promise<void> =>
    expect((await desk.ask('GET', `/api/plans/${plan}`)).document).toMatchObject(looks);
  await eventually(isSo, { what, ...PATIENT });
}

async function startAndKeepAtFirstStep(plan: string, first: string): Promise<void> {
  await failCreates(system, first, { kind: 'status', status: 503 });
  expect(await change(plan, 'start')).toMatchObject({ status: 200, document: { state: 'running' } });
  await untilPlan(plan, 'all but one of the first step', { state: 'running', sent: STEP, created: STEP - 1, open: 1 });
}

/** What is asked for now becomes a tenant as ever; one after the other, so that the drivers have many turns meanwhile. */
async function othersGoOn(): Promise<void> {
  for (let n = 0; n < 5; n += 1) {
    const id = `other-${(others += 1)}`;
    await ask(system, [id]);
    await untilCreated(system, [id], PATIENT.timeoutMs);
  }
}

async function replaysOf(plan: string): Promise<string[]> {
  const records = await system.read('requested');
  return records
    .flatMap(({ headers }) => headers['replay-id'] ?? [])
    .filter((id) => id.startsWith(plan))
    .sort();
}

const tenants = async (): Promise<number> => (await system.simulator.summary()).tenants;

it('is changed by no viewer and by no page of another site', async () => {
  const made = await planOf(REFUSED.paused);
  plan = made.plan;
  await startAndKeepAtFirstStep(plan, made.first);
  const cookie = await desk.logIn();
  const foreign = { cookie, origin: 'http://elsewhere.example', 'x-console-request': '1' };
  const form = { cookie, origin: desk.url, 'content-type': 'text/plain' };
  for (const what of ['pause', 'resume', 'abort']) {
    const codes = [];
    for (const headers of [bearer(VIEWER), foreign, form]) {
      const { status, document } = await change(plan, what, headers);
      codes.push([status, document['error'].code]);
    }
    expect(codes).toEqual([
      [403, 'FORBIDDEN'],
      [403, 'CROSS_SITE'],
      [403, 'CROSS_SITE'],
    ]);
  }
  const seen = await desk.ask('GET', `/api/plans/${plan}`, undefined, bearer(VIEWER));
  expect(seen).toMatchObject({ status: 200, document: { state: 'running', waiting: ALL - STEP } });
});

it('sends nothing while it is paused, and everything else goes on', async () => {
  const own = { cookie: await desk.logIn(), origin: desk.url, 'x-console-request': '1' };
  expect(await change(plan, 'pause', own)).toMatchObject({ status: 200, document: { state: 'paused' } });
  await system.simulator.control('DELETE', 'faults');
  await untilPlan(plan, 'the outcome of what was sent', { state: 'paused', sent: STEP, created: STEP, open: 0 });
  await othersGoOn();
  expect(await replaysOf(plan)).toEqual(replayIds(plan, STEP));
  expect((await desk.ask('GET', `/api/plans/${plan}`)).document).toMatchObject({
    state: 'paused',
    waiting: ALL - STEP,
  });
  expect(await tenants()).toBe(STEP + others);
});

it('goes on where it was when it is resumed, and sends each letter once', async () => {
  expect(await change(plan, 'resume')).toMatchObject({ status: 200, document: { state: 'running' } });
  await untilPlan(plan, 'its end', { state: 'done', sent: ALL, created: ALL, waiting: 0 });
  expect(await replaysOf(plan)).toEqual(replayIds(plan, ALL).sort());
  expect(await tenants()).toBe(ALL + others);
  expect(await change(plan, 'abort')).toMatchObject({ status: 409, document: { error: { code: 'PLAN_STATE' } } });
});

it('sends nothing more once it is aborted, whatever is asked of it then', async () => {
  const made = await planOf(REFUSED.aborted);
  plan = made.plan;
  await startAndKeepAtFirstStep(plan, made.first);
  const other = await planOf(REFUSED.aborted);
  const locked = await change(other.plan, 'start');
  expect(locked).toMatchObject({ status: 409, document: { error: { code: 'LETTERS_IN_OTHER_PLAN' } } });

  expect(await change(plan, 'abort')).toMatchObject({ status: 200, document: { state: 'aborted' } });
  for (const what of ['start', 'pause', 'resume']) {
    expect(await change(plan, what)).toMatchObject({ status: 409, document: { error: { code: 'PLAN_STATE' } } });
  }
  await system.simulator.control('DELETE', 'faults');
  await untilPlan(plan, 'the outcome of what was sent', { state: 'aborted', sent: STEP, created: STEP, open: 0 });
  await othersGoOn();
  expect(await replaysOf(plan)).toEqual(replayIds(plan, STEP));
  expect(await tenants()).toBe(ALL + STEP + others);
});

it('leaves its letters to another plan when it is aborted', async () => {
  const { plan: next } = await planOf(REFUSED.aborted);
  expect(await change(next, 'start')).toMatchObject({ status: 200, document: { state: 'running' } });
  await untilPlan(next, 'its end', { state: 'done', created: ALL - STEP, announced: STEP });
  await system.settled();
  expect(await replaysOf(next)).toEqual(replayIds(next, ALL).sort());
  expect(await replaysOf(plan)).toEqual(replayIds(plan, STEP));
  expect(await system.simulator.summary()).toMatchObject({ tenants: 2 * ALL + others, surplusTenants: 0 });
  expect((await letters(system)).size).toBe(2 * ALL);
});
