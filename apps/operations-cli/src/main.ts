import { exitOfBrokenOutput } from './command-error.js';
import { run } from './run.js';

process.stdout.on('error', (error: NodeJS.ErrnoException) => process.exit(exitOfBrokenOutput(error)));
process.exit(await run(process.argv.slice(2)));
