import { Command } from 'commander';
import type { App } from './app.js';
import { addCredentials } from './commands/credentials.js';
import { addDeadLetters } from './commands/dead-letters.js';
import { addOnboardings } from './commands/onboardings.js';
import { addPauses } from './commands/pauses.js';
import { addReplay } from './commands/replay.js';

/** The command line of contract 8. */
export function program(app: App): Command {
  const onboarding = new Command('onboarding')
    .description('Looks after onboardings and their dead letters.')
    .option('--json', 'one JSON document on standard output and nothing else, also on failure')
    .configureHelp({ showGlobalOptions: true })
    .configureOutput({
      writeErr: (text) => {
        if (!app.out.isJson) process.stderr.write(text);
      },
    })
    .showHelpAfterError('Add --help for what is understood.')
    .exitOverride()
    .addHelpText(
      'after',
      `
It reads KAFKA_… and DATABASE_… settings as the worker does (docs/settings.md).
Exit status: 0 done, 1 failed, 2 usage, 3 not found, 4 a plan ended early (stopped, paused, aborted), 78 settings.`,
    );
  addOnboardings(onboarding, app);
  addPauses(onboarding, app);
  addCredentials(onboarding, app);
  addDeadLetters(onboarding, app);
  addReplay(onboarding, app);
  return onboarding;
}
