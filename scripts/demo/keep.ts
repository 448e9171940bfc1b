import type { Parts } from './parts.ts';
import type { Screen } from './screen.ts';

/** Everything that runs and how to ask for a customer of one's own. */
export function printAddresses(screen: Screen, { kafka, postgres, system }: Omit<Parts, 'recipientKey'>): void {
  const { requested, created, rejected, deadLetter } = system.topics;
  const workers = system.workers.filter(({ process }) => !process.hasExited);
  const rows = [
    ['Kafka', kafka.brokers],
    ['topics', requested],
    ['', `${created}, ${rejected}`],
    ['', deadLetter],
    ['PostgreSQL', system.settings['DATABASE_URL'] ?? postgres.url],
    ['simulator', `${system.simulator.url}   its book: ${system.simulator.url}/control/summary`],
    ...workers.flatMap(({ url }, n) => [
      [`worker ${n + 1}`, `${url}/health/ready`],
      ['', `${url}/metrics`],
    ]),
  ];
  screen.line();
  screen.line(`  ${screen.colour('Still running', 'bold')}`);
  for (const [name = '', value = ''] of rows) screen.line(`    ${name.padEnd(13)}${screen.colour(value, 'cyan')}`);
  screen.line();
  screen.line('  Ask for a customer yourself, in another terminal:');
  screen.line();
  screen.line('    npm run demo -- --request                a sample, shown with what comes back');
  screen.line('    npm run demo -- --request customer.json  your own');
  screen.line();
  screen.line('  Ctrl-C ends everything.');
}
