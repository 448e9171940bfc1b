/**
 * No process outlives the run that started it. Every child has a folder `.local/run/<name>-<random>` with a record of
 * the child and of its owner. A run that ends, by itself or by a signal, ends its children; one that was killed with
 * SIGKILL cannot, so the next run reads the records, ends children whose owner is gone, and removes their folders.
 * A process counts as the recorded one only when id and start agree: ids are used again.
 */
import { chmodSync, mkdtempSync, mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { atExit } from './at-exit.js';
import { processStart } from './process-start.js';
import { localFolder } from './repository.js';

interface ProcessRecord {
  pid: number;
  start: string;
}

interface RunRecord {
  owner: ProcessRecord;
  child?: ProcessRecord;
  /** Folders outside `.local` that go with this run. */
  elsewhere: string[];
}

const runRoot = join(localFolder, 'run');
const RECORD = 'run.json';
let staleRunsEnded = false;

/** A new empty folder for one child process and its data. The first call of a process ends what killed runs left. */
export function createRunFolder(name: string, elsewhere: string[] = []): string {
  mkdirSync(runRoot, { recursive: true });
  if (!staleRunsEnded) endStaleRuns();
  staleRunsEnded = true;
  const folder = mkdtempSync(join(runRoot, `${name}-`));
  chmodSync(folder, 0o755);
  write(folder, { owner: describe(process.pid), elsewhere });
  // What fails before there is a child leaves its folder to this.
  atExit(() => removeRunFolder(folder));
  return folder;
}

export function recordChild(folder: string, pid: number): void {
  const record = read(folder);
  if (record) write(folder, { ...record, child: describe(pid) });
}

export function removeRunFolder(folder: string): void {
  for (const path of [...(read(folder)?.elsewhere ?? []), folder]) {
    rmSync(path, { recursive: true, force: true, maxRetries: 5, retryDelay: 50 });
  }
}

/** Ends the children of runs that are gone. Returns how many it ended. */
export function endStaleRuns(): number {
  let ended = 0;
  for (const name of readdirSync(runRoot)) {
    const folder = join(runRoot, name);
    const record = read(folder);
    if (!record || isRunning(record.owner)) continue;
    if (record.child && isRunning(record.child)) {
      endGroup(record.child.pid);
      ended += 1;
    }
    removeRunFolder(folder);
  }
  return ended;
}

/** SIGKILL for the child and what it started; children are leaders of their process groups. */
export function endGroup(pid: number): void {
  for (const target of [-pid, pid]) {
    try {
      process.kill(target, 'SIGKILL');
    } catch {
      // Already gone, or not a group leader: the other target hits it.
    }
  }
}

function describe(pid: number): ProcessRecord {
  return { pid, start: processStart(pid) };
}

function isRunning({ pid, start }: ProcessRecord): boolean {
  return start !== '' && processStart(pid) === start;
}

function read(folder: string): RunRecord | undefined {
  try {
    return JSON.parse(readFileSync(join(folder, RECORD), 'utf8')) as RunRecord;
  } catch {
    return undefined;
  }
}

function write(folder: string, record: RunRecord): void {
  writeFileSync(join(folder, RECORD), JSON.stringify(record));
}
