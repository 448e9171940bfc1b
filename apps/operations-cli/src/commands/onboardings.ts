import { isUpToDateWithin } from '#dead-letters';
import {
  type Database,
  ONBOARDING_STATES,
  type OnboardingState,
  listOnboardings,
  readLetterIds,
  showOnboarding,
} from '#ledger';
import { type Command, Option } from 'commander';
import { notFound, tellError } from '../command-error.js';
import { examples } from '../examples.js';
import { duration, limit } from '../options.js';
import type { App } from '../app.js';
import { showDocument, showText } from './onboarding-view.js';
import { addResolve } from './resolve.js';

const LIST_LIMIT = 50;
const WAIT_FOR_LETTERS_MS = 15_000;

export function addOnboardings(program: Command, app: App): void {
  addShow(program, app);
  addList(program, app);
  addResolve(program, app);
}

function addShow(program: Command, { out, tools }: App): void {
  program
    .command('show')
    .description('One onboarding: its state, what happened to it, and its dead letters.')
    .argument('<correlation id>')
    .addHelpText('after', examples('show 001A000001', 'show 0f0e7c9e-32a8-4d76-8a1c-6a6f6d7b8c9d --json'))
    .action(async (correlationId: string) => {
      const db = await tools().ledger();
      // The ledger knows all but the newest letters: that is worth an answer while Kafka is away.
      let why = 'reading the topic to its end takes longer';
      const learn = (error: unknown): string => (why = tellError(error).message);
      if (!(await isUpToDateWithin(await tools().deadLetters(), WAIT_FOR_LETTERS_MS, learn))) {
        out.note(`The newest dead letters may be missing: ${why}`);
      }
      const found = await showOnboarding(db, correlationId);
      if (found === null) throw notFound(await whyUnknown(db, correlationId));
      out.answer(showDocument(found), () => showText(out, found));
    });
}

/** A record may have been refused before it became an onboarding. */
async function whyUnknown(db: Database, correlationId: string): Promise<string> {
  const letters = await readLetterIds(db, correlationId);
  if (letters.length === 0) return `There is no onboarding ${correlationId}.`;
  return `There is no onboarding ${correlationId}: it was refused before it became one. Dead letters: ${letters.join(', ')}`;
}

interface ListOptions {
  state?: OnboardingState;
  olderThan?: number;
  limit: number;
}

function addList(program: Command, { out, tools }: App): void {
  program
    .command('list')
    .description('Onboardings, the newest first.')
    .addOption(new Option('--state <state>', 'only those in this state').choices(ONBOARDING_STATES))
    .option('--older-than <duration>', 'only those in their state for longer, e.g. 90s, 15m, 12h, 7d', duration)
    .option('--limit <n>', 'how many are shown', limit, LIST_LIMIT)
    .addHelpText('after', examples('list', 'list --state held', 'list --state open --older-than 15m --limit 100'))
    .action(async ({ state, olderThan, limit: most }: ListOptions) => {
      const filter = { ...(state && { state }), ...(olderThan !== undefined && { olderThanMs: olderThan }) };
      const listed = await listOnboardings(await tools().ledger(), filter, most);
      out.answer(listed, () => {
        const rows = listed.onboardings.map((each) => [
          ...[each.correlationId, each.state, each.domain, each.since, each.attempts, each.code],
        ]);
        const count = `${listed.onboardings.length} of ${listed.total}`;
        if (rows.length === 0) return count;
        return `${out.table(['correlation id', 'state', 'domain', 'since', 'attempts', 'code'], rows)}\n\n${count}`;
      });
    });
}
