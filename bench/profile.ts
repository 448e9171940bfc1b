/**
 * Where the worker's main thread spends its time at 20 ms and 100 calls at once: a CPU profile of the built worker, each
 * sample counted for the package or folder of ours that it is nearest to. Run after `npm run build`: npx node bench/profile.ts
 */
import { startKafka, startPostgres } from '#testing';
import { mkdtemp, readFile, readdir, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { throughput } from './scenarios.ts';

interface ProfileNode {
  id: number;
  callFrame: { functionName: string; url: string };
  children?: number[];
}

interface Profile {
  nodes: ProfileNode[];
  samples: number[];
  timeDeltas: number[];
}

const EVENTS = 20_000;
const SHOWN = 16;

const folder = await mkdtemp(join(tmpdir(), 'onboarding-profile-'));
const [kafka, postgres] = await Promise.all([startKafka(), startPostgres()]);
try {
  const settings = {
    NODE_OPTIONS: `--max-semi-space-size=16 --max-old-space-size=144 --cpu-prof --cpu-prof-dir=${folder}`,
  };
  const parts = { brokers: kafka.brokers, databaseUrl: postgres.url };
  const figures = await throughput(parts, { latencyMs: 20, concurrency: 100, count: EVENTS, settings });
  console.log(`${Math.round(figures.perSecond)}/s of ${Math.round(figures.limitPerSecond)}/s, profiled\n`);
  const [file] = (await readdir(folder)).filter((name) => name.endsWith('.cpuprofile'));
  if (file === undefined) throw new Error('the worker left no profile');
  print(JSON.parse(await readFile(join(folder, file), 'utf8')) as Profile);
} finally {
  await Promise.all([kafka.stop(), postgres.stop(), rm(folder, { recursive: true })]);
}
process.exit(0);

function print(profile: Profile): void {
  const spent = spentByPart(profile);
  const all = [...spent.values()].reduce((sum, ms) => sum + ms, 0);
  for (const [part, ms] of [...spent].sort((a, b) => b[1] - a[1]).slice(0, SHOWN)) {
    console.log(`${((ms / all) * 100).toFixed(1).padStart(5)} %  ${part}`);
  }
}

/** Milliseconds by part; the start of the process and idle time are left out. */
function spentByPart({ nodes, samples, timeDeltas }: Profile): Map<string, number> {
  const byId = new Map(nodes.map((node) => [node.id, node]));
  const parents = new Map(nodes.flatMap((node) => (node.children ?? []).map((child) => [child, node.id])));
  const parts = new Map(nodes.map((node) => [node.id, partOf(pathOf(node.id, byId, parents))]));
  const spent = new Map<string, number>();
  samples.forEach((id, n) => {
    const part = parts.get(id) ?? null;
    if (part !== null) spent.set(part, (spent.get(part) ?? 0) + (timeDeltas[n] ?? 0) / 1_000);
  });
  return spent;
}

/** The frames from a node up to the root. */
function pathOf(id: number, byId: Map<number, ProfileNode>, parents: Map<number, number>): ProfileNode['callFrame'][] {
  const frames: ProfileNode['callFrame'][] = [];
  for (let at: number | undefined = id; at !== undefined; at = parents.get(at)) {
    const node = byId.get(at);
    if (node) frames.push(node.callFrame);
  }
  return frames;
}

function partOf(frames: ProfileNode['callFrame'][]): string | null {
  const [own] = frames;
  if (own?.functionName === '(idle)') return null;
  if (own?.functionName === '(garbage collector)') return 'garbage collection';
  if (frames.some(({ functionName }) => /^(runEntryPoint|ModuleJob|wrapModuleLoad)/.test(functionName))) return null;
  for (const { url } of frames) {
    const name = /node_modules\/((?:@[^/]+\/)?[^/]+)/.exec(url)?.[1] ?? /dist\/((?:apps|libs)\/[^/]+)/.exec(url)?.[1];
    if (name !== undefined) return name;
  }
  return 'Node itself';
}
