/**
 * What `npm test`, `npm run demo` and `npm run bench` need before they can begin, from a fresh clone: the packages of
 * the lock file and the built apps. Runs on the host's Node (20 or newer) with nothing installed, so it imports only
 * what Node brings.
 */
import { spawn, spawnSync } from 'node:child_process';
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { delimiter, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { digestOfSources, isBuilt, rememberBuild } from './built.mjs';

export const root = fileURLToPath(new URL('..', import.meta.url));
const SIGNALS = ['SIGINT', 'SIGTERM', 'SIGHUP'];
const SAME_SIGNAL_MS = 300;
const NODE_MIN_MAJOR = 20;
const JAVA_MIN_MAJOR = 17;

/** Installs and builds what is missing. Returns the Node of package.json, which everything else has to run on. */
export async function prepare() {
  const missing = whatIsMissing();
  if (missing) throw new Error(missing);
  if (!isInstalled()) {
    console.log('installing packages (npm ci, a minute or two) …');
    await run('npm', ['ci', '--no-audit', '--no-fund', '--loglevel=error']);
  }
  if (!isBuilt(root)) {
    console.log('building …');
    const sources = digestOfSources(root);
    await run('npm', ['run', '--silent', 'build']);
    rememberBuild(root, sources);
  }
  return join(root, 'node_modules/.bin/node');
}

/** Runs a command to its end with our output; Ctrl-C reaches it too. Throws unless it exits with 0. */
export async function run(command, args, env = {}) {
  const status = await exitStatus(command, args, env);
  if (status !== 0) throw new Error(`${[command, ...args].join(' ')} ended with ${status}`);
}

/**
 * The exit code of a command, or the name of the signal that ended it. Programs of node_modules go first. It leads a
 * process group of its own, so that a signal reaches all it started, wherever the signal came from: the terminal, npm
 * or a supervisor. What the command does with it, cleaning up for some seconds, is waited for. npm passes Ctrl-C on
 * although the terminal has sent it here too: that counts once.
 */
export function exitStatus(command, args, env = {}) {
  const PATH = [join(root, 'node_modules/.bin'), process.env.PATH].join(delimiter);
  const stdio = ['ignore', 'inherit', 'inherit'];
  const child = spawn(command, args, { cwd: root, stdio, detached: true, env: { ...process.env, PATH, ...env } });
  let forwardedAtMs = Number.NEGATIVE_INFINITY;
  const forward = (signal) => {
    if (performance.now() - forwardedAtMs < SAME_SIGNAL_MS) return;
    forwardedAtMs = performance.now();
    try {
      process.kill(-child.pid, signal);
    } catch {
      // It never began, or has just ended.
    }
  };
  for (const signal of SIGNALS) process.on(signal, forward);
  return new Promise((resolve, reject) => {
    child.once('error', reject);
    child.once('close', (code, signal) => resolve(signal ?? code));
  }).finally(() => {
    for (const signal of SIGNALS) process.off(signal, forward);
  });
}

/** One sentence, or undefined. */
function whatIsMissing() {
  if (Number(process.versions.node.split('.')[0]) < NODE_MIN_MAJOR) {
    return `Node ${NODE_MIN_MAJOR} or newer is needed (this is ${process.versions.node}).`;
  }
  if (process.env.KAFKA_BROKERS || hasDocker() || hasJava()) return undefined;
  return (
    'Something to run Kafka with is missing: start Docker, or install Java 17 or newer and Maven, ' +
    'or name a broker in KAFKA_BROKERS.'
  );
}

function hasDocker() {
  return spawnSync('docker', ['version', '--format', '{{.Server.Version}}'], { stdio: 'ignore' }).status === 0;
}

function hasJava() {
  const { status, stderr } = spawnSync('java', ['-version'], { encoding: 'utf8' });
  if (status !== 0 || Number(/version "(\d+)/.exec(stderr)?.[1]) < JAVA_MIN_MAJOR) return false;
  const jars = join(root, '.local/kafka');
  const hasJars = existsSync(jars) && readdirSync(jars).some((name) => !name.startsWith('draft-'));
  return hasJars || spawnSync('mvn', ['-v'], { stdio: 'ignore' }).status === 0;
}

/** npm writes down what it installed: every package of the lock file is there in that version, or is optional. */
function isInstalled() {
  const installed = packagesOf('node_modules/.package-lock.json');
  if (!installed) return false;
  return Object.entries(packagesOf('package-lock.json') ?? {}).every(([path, wanted]) => {
    if (path === '') return true;
    const found = installed[path];
    return found ? found.version === wanted.version : Boolean(wanted.optional || wanted.devOptional || wanted.peer);
  });
}

function packagesOf(lockFile) {
  try {
    return JSON.parse(readFileSync(join(root, lockFile), 'utf8')).packages;
  } catch {
    return undefined;
  }
}
