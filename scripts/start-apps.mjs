/**
 * Starts every built app once, as an operator would: the simulator answers; worker, console and command line name every
 * missing setting and exit with 78; with their settings worker and console get ready on real parts and drain on SIGTERM,
 * the worker also by way of `npm start`, and the command line answers. Ends with `N passed, N failed`.
 */
import { existsSync, readdirSync, realpathSync } from 'node:fs';
import { delimiter, join } from 'node:path';
import { eventually, freePort, spawnNode, startKafka, startPostgres } from '#testing';
import { descendantsOf, stillRunning } from './processes.mjs';

const root = join(import.meta.dirname, '..');
const READY_TIMEOUT_MS = 60_000;
const STOP_TIMEOUT_MS = 30_000;
const EXIT_CONFIG = 78;
const REQUIRED = {
  'onboarding-worker': [
    'KAFKA_BROKERS',
    'DATABASE_URL',
    'PARTNER_CENTER_TENANT_ID',
    'PARTNER_CENTER_CLIENT_ID',
    'PARTNER_CENTER_CLIENT_SECRET',
    'CREDENTIALS_DELIVERY',
  ],
  'operations-cli': ['KAFKA_BROKERS', 'DATABASE_URL'],
  'operations-console': ['KAFKA_BROKERS', 'DATABASE_URL', 'CONSOLE_TOKEN'],
};

const checks = {
  'partner-center-simulator': async () => {
    await withSimulator(async (url) => expectStatus(`${url}/control/healthz`, 200));
  },
  'onboarding-worker': async () => {
    await withoutSettings('onboarding-worker');
    await onRealParts((parts) =>
      withSimulator(async (simulatorUrl) => {
        await workerWithSettings({ ...parts, simulatorUrl });
        await workerByNpmStart({ ...parts, simulatorUrl });
      }),
    );
  },
  'operations-cli': async () => {
    await withoutSettings('operations-cli', ['list']);
    await onRealParts(listNothing);
  },
  'operations-console': async () => {
    await withoutSettings('operations-console');
    await onRealParts(consoleWithSettings);
  },
};

async function onRealParts(use) {
  const [kafka, postgres] = await Promise.all([startKafka(), startPostgres()]);
  try {
    await use({ kafka, postgres });
  } finally {
    await Promise.all([kafka.stop(), postgres.stop()]);
  }
}

async function withSimulator(use) {
  const port = await freePort();
  const url = `http://127.0.0.1:${port}`;
  const simulator = await spawnNode(main('partner-center-simulator'), { PORT: String(port) });
  try {
    await answers(simulator, `${url}/control/healthz`);
    await use(url);
  } finally {
    await endsWith(simulator, 0);
  }
}

async function withoutSettings(app, args = []) {
  const program = await spawnNode(main(app), {}, { args });
  const { code } = await program.exited;
  await program.stop();
  if (code !== EXIT_CONFIG) throw new Error(`without settings it exits with ${code}: ${program.stderr}`);
  const unnamed = REQUIRED[app].filter((name) => !program.stderr.includes(name));
  if (unnamed.length > 0) throw new Error(`without settings it does not name ${unnamed.join(', ')}`);
}

async function listNothing({ kafka, postgres }) {
  const env = { KAFKA_BROKERS: kafka.brokers, DATABASE_URL: await postgres.createDatabase() };
  const program = await spawnNode(main('operations-cli'), env, { args: ['list', '--json'] });
  const { code } = await program.exited;
  await program.stop();
  const answer = `${program.stdout}${program.stderr}`.trim();
  if (code !== 0 || answer !== '{"total":0,"onboardings":[]}') throw new Error(`list ended with ${code}: ${answer}`);
}

async function workerWithSettings(parts) {
  const port = await freePort();
  const worker = await spawnNode(main('onboarding-worker'), await workerSettings(parts, port));
  try {
    await answers(worker, `http://127.0.0.1:${port}/health/ready`);
    await expectStatus(`http://127.0.0.1:${port}/health/live`, 200);
    await expectStatus(`http://127.0.0.1:${port}/metrics`, 200);
  } finally {
    await endsWith(worker, 0);
  }
}

