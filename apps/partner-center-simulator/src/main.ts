import { readConfig } from './config.js';
import { startSimulator } from './simulator.js';

process.on('SIGTERM', () => process.exit(0));
process.on('SIGINT', () => process.exit(0));

try {
  const { port } = await startSimulator(readConfig());
  process.stdout.write(`${JSON.stringify({ listening: port })}\n`);
} catch (error) {
  process.stderr.write(`The simulator cannot start: ${error instanceof Error ? error.message : String(error)}\n`);
  process.exit(1);
}
