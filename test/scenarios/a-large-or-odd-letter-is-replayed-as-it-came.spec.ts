import {
  type CrmRecord,
  type OnboardingSystem,
  type ReadRecord,
  customerData,
  eventually,
  requestRecord,
} from '#testing';
import { randomBytes } from 'node:crypto';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { type Answer, onboarding } from '../support/command-line.js';
import { ConsoleProcess } from '../support/console-process.js';
import { failCreates, startWorld, untilCreated } from '../support/world.js';

// Four requests are dead-lettered: two as large as their topic takes, and two of bytes that are no text, with odd keys and
// headers. One of each is replayed in the console, one on the command line: the records on the topic of requests are then
// as they first came, but for the headers that tell which replay it is.
const MAX_MESSAGE_BYTES = 1_048_588;
/** Of a record batch and its record, at the most. */
const OVERHEAD_BYTES = 61 + 36;
const HEADER_OVERHEAD_BYTES = 10;
const LARGE = ['large-console', 'large-cli'];
const ODD = ['odd-console', 'odd-cli'];
const PATIENT = { timeoutMs: 60_000, intervalMs: 100 };
let system: OnboardingSystem;
let desk: ConsoleProcess;
const run = (...args: string[]): Promise<Answer> => onboarding(system.settings, ...args);

/** What is left of the limit is less than the headers of a replay take. */
function largeRecord(id: string): CrmRecord {
  const record = { ...requestRecord(id), key: Buffer.from([0, 254, ...Buffer.from(id)]) };
  const headers = Object.entries(record.headers).map(
    ([name, value]) => HEADER_OVERHEAD_BYTES + `${name}${String(value)}`.length,
  );
  const room = MAX_MESSAGE_BYTES - OVERHEAD_BYTES - record.key.length - headers.reduce((sum, bytes) => sum + bytes, 0);
  const data = { ...customerData(id), notes: '' };
  const notes = randomBytes(room)
    .toString('base64')
    .slice(0, room - JSON.stringify(data).length);
  return { ...record, value: JSON.stringify({ ...data, notes }) };
}

function oddRecord(id: string): CrmRecord {
  const headers = {
    ...{
      ce_correlationid: id,
      empty: '',
      binary: Buffer.from([0, 255, 254, 10, 13]),
      'Dead-Letter-Code': 'none of ours',
    },
    ...{ twice: [Buffer.from([255]), Buffer.from('2'), Buffer.from([255])], 'naïve ☃': Buffer.from([128]) },
  };
  return {
    key: Buffer.from([0, 255, 0, 128, ...Buffer.from(id)]),
    value: Buffer.concat([Buffer.from([255, 0]), randomBytes(200_000)]),
    headers,
  };
}

const requests = [...LARGE.map(largeRecord), ...ODD.map(oddRecord)];

beforeAll(async () => {
  system = await startWorld();
  for (const id of LARGE) await failCreates(system, id, { kind: 'status', status: 400, code: 2000 });
  for (const record of requests) await system.request([record]);
  await eventually(async () => (await system.read('deadLetter')).length === requests.length, {
    what: 'the letters',
    ...PATIENT,
  });
  await system.simulator.control('DELETE', 'faults');
  desk = await ConsoleProcess.start(system);
});
afterAll(async () => {
  await desk.stop();
  await system.stop();
});

const isReplay = ([name]: readonly [string, unknown]): boolean => name.startsWith('replay-');
const byName = ([a]: readonly [string, unknown], [b]: readonly [string, unknown]): number =>
  a < b ? -1 : a > b ? 1 : 0;

/** Headers of the same name keep their order; that of the names is Kafka's client's own. */
function bytesOf({ key, value, headerList }: ReadRecord): unknown {
  const headers = headerList.filter((header) => !isReplay(header)).toSorted(byName);
  return { key: key?.toString('base64'), value: value?.toString('base64'), headers };
}

async function replayedAsItCame(id: string, plan: string): Promise<void> {
  const records = (await system.read('requested')).filter(({ headers }) => headers['ce_correlationid'] === id);
  const [first, replay] = records.toSorted(
    (a, b) => Number(a.headerList.some(isReplay)) - Number(b.headerList.some(isReplay)),
  );
  expect(records).toHaveLength(2);
  expect(first!.headerList.filter(isReplay)).toEqual([]);
  expect(bytesOf(replay!)).toEqual(bytesOf(first!));
  expect(Object.fromEntries(replay!.headerList.filter(isReplay).map(([name, value]) => [name, String(value)]))).toEqual(
    {
      ...{ 'replay-id': `${plan}/1`, 'replay-count': '1', 'replay-group': system.settings['KAFKA_GROUP_ID'] },
    },
  );
}

async function replayInTheConsole(id: string): Promise<{ plan: string; document: Record<string, unknown> }> {
  const made = await desk.ask('POST', '/api/plans', { selection: { correlationId: id } });
  expect(made).toMatchObject({ status: 201, document: { total: 1 } });
  const plan = made.document['plan'] as string;
  expect((await desk.ask('POST', `/api/plans/${plan}/start`, { stopAt: 1 })).status).toBe(200);
  const document = await eventually(
    async () => {
      const { document } = await desk.ask('GET', `/api/plans/${plan}`);
      if (document['state'] !== 'done') throw new Error(JSON.stringify(document));
      return document;
    },
    { what: 'the plan to be done', ...PATIENT },
  );
  return { plan, document };
}

async function replayOnTheCommandLine(id: string): Promise<{ plan: string; document: Record<string, unknown> }> {
  const planned = await run('replay', 'plan', '--correlation-id', id);
  expect(planned).toMatchObject({ code: 0, document: { total: 1 } });
  const plan = planned.document['plan'] as string;
  return { plan, document: (await run('replay', 'start', plan, '--stop-at', '1', '--yes')).document };
}

it.each([
  ['in the console', replayInTheConsole, LARGE[0]!, ODD[0]!],
  ['on the command line', replayOnTheCommandLine, LARGE[1]!, ODD[1]!],
])('byte for byte %s', async (_where, replay, large, odd) => {
  const whole = await replay(large);
  expect(whole.document).toMatchObject({ state: 'done', created: 1 });
  await untilCreated(system, [large], PATIENT.timeoutMs);
  await replayedAsItCame(large, whole.plan);

  const strange = await replay(odd);
  expect(strange.document).toMatchObject({ state: 'done', failed: 1, asForecast: 1 });
  await replayedAsItCame(odd, strange.plan);
});

it('is dead-lettered again with the same bytes', async () => {
  await eventually(async () => (await system.read('deadLetter')).length === requests.length + ODD.length, {
    what: 'their second letters',
    ...PATIENT,
  });
  const letters = await system.read('deadLetter');
  for (const id of ODD) {
    const [first, second] = letters.filter(({ headers }) => headers['dead-letter-correlation-id'] === id);
    const bytes = ({ key, value }: ReadRecord): unknown => [key?.toString('base64'), value?.toString('base64')];
    expect(bytes(second!)).toEqual(bytes(first!));
  }
});
