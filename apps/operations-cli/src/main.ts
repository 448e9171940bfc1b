import { run } from './run.js';

// `… | head` closes the pipe: that is no failure to tell.
process.stdout.on('error', () => process.exit(0));
process.exit(await run(process.argv.slice(2)));
