/** The measured situations. Each starts what it needs, drives it from outside and returns figures. */
import { OnboardingSystem, customerData, eventually, requestRecord, type WorkerProcess } from '#testing';
import { join } from 'node:path';
import { seedFinished } from './seed-ledger.ts';
import { cpuSeconds, percentile, residentMb, runScript } from './measure.ts';

export interface Parts {
  brokers: string;
  databaseUrl: string;
}

export interface Throughput {
  perSecond: number;
  limitPerSecond: number;
  limitCpuPerThousand: number;
  share: number;
  cpuPerThousand: number;
  /** Peak. */
  residentMb: number;
  /** From the last quarter of the run, by that of the second: 1 is flat. */
  residentGrowth: number;
}

export const PARTITIONS = 6;
/** Of every worker, where a situation says nothing else: the defaults, quieter, in the heap of `npm start`. */
export const SETTINGS = {
  LOG_LEVEL: 'warn',
  CREATE_CONCURRENCY_MAX: '50',
  DATABASE_POOL_MAX: '10',
  NODE_OPTIONS: '--max-semi-space-size=16 --max-old-space-size=144',
};
const LIMIT = join(import.meta.dirname, 'limit.ts');
const WARM_UP = 500;
let run = 0;

function ids(count: number, name: string): string[] {
  run += 1;
  return Array.from({ length: count }, (_, n) => `${name}${run}x${n}`);
}

async function startSystem(
  parts: Parts,
  settings: Record<string, string>,
  latencyMs: number,
): Promise<OnboardingSystem> {
  return OnboardingSystem.start({
    ...parts,
    partitions: PARTITIONS,
    settings: { ...SETTINGS, ...settings },
    simulator: { createLatency: latencyMs, readLatency: latencyMs },
  });
}

/** Events through the whole path, beside the bare limit on the same simulator right before. */
export async function throughput(
  parts: Parts,
  options: {
    latencyMs: number;
    concurrency: number;
    count: number;
    settings?: Record<string, string>;
    seededOnboardings?: number;
  },
): Promise<Throughput> {
  const { latencyMs, concurrency, count } = options;
  const settings = { CREATE_CONCURRENCY_MAX: String(concurrency), ...options.settings };
  const system = await startSystem(parts, settings, latencyMs);
  try {
    const limit = JSON.parse(
      await runScript(LIMIT, [system.simulator.url, String(count), String(concurrency), `l${run}l`]),
    ) as { perSecond: number; cpuPerThousand: number };
    const worker = await system.startWorker();
    if (options.seededOnboardings) await seedFinished(system.settings['DATABASE_URL'] ?? '', options.seededOnboardings);
    await warmUp(system);
    const figures = await timedRun(system, worker, ids(count, 'th'));
    return {
      ...figures,
      limitPerSecond: limit.perSecond,
      limitCpuPerThousand: limit.cpuPerThousand,
      share: figures.perSecond / limit.perSecond,
    };
  } finally {
    await system.stop();
  }
}

async function warmUp(system: OnboardingSystem): Promise<void> {
  await system.request(ids(WARM_UP, 'warm').map((id) => requestRecord(id)));
  await system.settled();
}

