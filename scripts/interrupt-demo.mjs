/**
 * Presses Ctrl-C in the middle of `npm run demo`: it ends with 130, and nothing is left of it, no process, no container,
 * no folder. Ends with `N passed, N failed`.
 */
import { spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import { eventually } from '#testing';
import { descendantsOf, stillRunning } from './processes.mjs';

const root = join(import.meta.dirname, '..');
const folders = join(root, '.local/demo');
const STATUS_OF_SIGINT = 130;
/** Told while two workers are at work. */
const MIDDLE = 'throttling:';
const MIDDLE_TIMEOUT_MS = 180_000;

async function interrupt() {
  const containersBefore = containers();
  // A process group of its own: the signal goes to all of it, as from a terminal.
  const demo = spawn('npm', ['run', '--silent', 'demo'], {
    cwd: root,
    detached: true,
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  const ended = once(demo, 'close');
  let output = '';
  demo.stdout.setEncoding('utf8').on('data', (text) => (output += text));
  const isThere = () => demo.exitCode !== null || output.includes(MIDDLE);
  await eventually(isThere, { what: `the demo to tell "${MIDDLE}"`, timeoutMs: MIDDLE_TIMEOUT_MS, intervalMs: 50 });
  if (demo.exitCode !== null) throw new Error(`it ended with ${demo.exitCode} before its middle: ${output}`);
  const processes = descendantsOf(demo.pid);
  const folder = processes.map(({ pid }) => join(folders, String(pid))).find(existsSync);
  if (folder === undefined) throw new Error(`none of ${readdirSync(folders)} in ${folders} is its folder`);
  process.kill(-demo.pid, 'SIGINT');
  const [code, signal] = await ended;

  const left = stillRunning(processes).map(({ pid, command }) => `${pid} ${command}`);
  if (left.length > 0) throw new Error(`left running: ${left.join('; ')}`);
  const leftContainers = containers().filter((id) => !containersBefore.includes(id));
  if (leftContainers.length > 0) throw new Error(`left running: containers ${leftContainers.join(', ')}`);
  if (existsSync(folder)) throw new Error(`${folder} is left`);
  if (code !== STATUS_OF_SIGINT) throw new Error(`it ended with ${signal ?? code}: ${output}`);
  return processes.length;
}

/** None where there is no Docker. */
function containers() {
  return (spawnSync('docker', ['ps', '-q'], { encoding: 'utf8' }).stdout ?? '').split('\n').filter(Boolean);
}

try {
  console.log(`✓ Ctrl-C ends the demo and the ${await interrupt()} processes it had started`);
  console.log('\n1 passed, 0 failed');
} catch (error) {
  console.log(`✗ Ctrl-C in the demo: ${error.message}`);
  console.log('\n0 passed, 1 failed');
  process.exitCode = 1;
}
