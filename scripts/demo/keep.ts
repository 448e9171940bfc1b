import type { Parts } from './parts.ts';
import type { Screen } from './screen.ts';

/** Those in which the demo differs from the defaults. */
const OPERATORS_SETTINGS = [
  ...['KAFKA_BROKERS', 'DATABASE_URL', 'KAFKA_GROUP_ID', 'TOPIC_CUSTOMER_REQUESTED', 'TOPIC_CUSTOMER_CREATED'],
  ...['TOPIC_CUSTOMER_REJECTED', 'TOPIC_DEAD_LETTER'],
];

/** Everything that runs, how to ask for a customer of one's own and how to look at it as an operator. */
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
  screen.line('  Look at it as its operator:');
  screen.line();
  for (const name of OPERATORS_SETTINGS) screen.line(`    export ${name}='${system.settings[name] ?? ''}'`);
  screen.line('    npx onboarding dead-letters groups');
  screen.line();
  screen.line('  Ctrl-C ends everything.');
}
