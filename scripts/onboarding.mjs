#!/usr/bin/env node
/**
 * `npx onboarding …`: the operators' command line. Started by whatever Node the host has; hands over to the Node of
 * package.json, which the built command needs. Imports only what Node brings.
 */
import { spawn } from 'node:child_process';
import { existsSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';

const root = join(dirname(fileURLToPath(import.meta.url)), '..');
const main = join(root, 'dist/apps/operations-cli/src/main.js');
const pinned = join(root, 'node_modules/.bin/node');
const SIGNALS = ['SIGINT', 'SIGTERM', 'SIGHUP'];
/** kafkajs 2 sets a timer to a time that has passed; Node 24 would warn of it on the terminal. */
const QUIET = '--disable-warning=TimeoutNegativeWarning';

function handOver(args) {
  const child = spawn(existsSync(pinned) ? pinned : process.execPath, [QUIET, main, ...args], { stdio: 'inherit' });
  // The child decides what a signal means; a terminal sends Ctrl-C to both.
  for (const signal of SIGNALS) process.on(signal, () => child.kill(signal));
  child.once('error', (error) => fail('FAILED', error.message, args));
  child.once('close', (code, signal) => {
    if (signal === null) return process.exit(code);
    for (const each of SIGNALS) process.removeAllListeners(each);
    process.kill(process.pid, signal);
  });
}

function fail(code, message, args) {
  if (args.includes('--json')) console.log(JSON.stringify({ error: { code, message } }));
  else console.error(message);
  process.exit(1);
}

const args = process.argv.slice(2);
if (existsSync(main) && existsSync(join(root, 'node_modules'))) handOver(args);
else fail('NOT_BUILT', 'The project is not built yet: run `npm ci && npm run build` first.', args);
