import { type NodeProcess, type OnboardingSystem, customerData, eventually, requestRecord } from '#testing';
import { existsSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { type Answer, answerOf, exitOnFullDisk, onboarding, startCommand } from '../support/command-line.js';
import { ask, failCreates, idsOf, letters, startWorld } from '../support/world.js';

// Four customers were refused by Partner Center and one by the rules. When the cause is mended an operator looks at the
// letters, plans and replays them, all on the command line.
const REFUSED = idsOf('refused', 4);
/** Every look is a process of its own. */
const PATIENT = { timeoutMs: 60_000 };
const folder = mkdtempSync(join(tmpdir(), 'edit-'));
let system: OnboardingSystem;
let plan: string;
const run = (...args: string[]): Promise<Answer> => onboarding(system.settings, ...args);
const status = async (): Promise<Record<string, unknown>> => (await run('replay', 'status', plan)).document;
const watch = (...args: string[]): Promise<NodeProcess> => startCommand(system.settings, ...args);

beforeAll(async () => {
  system = await startWorld();
  for (const id of REFUSED) await failCreates(system, id, { kind: 'status', status: 400, code: 2000 });
  await ask(system, REFUSED);
  await system.request([requestRecord('invalid', customerData('invalid', { billingProfile: { culture: 'xx-XX' } }))]);
  await eventually(async () => (await letters(system)).size === 5, { what: 'five dead letters', ...PATIENT });
  await system.simulator.control('DELETE', 'faults');
});
afterAll(async () => {
  rmSync(folder, { recursive: true });
  await system.stop();
});

it('has read the archive to its end before it shows one letter of it', async () => {
  expect((await run('dead-letters', 'show', '0:99999')).code).toBe(3);
  expect(await system.query('SELECT count(*)::int AS letters FROM dead_letter')).toEqual([{ letters: 5 }]);
});

it('groups them, lists them and shows one byte for byte', async () => {
  const groups = (await run('dead-letters', 'groups')).document;
  expect(groups['total']).toBe(5);
  expect(groups['groups']).toMatchObject([
    { code: 'PARTNER_CENTER_2000', httpStatus: 400, count: 4 },
    { code: 'RULE_VIOLATION', httpStatus: null, count: 1, fields: ['billingProfile.culture'] },
  ]);
  const [group] = groups['groups'] as { fingerprint: string; example: string }[];
  const { document } = await run('dead-letters', 'list', '--group', group!.fingerprint, '--limit', '1');
  expect([document['total'], document['letters'].length]).toEqual([4, 1]);
  const [letter] = document['letters'];
  expect(letter).toMatchObject({ code: 'PARTNER_CENTER_2000', reason: 'rejected', attempts: 1, replays: 0 });
  expect(letter.id).toBe(`${letter.partition}:${letter.offset}`);
  expect(letter.original).toMatchObject({ topic: system.topics.requested, offset: expect.any(Number) });

  const shown = (await run('dead-letters', 'show', letter.id)).document;
  const record = (await letters(system)).get(letter.correlationId)!;
  expect(shown).toMatchObject(letter);
  expect(Buffer.from(shown['value'], 'base64')).toEqual(record.value);
  expect(shown['headers'].map(([name]: [string]) => name)).toContain('dead-letter-fingerprint');
  const told = await system.query(`SELECT subject FROM audit WHERE what = 'payload shown'`);
  expect(told).toEqual([{ subject: letter.id }]);
});

it.each([
  ['a letter that is not there', ['dead-letters', 'show', '0:99999'], 3, 'NOT_FOUND'],
  ['a plan that is not there', ['replay', 'status', '5d3c8a52-0c1f-4d0e-9d53-0f6a2b7c1e11'], 3, 'NOT_FOUND'],
  ['a start of it', ['replay', 'start', 'none', '--yes'], 3, 'NOT_FOUND'],
])('is told by the exit status: %s', async (_what, args, code, error) => {
  const answer = await run(...args);
  expect([answer.code, answer.document]).toEqual([code, { error: { code: error, message: expect.any(String) } }]);
});

it.skipIf(!existsSync('/dev/full'))('does not end well when its answer could not be written', () => {
  expect(exitOnFullDisk(system.settings, 'pauses')).toBe(1);
});

it('says what a replay will do, and starts nothing unasked', async () => {
  const { code, document } = await run('replay', 'plan', '--code', 'PARTNER_CENTER_2000');
  expect(code).toBe(0);
  expect(document).toMatchObject({
    ...{ state: 'planned', total: 4 },
    forecast: { create: 0, announceAgain: 0, reconcile: 0, failAgain: 4, nothing: 0 },
  });
  expect(document['letters']).toHaveLength(4);
  expect(document['letters'][0]).toEqual({
    ...{ id: expect.stringMatching(/^\d+:\d+$/), forecast: 'failAgain' },
    why: expect.stringContaining('PARTNER_CENTER_2000'),
  });
  plan = document['plan'];
  const unasked = await run('replay', 'start', plan);
  expect([unasked.code, unasked.document['error']['code']]).toEqual([2, 'USAGE']);
  expect((await run('replay', 'status', plan)).document).toMatchObject({ state: 'planned', waiting: 4, sent: 0 });
});

it('replays them and tells what became of each, against the forecast', async () => {
  const { code, document } = await run('replay', 'start', plan, '--ramp', '1,3', '--yes');
  expect(document).toEqual({
    ...{ plan, state: 'done', total: 4, waiting: 0, sent: 4, open: 0, created: 4, announced: 0, failed: 0, nothing: 0 },
    ...{ asForecast: 0, reason: null },
  });
  expect(code).toBe(0);
  expect(new Set((await system.created()).keys())).toEqual(new Set(REFUSED));
  const again = await run('replay', 'start', plan, '--yes');
  expect([again.code, again.document['error']['code']]).toEqual([1, 'PLAN_STATE']);
});

it('corrects a letter by a merge patch', async () => {
  const edit = join(folder, 'edit.json');
  writeFileSync(edit, JSON.stringify({ billingProfile: { culture: 'en-US' } }));
  const planned = (await run('replay', 'plan', '--correlation-id', 'invalid', '--edit', edit)).document;
  expect(planned['forecast']).toMatchObject({ create: 1 });
  const { document } = await run('replay', 'start', planned['plan'], '--yes');
  expect(document).toMatchObject({ state: 'done', created: 1, asForecast: 1 });
  expect((await run('show', 'invalid')).document).toMatchObject({ state: 'created', revision: 1 });
});

it('is paused and resumed beside whoever watches; Ctrl-C only ends the watching', async () => {
  const { document } = await run('replay', 'plan', '--code', 'PARTNER_CENTER_2000');
  expect(document['forecast']).toMatchObject({ announceAgain: 4 });
  plan = document['plan'];
  const started = await watch('replay', 'start', plan, '--ramp', '1', '--rate', '0.02/s', '--yes');
  await eventually(async () => (await status())['sent'] === 1, { what: 'the first letter to be sent', ...PATIENT });
  expect((await run('replay', 'pause', plan)).document).toMatchObject({ state: 'paused', waiting: 3 });
  const ended = await answerOf(started);
  expect([ended.code, ended.document['state']]).toEqual([4, 'paused']);

  const resumed = await watch('replay', 'resume', plan);
  await eventually(async () => (await status())['state'] === 'running', { what: 'the plan to run again', ...PATIENT });
  expect((await resumed.kill('SIGINT')).code).toBe(0);
  expect((await status())['state']).toBe('running');
});

it('is only watched by whoever starts it again, and aborted beside them', async () => {
  const watching = await watch('replay', 'start', plan, '--rate', '50/s', '--yes');
  await eventually(() => watching.stderr.includes('runs already, with the options it was started with'), {
    what: 'the second watcher to be told',
    ...PATIENT,
  });
  expect((await watching.kill('SIGINT')).code).toBe(0);
  const aborted = await run('replay', 'abort', plan);
  expect([aborted.code, aborted.document['state']]).toEqual([0, 'aborted']);
});

it('reads the whole archive again', async () => {
  expect((await run('dead-letters', 'rebuild')).document).toEqual({ letters: 5 });
  expect((await run('dead-letters', 'groups')).document['total']).toBe(5);
  const told = await system.query(`SELECT subject FROM audit WHERE what = 'projection rebuilt'`);
  expect(told).toEqual([{ subject: system.topics.deadLetter }]);
});
