/** Where a demo that was left running (`--keep`) says how it can be reached, for `--request` in another terminal. */
import { existsSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';

export interface Running {
  brokers: string;
  topics: { requested: string; created: string; rejected: string; deadLetter: string };
}

const NOTE = 'running.json';
export const demoFolder = join(import.meta.dirname, '../../.local/demo');

export function noteRunning(running: Running): void {
  writeFileSync(join(demoFolder, String(process.pid), NOTE), JSON.stringify(running));
}

/** Undefined when no demo is left running. */
export function findRunning(): Running | undefined {
  const notes = existsSync(demoFolder) ? readdirSync(demoFolder).map((name) => join(demoFolder, name, NOTE)) : [];
  const note = notes.find((path) => existsSync(path));
  return note === undefined ? undefined : (JSON.parse(readFileSync(note, 'utf8')) as Running);
}