async function timedRun(
  system: OnboardingSystem,
  worker: WorkerProcess,
  correlationIds: string[],
): Promise<Pick<Throughput, 'perSecond' | 'cpuPerThousand' | 'residentMb' | 'residentGrowth'>> {
  const { pid } = worker.process;
  const before = await system.simulator.summary();
  // Frozen for less than its session while the records are written: writing them must not take its CPU.
  worker.process.freeze();
  await system.request(correlationIds.map((id) => requestRecord(id)));
  const cpuBefore = await cpuSeconds(pid);
  const startedMs = performance.now();
  worker.process.thaw();
  const residentMbs: number[] = [];
  const goal = before.tenants + correlationIds.length;
  await eventually(
    async () => {
      residentMbs.push(await residentMb(pid));
      return (await system.simulator.summary()).tenants >= goal;
    },
    { what: 'all to be created', timeoutMs: 600_000, intervalMs: 100 },
  );
  await eventually(async () => (await publishedCount(worker)) >= correlationIds.length + WARM_UP, {
    what: 'all to be published',
    intervalMs: 10,
  });
  const seconds = (performance.now() - startedMs) / 1_000;
  const after = await system.simulator.summary();
  if (after.creates - before.creates !== correlationIds.length)
    throw new Error(`${after.creates - before.creates} creates for ${correlationIds.length} events`);
  return {
    perSecond: correlationIds.length / seconds,
    cpuPerThousand: ((await cpuSeconds(pid)) - cpuBefore) / (correlationIds.length / 1_000),
    residentMb: Math.max(...residentMbs),
    residentGrowth: growthOf(residentMbs),
  };
}

function growthOf(values: number[]): number {
  const quarter = Math.max(1, Math.floor(values.length / 4));
  const mean = (some: number[]): number => some.reduce((sum, value) => sum + value, 0) / some.length;
  return mean(values.slice(-quarter)) / mean(values.slice(quarter, 2 * quarter));
}

async function publishedCount(worker: WorkerProcess): Promise<number> {
  return Number(/^onboarding_duration_seconds_count (\d+)/m.exec(await worker.metrics())?.[1] ?? 0);
}

export interface IdleLatency {
  writtenToCallP50: number;
  writtenToCallP99: number;
  answerToReadableP50: number;
  answerToReadableP99: number;
}

/** One event at a time on an idle system: when the call begins, and when CustomerCreated can be read. */
export async function idleLatency(parts: Parts, count: number): Promise<IdleLatency> {
  const system = await startSystem(parts, {}, 20);
  try {
    await system.startWorker();
    await warmUp(system);
    const readableAt = new Map<string, number>();
    const follower = await system.log.follow(system.topics.created, (record) => {
      readableAt.set(String((JSON.parse(String(record.value)) as { correlationId: string }).correlationId), Date.now());
    });
    const writtenAt = new Map<string, number>();
    for (const id of ids(count, 'idle')) {
      writtenAt.set(id, Date.now());
      await system.request([requestRecord(id)]);
      await eventually(() => readableAt.has(id), { what: `${id} to be readable`, timeoutMs: 10_000, intervalMs: 5 });
    }
    await follower.close();
    const journal = await system.simulator.journal('?operation=create');
    const byDomain = new Map(journal.map((entry) => [entry.domain?.toLowerCase(), entry]));
    const calls = [...writtenAt.keys()].map((id) => byDomain.get(customerData(id).companyProfile.domain));
    const toCall = [...writtenAt.values()].map((at, n) => (calls[n]?.startedAt ?? Number.NaN) - at);
    const toReadable = [...writtenAt.keys()].map(
      (id, n) => (readableAt.get(id) ?? Number.NaN) - (calls[n]?.endedAt ?? Number.NaN),
    );
    return {
      writtenToCallP50: percentile(toCall, 0.5),
      writtenToCallP99: percentile(toCall, 0.99),
      answerToReadableP50: percentile(toReadable, 0.5),
      answerToReadableP99: percentile(toReadable, 0.99),
    };
  } finally {
    await system.stop();
  }
}

