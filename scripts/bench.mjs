/** `npm run bench`: installs and builds what is missing, then runs bench/run.ts (which says what it takes). */
import { join } from 'node:path';
import { exitStatus, prepare, root } from './prepare.mjs';

async function main() {
  await prepare();
  return exitStatus('node', [join(root, 'bench/run.ts'), ...process.argv.slice(2)]);
}

main().then(
  (status) => process.exit(status),
  (error) => {
    console.error(error.message);
    process.exit(1);
  },
);
