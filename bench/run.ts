/**
 * `npm run bench`: the whole path and its parts on real Kafka, PostgreSQL and HTTP, everything on this machine, beside the
 * bare limit of the same run. Ratios within a run hold; absolute figures are this machine's. `--quick` measures less,
 * `--only NAME` one situation. Exits with 1 when a goal is not reached, also when only the machine was too busy for it.
 */
import { startKafka, startPostgres } from '#testing';
import { cpus, totalmem } from 'node:os';
import { parseArgs } from 'node:util';
import { hungCustomer, idleLatency, intakeOnly, PARTITIONS, SETTINGS, throughput, type Parts } from './scenarios.ts';

interface Row {
  situation: string;
  measured: string;
  goal: string;
  reached: boolean;
}

const { values } = parseArgs({ options: { quick: { type: 'boolean' }, only: { type: 'string' } } });
const isQuick = values.quick === true;

function row(situation: string, measured: string, goal: string, reached: boolean): Row {
  return { situation, measured, goal, reached };
}

async function slowApi(parts: Parts): Promise<Row[]> {
  const t = await throughput(parts, { latencyMs: 200, concurrency: 100, count: isQuick ? 2_000 : 6_000 });
  return [
    row(
      '200 ms, 100 concurrent',
      `${rate(t.perSecond)} of ${rate(t.limitPerSecond)}: ${t.share.toFixed(2)}`,
      '≥ 0.95 of the bare limit',
      t.share >= 0.95,
    ),
    row('worker CPU at 200 ms', `${t.cpuPerThousand.toFixed(2)} s per 1,000`, '≤ 0.7 s', t.cpuPerThousand <= 0.7),
  ];
}

async function fastApi(parts: Parts): Promise<Row[]> {
  const t = await throughput(parts, { latencyMs: 20, concurrency: 100, count: isQuick ? 8_000 : 20_000 });
  return [
    row(
      '20 ms, 100 concurrent',
      `${rate(t.perSecond)} of ${rate(t.limitPerSecond)}: ${t.share.toFixed(2)}`,
      '≥ 0.5 of the bare limit',
      t.share >= 0.5,
    ),
    row('worker CPU at 20 ms', `${t.cpuPerThousand.toFixed(2)} s per 1,000`, '≤ 0.5 s', t.cpuPerThousand <= 0.5),
    row('worker memory, peak', `${t.residentMb.toFixed(0)} MB`, '≤ 250 MB', t.residentMb <= 250),
  ];
}

async function hung(parts: Parts): Promise<Row[]> {
  const h = await hungCustomer(parts, { latencyMs: 200, seconds: isQuick ? 20 : 60 });
  const ms = h.othersP99AboveLatency;
  return [
    row(
      `one customer hangs, ${h.others} others, 200 ms`,
      `p99 ${ms.toFixed(0)} ms above the latency`,
      '≤ 200 ms',
      ms <= 200,
    ),
  ];
}

async function intake(parts: Parts): Promise<Row[]> {
  const count = isQuick ? 30_000 : 60_000;
  const one = await intakeOnly(parts, { workers: 1, count });
  const two = await intakeOnly(parts, { workers: 2, count });
  return [
    row(
      'intake alone, one worker',
      `${rate(one.perSecond)}, CPU ${one.cpuPerThousand.toFixed(2)} s per 1,000`,
      '≥ 8,000/s',
      one.perSecond >= 8_000,
    ),
    row(
      'intake alone, two workers',
      `${rate(two.perSecond)}, CPU ${two.cpuPerThousand.toFixed(2)} s per 1,000`,
      '≥ 10,000/s',
      two.perSecond >= 10_000,
    ),
  ];
}

async function idle(parts: Parts): Promise<Row[]> {
  const l = await idleLatency(parts, isQuick ? 40 : 150);
  return [
    row(
      'idle, 20 ms: record written → call begins',
      `p50 ${l.writtenToCallP50.toFixed(0)} ms, p99 ${l.writtenToCallP99.toFixed(0)} ms`,
      'p50 ≤ 25 ms',
      l.writtenToCallP50 <= 25,
    ),
    row(
      'idle, 20 ms: answer → CustomerCreated readable',
      `p50 ${l.answerToReadableP50.toFixed(0)} ms, p99 ${l.answerToReadableP99.toFixed(0)} ms`,
      'p50 ≤ 60 ms',
      l.answerToReadableP50 <= 60,
    ),
  ];
}