/** A supervisor's SIGTERM reaches npm only, which has to hand it on and to wait. */
async function workerByNpmStart(parts) {
  const port = await freePort();
  const options = { cwd: root, args: ['start', '--silent'] };
  const npm = await spawnNode(npmScript(), await workerSettings(parts, port), options);
  try {
    await answers(npm, `http://127.0.0.1:${port}/health/ready`);
    const worker = descendantsOf(npm.pid);
    if (worker.length === 0) throw new Error('npm start has started nothing');
    process.kill(npm.pid, 'SIGTERM');
    const isGone = () => stillRunning(worker).length === 0;
    await eventually(isGone, { what: 'the worker of npm start to end', timeoutMs: STOP_TIMEOUT_MS, intervalMs: 50 });
  } finally {
    await endsWith(npm, 0);
  }
}

async function workerSettings({ kafka, postgres, simulatorUrl }, port) {
  return {
    PORT: String(port),
    KAFKA_BROKERS: kafka.brokers,
    KAFKA_GROUP_ID: `start-apps-${port}`,
    DATABASE_URL: await postgres.createDatabase(),
    PARTNER_CENTER_BASE_URL: simulatorUrl,
    PARTNER_CENTER_AUTHORITY_URL: simulatorUrl,
    PARTNER_CENTER_TENANT_ID: '6f9c1c3e-5b5c-4d39-9f5e-0a4d3c2b1a00',
    PARTNER_CENTER_CLIENT_ID: '0d5c2f2a-7a43-4a33-8a80-1a6b5c4d3e2f',
    PARTNER_CENTER_CLIENT_SECRET: 'start-apps',
    CREDENTIALS_DELIVERY: 'discard',
  };
}

async function consoleWithSettings({ kafka, postgres }) {
  const port = await freePort();
  const token = 'a-token-of-start-apps';
  const program = await spawnNode(main('operations-console'), {
    CONSOLE_PORT: String(port),
    CONSOLE_TOKEN: token,
    KAFKA_BROKERS: kafka.brokers,
    DATABASE_URL: await postgres.createDatabase(),
  });
  try {
    const overview = `http://127.0.0.1:${port}/api/overview`;
    await answers(program, `http://127.0.0.1:${port}/health/live`);
    await expectStatus(overview, 401);
    await answers(program, overview, { authorization: `Bearer ${token}` });
  } finally {
    await endsWith(program, 0);
  }
}

function main(app) {
  return join(root, 'dist/apps', app, 'src/main.js');
}

function npmScript() {
  const names = (process.env.PATH ?? '').split(delimiter).map((folder) => join(folder, 'npm'));
  return realpathSync(names.find(existsSync));
}

async function answers(program, url, headers = {}) {
  const tryOnce = () => (program.hasExited ? true : expectStatus(url, 200, headers));
  await eventually(tryOnce, { what: url, timeoutMs: READY_TIMEOUT_MS, intervalMs: 100 });
  if (program.hasExited) throw new Error(`it ended before it was ready: ${program.stderr || program.stdout}`);
}

async function expectStatus(url, status, headers = {}) {
  const response = await fetch(url, { headers, signal: AbortSignal.timeout(5_000) });
  const body = await response.text();
  if (response.status !== status) throw new Error(`${url} answered ${response.status}: ${body.slice(0, 500)}`);
}

async function endsWith(program, code) {
  const status = await program.stop();
  if (status.code !== code) throw new Error(`SIGTERM ended it with ${status.signal ?? status.code}: ${program.stderr}`);
}

const counts = { passed: 0, failed: 0 };
for (const app of readdirSync(join(root, 'apps'))) {
  try {
    if (!(app in checks)) throw new Error('scripts/start-apps.mjs does not know how to start it');
    await checks[app]();
    console.log(`✓ ${app} starts and stops`);
    counts.passed += 1;
  } catch (error) {
    console.log(`✗ ${app}: ${error.message}`);
    counts.failed += 1;
  }
}
console.log(`\n${counts.passed} passed, ${counts.failed} failed`);
process.exitCode = counts.failed === 0 ? 0 : 1;
