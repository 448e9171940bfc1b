/**
 * The projection of the dead-letter topic: how fast it is built from letters that lie on the topic, how long groups and the
 * first page of a list take then, and how long it takes to plan the replay of the newest ones. The letters are written as the relay writes them, in transactions with gzip,
 * before the clock starts. Only the projection is measured: no worker runs, no page is drawn, no catching up is in the
 * times of the questions, each of which is asked repeatedly on one connection.
 * Run after `npm run build`: npx node bench/dead-letters.ts [--letters 1000000] [--planned 100000]
 */
import { randomUUID } from 'node:crypto';
import { parseArgs } from 'node:util';
import { DeadLetters, ReplayPlanner, type Selection } from '#dead-letters';
import { deadLetterHeaders, type ErrorCode } from '#events';
import { RelayPublisher, TopicReader, type KafkaLog, type KafkaSettings, type OutgoingRecord } from '#kafka';
import { Database } from '#ledger';
import { checkRules } from '#partner-center';
import { customerData, eventually, startKafka, startPostgres, TopicLog } from '#testing';
import { percentile, residentMb } from './measure.ts';

const PARTITIONS = 6;
/** Rows of a batch of the relay. */
const LETTERS_A_TRANSACTION = 500;
const QUESTIONS = 100;
const PAGE = 50;
const DAYS = 30;
const REQUESTS = 'onboarding.customer-requested';
const begunMs = Date.now();

const KINDS: { code: ErrorCode; httpStatus: number | null; fields: string[]; share: number }[] = [
  { code: 'RULE_VIOLATION', httpStatus: null, fields: ['billingProfile.defaultAddress.postalCode'], share: 0.6 },
  { code: 'PARTNER_CENTER_27100', httpStatus: 409, fields: ['companyProfile.domain'], share: 0.25 },
  { code: 'EVENT_INVALID', httpStatus: null, fields: ['billingProfile.email'], share: 0.1 },
  { code: 'ATTEMPTS_EXHAUSTED', httpStatus: 500, fields: [], share: 0.0499 },
  { code: 'OUTCOME_UNRESOLVED', httpStatus: null, fields: [], share: 0.0001 },
];

const drop = (): void => undefined;
const silent: KafkaLog = { debug: drop, info: drop, warn: drop, error: drop };
const { values } = parseArgs({
  options: { letters: { type: 'string', default: '1000000' }, planned: { type: 'string', default: '100000' } },
});
const count = Number(values.letters);
const planned = Math.min(count, Number(values.planned));

function kindOf(n: number): (typeof KINDS)[number] {
  let left = ((n * 7_919) % 10_000) / 10_000;
  return KINDS.find(({ share }) => (left -= share) < 0) ?? KINDS[0]!;
}

function failedAtOf(n: number): Date {
  return new Date(begunMs - DAYS * 86_400_000 * (1 - n / count));
}

function letter(topic: string, n: number): OutgoingRecord {
  const kind = kindOf(n);
  const correlationId = randomUUID();
  const failedAt = failedAtOf(n).toISOString();
  const headers = deadLetterHeaders({
    original: { topic: REQUESTS, partition: n % 12, offset: String(n), timestampMs: Date.now() },
    consumerGroup: 'customer-onboarding',
    correlationId,
    code: kind.code,
    message: 'The postal code does not fit the country: five digits are needed.',
    fields: kind.fields,
    httpStatus: kind.httpStatus,
    requestId: kind.httpStatus === null ? null : randomUUID(),
    firstFailedAt: failedAt,
    failedAt,
    attempts: kind.httpStatus === null ? 0 : 1,
    replays: 0,
  });
  const event = { ce_specversion: '1.0', ce_type: 'CustomerRequested', ce_id: randomUUID(), ce_source: '/crm' };
  const original = { ...event, ce_correlationid: correlationId };
  return {
    topic,
    key: Buffer.from(`account-${n}`),
    value: Buffer.from(JSON.stringify(customerData(`customer${n}`))),
    headers: [...Object.entries(original), ...headers].map(([name, text]) => [name, Buffer.from(text)] as const),
  };
}

async function write(settings: KafkaSettings, topic: string): Promise<void> {
  const topics = { created: `${topic}-created`, rejected: `${topic}-rejected`, deadLetter: topic };
  const log = new TopicLog(settings.brokers.join());
  for (const name of Object.values(topics)) {
    const create = () => log.createTopic(name, PARTITIONS, { 'max.message.bytes': '1114124' }).then(() => true);
    await eventually(create, { what: `the topic ${name}` });
  }
  const maxMessageBytes = new Map([[topic, 1_114_124]]);
  const relay = new RelayPublisher({
    ...{ settings, log: silent, groupId: topic, ledgerId: 'bench', topics, maxMessageBytes },
  });
  await relay.begin(1n);
  for (let n = 0; n < count; n += LETTERS_A_TRANSACTION) {
    const size = Math.min(LETTERS_A_TRANSACTION, count - n);
    const batch = Array.from({ length: size }, (_, index) => letter(topic, n + index));
    await relay.publish(BigInt(n), batch);
  }
  await relay.close();
  await log.close();
}