/** One customer hangs; how long the others take from their record to their call's end, above the latency, in ms. */
export async function hungCustomer(
  parts: Parts,
  options: { latencyMs: number; seconds: number },
): Promise<{ othersP99AboveLatency: number; others: number }> {
  const system = await startSystem(parts, { PARTNER_CENTER_TIMEOUT_MS: '180000' }, options.latencyMs);
  try {
    await system.startWorker();
    await warmUp(system);
    const hung = customerData('hungcustomer').companyProfile.domain;
    await system.simulator.fault({
      match: { operation: 'create', domain: hung },
      action: { kind: 'hang', ms: options.seconds * 1_000 },
    });
    await system.request([requestRecord('hungcustomer')]);
    const writtenAt = new Map<string, number>();
    const deadline = Date.now() + options.seconds * 1_000 - 5_000;
    const names = ids(100_000, 'oth')[Symbol.iterator]();
    while (Date.now() < deadline) {
      const some = Array.from({ length: 5 }, () => names.next().value as string);
      some.forEach((id) => writtenAt.set(id, Date.now()));
      await system.request(some.map((id) => requestRecord(id)));
      await new Promise((resolve) => setTimeout(resolve, 250));
    }
    await eventually(async () => (await system.simulator.summary()).tenants >= WARM_UP + writtenAt.size, {
      what: 'the others to be created',
      timeoutMs: 30_000,
    });
    const journal = await system.simulator.journal('?operation=create');
    const endedAt = new Map(journal.map((entry) => [entry.domain?.toLowerCase(), entry.endedAt ?? Number.NaN]));
    const took = [...writtenAt].map(
      ([id, at]) => (endedAt.get(customerData(id).companyProfile.domain) ?? Number.NaN) - at,
    );
    return { othersP99AboveLatency: percentile(took, 0.99) - options.latencyMs, others: took.length };
  } finally {
    await system.stop();
  }
}

/** Kafka → ledger alone: nothing is called because a throttle is on. Records a second from the first to the last taken. */
export async function intakeOnly(
  parts: Parts,
  options: { workers: number; count: number },
): Promise<{ perSecond: number; cpuPerThousand: number }> {
  const system = await startSystem(parts, { PENDING_MAX: '10000000' }, 0);
  try {
    await system.simulator.fault({
      match: { operation: 'create' },
      times: 'forever',
      action: { kind: 'throttle', seconds: 900 },
    });
    const first = await system.startWorker();
    await system.request([requestRecord('throttled-first')]);
    await eventually(async () => (await first.readiness()).parts.partnerCenter.status === 'paused', {
      what: 'the throttle',
    });
    for (let more = 1; more < options.workers; more += 1) await system.startWorker();
    await eventually(() => system.areConsuming(), { what: 'every worker to have its partitions', timeoutMs: 30_000 });
    // Frozen for less than their session, the workers find all records at once when they are thawed.
    system.workers.forEach(({ process }) => process.freeze());
    await system.request(ids(options.count, 'in').map((id) => requestRecord(id)));
    const cpuBefore = await cpuOf(system.workers);
    system.workers.forEach(({ process }) => process.thaw());
    const perSecond = await takenPerSecond(system.workers, options.count + 1);
    return { perSecond, cpuPerThousand: ((await cpuOf(system.workers)) - cpuBefore) / (options.count / 1_000) };
  } finally {
    await system.stop();
  }
}

async function cpuOf(workers: WorkerProcess[]): Promise<number> {
  const each = await Promise.all(workers.map(({ process }) => cpuSeconds(process.pid)));
  return each.reduce((sum, seconds) => sum + seconds, 0);
}

async function takenPerSecond(workers: WorkerProcess[], goal: number): Promise<number> {
  const startedMs = performance.now();
  const taken = async (): Promise<number> =>
    (await Promise.all(workers.map(takenCount))).reduce((sum, each) => sum + each, 0);
  const before = await taken();
  await eventually(async () => (await taken()) >= goal, {
    what: 'all records to be taken',
    timeoutMs: 300_000,
    intervalMs: 50,
  });
  return (goal - before) / ((performance.now() - startedMs) / 1_000);
}

async function takenCount(worker: WorkerProcess): Promise<number> {
  const text = await worker.metrics().catch(() => '');
  return Number(/^onboarding_records_total\{result="opened"\} (\d+)/m.exec(text)?.[1] ?? 0);
}