async function fullLedger(parts: Parts): Promise<Row[]> {
  const options = { latencyMs: 20, concurrency: 100, count: isQuick ? 5_000 : 10_000 };
  const seeded = isQuick ? 200_000 : 1_000_000;
  const empty = await throughput(parts, options);
  const full = await throughput(parts, { ...options, seededOnboardings: seeded });
  const slower = 1 - full.perSecond / empty.perSecond;
  const measured = `${rate(empty.perSecond)} → ${rate(full.perSecond)}: ${(slower * 100).toFixed(0)} % slower`;
  return [
    row(
      `${seeded.toLocaleString('en')} onboardings finished before, 20 ms, 100 concurrent`,
      measured,
      '≤ 10 %',
      slower <= 0.1,
    ),
  ];
}

async function memory(parts: Parts): Promise<Row[]> {
  const count = isQuick ? 20_000 : 100_000;
  const t = await throughput(parts, { latencyMs: 5, concurrency: 100, count });
  return [
    row(
      `worker memory over ${count.toLocaleString('en')} events, 5 ms, 100 concurrent`,
      `peak ${t.residentMb.toFixed(0)} MB, last quarter ${t.residentGrowth.toFixed(2)} of the second`,
      '≤ 250 MB and flat (≤ 1.10)',
      t.residentMb <= 250 && t.residentGrowth <= 1.1,
    ),
  ];
}

const SITUATIONS: Record<string, (parts: Parts) => Promise<Row[]>> = {
  slowApi,
  fastApi,
  hung,
  intake,
  idle,
  fullLedger,
  memory,
};

function rate(perSecond: number): string {
  return `${Math.round(perSecond).toLocaleString('en')}/s`;
}

function print(rows: Row[]): void {
  const columns: (keyof Row)[] = ['situation', 'measured', 'goal'];
  const widths = columns.map((name) => Math.max(name.length, ...rows.map((each) => String(each[name]).length)));
  const line = (cells: string[]): string => `| ${cells.map((cell, n) => cell.padEnd(widths[n] ?? 0)).join(' | ')} |`;
  console.log(line([...columns]) + ' reached |');
  console.log(line(widths.map((width) => '-'.repeat(width))) + ' ------- |');
  for (const each of rows)
    console.log(`${line(columns.map((name) => String(each[name])))} ${each.reached ? 'yes' : 'no'}     |`);
}

const names = values.only === undefined ? Object.keys(SITUATIONS) : values.only.split(',');
const unknown = names.filter((name) => !SITUATIONS[name]);
if (unknown.length > 0) {
  console.error(`no such situation: ${unknown.join(', ')}; there are ${Object.keys(SITUATIONS).join(', ')}`);
  process.exit(2);
}
const [kafka, postgres] = await Promise.all([startKafka(), startPostgres()]);
const machine = `${cpus().length} × ${cpus()[0]?.model ?? 'CPU'}, ${Math.round(totalmem() / 2 ** 30)} GiB`;
console.log(
  `${machine}; Node ${process.version}; Kafka: ${kafka.kind}, PostgreSQL: ${postgres.kind}; all on this machine`,
);
const settings = Object.entries(SETTINGS).map(([name, value]) => `${name}="${value}"`);
console.log(`${PARTITIONS} partitions; each worker, unless a row says otherwise: ${settings.join(' ')}\n`);
const rows: Row[] = [];
try {
  for (const name of names) {
    console.log(`measuring ${name} …`);
    rows.push(...((await SITUATIONS[name]?.({ brokers: kafka.brokers, databaseUrl: postgres.url })) ?? []));
  }
  console.log('');
  print(rows);
} finally {
  await Promise.all([kafka.stop(), postgres.stop()]);
}
process.exit(rows.every(({ reached }) => reached) ? 0 : 1);