async function ask(question: () => Promise<unknown>): Promise<number> {
  await question();
  const times: number[] = [];
  for (let asked = 0; asked < QUESTIONS; asked += 1) {
    const begunAt = performance.now();
    await question();
    times.push(performance.now() - begunAt);
  }
  return percentile(times, 0.95);
}

interface Measured<Result> {
  result: Result;
  seconds: number;
  cpuMs: number;
  peakMb: number;
}

/** One piece of work of this process: how long, how much CPU, and the most memory on the way. */
async function measure<Result>(work: () => Promise<Result>): Promise<Measured<Result>> {
  let peakMb = 0;
  const watch = setInterval(() => void residentMb(process.pid).then((mb) => (peakMb = Math.max(peakMb, mb))), 200);
  const cpuFrom = process.cpuUsage();
  const begunAt = performance.now();
  const result = await work();
  const seconds = (performance.now() - begunAt) / 1_000;
  const { user, system } = process.cpuUsage(cpuFrom);
  clearInterval(watch);
  return { result, seconds, cpuMs: (user + system) / 1_000, peakMb };
}

function print(what: string, measured: string, goal = ''): void {
  console.log(`${what.padEnd(44)} ${measured.padStart(16)}  ${goal}`);
}

const [kafka, postgres] = await Promise.all([startKafka(), startPostgres()]);
const settings: KafkaSettings = { brokers: kafka.brokers.split(','), clientId: 'bench', ssl: null, sasl: null };
const topic = `bench-dead-letters-${process.pid}`;
const db = new Database({ url: await postgres.createDatabase(), poolMax: 5 });
await db.migrate();
const reader = new TopicReader({ settings, log: silent });
const topics = { requested: REQUESTS, created: 'c', rejected: 'x', deadLetter: topic };
const parts = { db, reader, topics, groupId: 'customer-onboarding', log: silent };
const letters = new DeadLetters(parts);
const planner = new ReplayPlanner({ ...parts, checkRules });

console.error(`writing ${count.toLocaleString('en')} letters ...`);
const writtenFrom = performance.now();
await write(settings, topic);
console.error(`written in ${((performance.now() - writtenFrom) / 1_000).toFixed(0)} s; building ...`);

const built = await measure(() => letters.rebuild('bench'));
if (built.result.letters !== count) throw new Error(`of ${count} letters the projection has ${built.result.letters}`);

print('letters', count.toLocaleString('en'));
print('build of the projection', `${Math.round(count / built.seconds).toLocaleString('en')}/s`, '≥ 10,000/s');
print('CPU of the reading process', `${(built.cpuMs / count).toFixed(3)} ms a letter`);
print('catching up with nothing new, p95', `${(await ask(() => letters.catchUp())).toFixed(1)} ms`);
const day = { since: new Date(Date.now() - 1.5 * 86_400_000), until: new Date(Date.now() - 0.3 * 86_400_000) };
const selections: [string, Selection][] = [
  ['all', { all: true }],
  ['a frequent code', { code: 'RULE_VIOLATION' }],
  ['a rare code', { code: 'OUTCOME_UNRESOLVED' }],
  ['a code nobody has', { code: 'EVENT_UNDECODABLE' }],
  ['a reason', { reason: 'rejected' }],
  ['29 hours that begin within an hour', day],
];
for (const [what, selection] of selections) {
  const groups = await ask(() => letters.groups(selection));
  const page = await ask(() => letters.list(selection, PAGE));
  print(`groups, ${what}, p95`, `${groups.toFixed(1)} ms`, '≤ 200 ms');
  print(`first page of ${PAGE}, ${what}, p95`, `${page.toFixed(1)} ms`, '≤ 200 ms');
}
for (const share of [0.1, 1]) {
  const since = failedAtOf(count - planned * share);
  const plan = await measure(() => planner.plan({ since }, { who: 'bench' }));
  const { total, forecast } = plan.result;
  if (forecast.create !== total) throw new Error(`of ${total} letters ${forecast.create} would be tried`);
  const what = `plan of ${total.toLocaleString('en')} letters`;
  print(what, `${plan.seconds.toFixed(1)} s`, share === 1 ? '≤ 10 s for 100,000' : '');
  print(`${what}, CPU of this process`, `${(plan.cpuMs / total).toFixed(3)} ms a letter`);
  print(`${what}, memory, peak`, `${plan.peakMb.toFixed(0)} MB`);
}
await reader.close();
await db.close();
await Promise.all([kafka.stop(), postgres.stop()]);
process.exit(0);
