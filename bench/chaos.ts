import { parseArgs } from 'node:util';
import { setTimeout as delay } from 'node:timers/promises';
import {
  OnboardingSystem,
  type WorkerProcess,
  customerData,
  eventually,
  requestRecord,
  startKafka,
  startPostgres,
} from '#testing';
import { brokenPromises } from './broken-promises.ts';
import type { ChaosOptions, ChaosReport, Kill } from './chaos-report.ts';

/*
 * Many customers are asked for at once, and workers are killed with SIGKILL at random moments and started anew. At the
 * end the simulator's own book and the topics tell whether anything was made twice, lost or announced twice (P1, P2, P3).
 * Exits with 1 when so, or when work did not go on within 15 s of a kill.
 * Run after `npm run build`: npx node bench/chaos.ts --workers 2 --kills 5 --events 1000 --seed 7 [--json]
 */

const SETTLE_TIMEOUT_MS = 120_000;
const KILL_DELAY_MAX_MS = 400;

export async function runChaos(
  parts: { brokers: string; databaseUrl: string },
  options: ChaosOptions,
): Promise<ChaosReport> {
  const random = seeded(options.seed);
  const system = await OnboardingSystem.start({
    ...parts,
    settings: options.settings ?? {},
    simulator: { createLatency: options.latencyMs },
  });
  try {
    await Promise.all(Array.from({ length: options.workers }, () => system.startWorker()));
    const ids = Array.from({ length: options.events }, (_, n) => `chaos-${options.seed}-${n}`);
    const startedAt = Date.now();
    await system.request(ids.map((id) => requestRecord(id, customerData(id))));
    const moments = Array.from({ length: options.kills }, () => Math.floor(random() * 0.95 * options.events));
    const killedAt: number[] = [];
    for (const tenants of moments.sort((a, b) => a - b)) killedAt.push(await killOne(system, tenants, random));
    await system.settled(SETTLE_TIMEOUT_MS);
    const durationMs = Date.now() - startedAt;
    return {
      ...options,
      ...(await countUp(system, ids)),
      durationMs,
      killed: await lookBack(system, startedAt, killedAt),
    };
  } finally {
    await system.stop();
  }
}

/** Kills a random worker some time after `tenants` were made, and starts another in its place without waiting for it. */
async function killOne(system: OnboardingSystem, tenants: number, random: () => number): Promise<number> {
  await eventually(async () => (await system.simulator.summary()).tenants >= tenants, {
    what: `${tenants} tenants`,
    timeoutMs: SETTLE_TIMEOUT_MS,
    intervalMs: 10,
  });
  await delay(random() * KILL_DELAY_MAX_MS);
  const running = system.workers.filter(({ process }) => !process.hasExited);
  const victim: WorkerProcess = running[Math.floor(random() * running.length)]!;
  const killedAt = Date.now();
  await victim.process.kill();
  await system.startWorker({}, { untilReady: false });
  return killedAt;
}

async function countUp(
  system: OnboardingSystem,
  ids: string[],
): Promise<Pick<ChaosReport, 'tenants' | 'surplusTenants' | 'lost' | 'announcedTwice' | 'deadLetters' | 'creates'>> {
  const { tenants, surplusTenants, creates } = await system.simulator.summary();
  const created = (await system.read('created')).map(({ headers }) => headers['ce_correlationid'] ?? '');
  const dead = (await system.read('deadLetter')).map(({ headers }) => headers['dead-letter-correlation-id'] ?? '');
  const known = new Set([...created, ...dead]);
  return {
    tenants,
    surplusTenants,
    creates,
    lost: ids.filter((id) => !known.has(id)).length,
    announcedTwice: created.length - new Set(created).size,
    deadLetters: dead.length,
  };
}

async function lookBack(system: OnboardingSystem, startedAt: number, killedAt: number[]): Promise<Kill[]> {
  const creates = (await system.simulator.journal('?operation=create')).sort((a, b) => a.startedAt - b.startedAt);
  const tenants = await system.simulator.tenants();
  const firstCallAt = new Map<string | null, number>();
  for (const { requestId, startedAt: at } of creates) if (!firstCallAt.has(requestId)) firstCallAt.set(requestId, at);
  const events = (await system.read('created')).map(({ timestampMs }) => timestampMs);
  return killedAt.map((at, n) => {
    const left = tenants.filter(({ requestId }) => (firstCallAt.get(requestId) ?? 0) > at);
    return {
      atMs: at - startedAt,
      tenants: tenants.filter(({ createdAt }) => createdAt <= at).length,
      callsUnderWay: creates.filter((call) => call.startedAt <= at && (call.endedAt ?? Infinity) > at).length,
      tenantsLeft: left.length,
      untilNextTenantMs: until(
        { from: at, to: killedAt[n + 1] },
        left.map(({ createdAt }) => createdAt),
      ),
      untilNextEventMs: until({ from: at }, events),
    };
  });
}

function until({ from, to = Infinity }: { from: number; to?: number | undefined }, moments: number[]): number | null {
  const next = Math.min(...moments.filter((moment) => moment > from));
  return next < to ? Math.round(next - from) : null;
}

/** mulberry32: small, and the same everywhere for the same seed. */
function seeded(seed: number): () => number {
  let state = seed >>> 0;
  return () => {
    state = (state + 0x6d2b79f5) >>> 0;
    let t = Math.imul(state ^ (state >>> 15), state | 1);
    t ^= t + Math.imul(t ^ (t >>> 7), t | 61);
    return ((t ^ (t >>> 14)) >>> 0) / 4_294_967_296;
  };
}

async function main(): Promise<void> {
  const { values } = parseArgs({
    options: {
      workers: { type: 'string', default: '1' },
      kills: { type: 'string', default: '5' },
      events: { type: 'string', default: '1000' },
      latency: { type: 'string', default: '200' },
      seed: { type: 'string', default: String(Math.floor(Math.random() * 1_000_000)) },
      json: { type: 'boolean', default: false },
    },
  });
  const [kafka, postgres] = await Promise.all([startKafka(), startPostgres()]);
  try {
    const report = await runChaos(
      { brokers: kafka.brokers, databaseUrl: postgres.url },
      {
        workers: Number(values.workers),
        kills: Number(values.kills),
        events: Number(values.events),
        latencyMs: Number(values.latency),
        seed: Number(values.seed),
      },
    );
    const { killed, ...totals } = report;
    if (values.json) console.log(JSON.stringify(report));
    else [[totals], killed].forEach((table) => console.table(table));
    const broken = brokenPromises(report);
    for (const promise of broken) console.error(`BROKEN: ${promise}`);
    if (broken.length > 0) process.exitCode = 1;
  } finally {
    await Promise.all([kafka.stop(), postgres.stop()]);
  }
}

if (import.meta.main) await main();
