import { execFileSync } from 'node:child_process';
import { readFileSync } from 'node:fs';

/** How the process was started; empty when there is none, also when it has ended and its parent has not noticed yet. */
export function commandLine(pid: number): string {
  try {
    if (process.platform === 'linux') return readFileSync(`/proc/${pid}/cmdline`, 'utf8');
    return execFileSync('ps', ['-o', 'command=', '-p', String(pid)], { encoding: 'utf8' });
  } catch {
    return '';
  }
}
