import { type NodeProcess, spawnNode } from '#testing';
import { spawnSync } from 'node:child_process';
import { closeSync, openSync } from 'node:fs';
import { join } from 'node:path';

const MAIN = join(import.meta.dirname, '../../dist/apps/operations-cli/src/main.js');

export interface Answer {
  /** Exit status; null when a signal ended it. */
  code: number | null;
  stdout: string;
  stderr: string;
  /** The one document of `--json`. */
  // eslint-disable-next-line @typescript-eslint/no-explicit-any -- read as the JSON it is: a wrong path fails the test
  document: Record<string, any>;
}

/** Starts the built command line with these settings. */
export function startCommand(settings: Record<string, string>, ...args: string[]): Promise<NodeProcess> {
  return spawnNode(MAIN, settings, { args: [...args, '--json'] });
}

/** How it ended and what it said; throws unless that is one JSON document and nothing else. */
export async function answerOf(command: NodeProcess): Promise<Answer> {
  const { code } = await command.exited;
  await command.stop();
  const { stdout, stderr } = command;
  try {
    return { code, stdout, stderr, document: JSON.parse(stdout) as Record<string, unknown> };
  } catch (error) {
    throw new Error(`no JSON document, exit ${code}: ${stdout}${stderr}`, { cause: error });
  }
}

/** Runs `onboarding … --json` to its end. */
export async function onboarding(settings: Record<string, string>, ...args: string[]): Promise<Answer> {
  return answerOf(await startCommand(settings, ...args));
}

/** The exit status of a command whose answer meets a full disk. */
export function exitOnFullDisk(settings: Record<string, string>, ...args: string[]): number | null {
  const full = openSync('/dev/full', 'w');
  try {
    const options = {
      env: { ...process.env, ...settings },
      stdio: ['ignore', full, 'ignore'] as ['ignore', number, 'ignore'],
    };
    return spawnSync(process.execPath, [MAIN, ...args], options).status;
  } finally {
    closeSync(full);
  }
}
