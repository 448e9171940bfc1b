/** `npm run bench`: installs and builds what is missing, then runs bench/run.ts (which says what it takes). */
import { join } from 'node:path';
import { exitStatus, prepare, root } from './prepare.mjs';

async function main() {
  await prepare();
  // kafkajs 2 sets a timer to a time that has passed; Node 24 warns of it on the terminal.
  const quiet = '--disable-warning=TimeoutNegativeWarning';
  return exitStatus('node', [quiet, join(root, 'bench/run.ts'), ...process.argv.slice(2)]);
}

main().then(
  (status) => process.exit(status),
  (error) => {
    console.error(error.message);
    process.exit(1);
  },
);
