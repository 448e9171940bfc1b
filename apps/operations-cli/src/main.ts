import { exitOfBrokenOutput } from './command-error.js';
import { run } from './run.js';

process.stdout.on('error', (error: NodeJS.ErrnoException) => process.exit(exitOfBrokenOutput(error)));
const exit = await run(process.argv.slice(2));
// That the last of an answer could not be written is known a tick later.
setImmediate(() => process.exit(exit));
