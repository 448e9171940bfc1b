/**
 * `npm run demo`: from a fresh clone to a report of what the system does. Installs and builds what is missing; the
 * demo itself (scripts/demo/) runs on the Node of package.json.
 */
import { join } from 'node:path';
import { exitStatus, prepare, root } from './prepare.mjs';

const HELP = `npm run demo [-- options]

Starts Kafka, PostgreSQL, a stand-in for Microsoft's Partner Center and two workers, sends some hundred requests as a
CRM would, lets go wrong what can go wrong, and reports what came of it. Exits with 1 when a promise was broken.

  --keep             leave everything running until Ctrl-C and print the addresses
  --request [FILE]   send one request (a sample, or the JSON in FILE) to a demo that was left running
  --help             this text

Kafka is the one that KAFKA_BROKERS names, else a Docker container, else a local Java process; PostgreSQL the one that
DATABASE_URL names, else a Docker container, else a local process. Everything goes away again at the end.
`;
const SIGNAL_STATUS = { SIGINT: 130, SIGTERM: 143, SIGHUP: 129, SIGKILL: 137 };

function usageFault([first, ...rest]) {
  if (first === undefined || (first === '--keep' && rest.length === 0)) return undefined;
  if (first === '--request' && rest.length <= 1) return undefined;
  return `${[first, ...rest].join(' ')} is not understood; see npm run demo -- --help`;
}

async function main(options) {
  if (options.includes('--help') || options.includes('-h')) {
    process.stdout.write(HELP);
    return 0;
  }
  const fault = usageFault(options);
  if (fault) {
    console.error(fault);
    return 2;
  }
  const node = await prepare();
  // kafkajs 2 sets a timer to a time that has passed; Node 24 warns of it on the terminal.
  const quiet = '--disable-warning=TimeoutNegativeWarning';
  const status = await exitStatus(node, [quiet, join(root, 'scripts/demo/main.ts'), ...options]);
  return SIGNAL_STATUS[status] ?? status;
}

main(process.argv.slice(2)).then(
  (status) => {
    process.exitCode = status;
  },
  (error) => {
    console.error(error.message);
    process.exitCode = 1;
  },
);
