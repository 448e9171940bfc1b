import { letterDocument, parseLetterId } from '#dead-letters';
import { readOnboardingState, writeAudit } from '#ledger';
import type { Command } from 'commander';
import { notFound } from '../command-error.js';
import { examples } from '../examples.js';
import { limit } from '../options.js';
import type { App } from '../app.js';
import { ProgressBar } from '../progress-bar.js';
import { type SelectionOptions, asUsage, selectionOf, withSelection } from '../selection-options.js';
import { type Tools, operator } from '../tools.js';
import { groupDocument, groupsText, letterText, lettersText, recordDocument } from './letter-view.js';

const LIST_LIMIT = 50;

export function addDeadLetters(program: Command, app: App): void {
  const deadLetters = program
    .command('dead-letters')
    .description('Dead letters: the archive is the topic, read up to its end before every answer.');
  addList(deadLetters, app);
  addGroups(deadLetters, app);
  addShow(deadLetters, app);
  addRebuild(deadLetters, app);
}

/** The projection, brought up to the end of the topic. */
async function caughtUp(tools: Tools): ReturnType<Tools['deadLetters']> {
  const deadLetters = await tools.deadLetters();
  const bar = new ProgressBar('reading the dead letters');
  try {
    await deadLetters.catchUp(bar.show);
  } finally {
    bar.end();
  }
  return deadLetters;
}

function addList(deadLetters: Command, { out, tools }: App): void {
  withSelection(deadLetters.command('list'))
    .description('Dead letters, the newest first; without a selection all of them.')
    .option('--limit <n>', 'how many are shown', limit, LIST_LIMIT)
    .addHelpText(
      'after',
      examples('dead-letters list', 'dead-letters list --code PARTNER_CENTER_2000 --since 2026-01-31T18:00:00Z'),
    )
    .action(async ({ limit: most, ...options }: SelectionOptions & { limit: number }) => {
      const selection = selectionOf(options);
      const { total, letters } = await (await caughtUp(tools())).list(selection, most);
      out.answer({ total, letters: letters.map(letterDocument) }, () => lettersText(out, letters, total));
    });
}

function addGroups(deadLetters: Command, { out, tools }: App): void {
  withSelection(deadLetters.command('groups'))
    .description('Kinds of failure, the most frequent first: letters with the same code, status and fields.')
    .addHelpText('after', examples('dead-letters groups', 'dead-letters groups --reason rejected'))
    .action(async (options: SelectionOptions) => {
      const selection = selectionOf(options);
      const { total, groups } = await (await caughtUp(tools())).groups(selection);
      out.answer({ total, groups: groups.map(groupDocument) }, () => groupsText(out, groups, total));
    });
}

function addShow(deadLetters: Command, { out, tools }: App): void {
  deadLetters
    .command('show')
    .summary('One dead letter with its record.')
    .description(
      'One dead letter with its record. Personal data are masked unless --reveal or --json asks for them; ' +
        'who asked is written in the audit.',
    )
    .argument('<partition:offset>')
    .option('--reveal', 'show personal data too')
    .addHelpText('after', examples('dead-letters show 3:42', 'dead-letters show 3:42 --reveal'))
    .action(async (id: string, { reveal }: { reveal?: true }) => {
      const { partition, offset } = asUsage(() => parseLetterId(id));
      const letter = await (await caughtUp(tools())).show(partition, offset);
      if (letter === null) throw notFound(`There is no dead letter ${id}.`);
      const isRevealed = reveal ?? out.isJson;
      const db = await tools().ledger();
      if (isRevealed) await writeAudit(db, { who: operator(), what: 'payload shown', subject: letter.id });
      const state = letter.correlationId === null ? null : await readOnboardingState(db, letter.correlationId);
      out.answer(recordDocument(letter), () => letterText(out, letter, { isRevealed, state }));
    });
}

function addRebuild(deadLetters: Command, { out, tools }: App): void {
  deadLetters
    .command('rebuild')
    .description('Reads the whole topic again into the tables that list and groups are answered from.')
    .addHelpText('after', examples('dead-letters rebuild'))
    .action(async () => {
      const bar = new ProgressBar('reading the dead letters');
      const deadLetters = await tools().deadLetters();
      const { letters } = await deadLetters.rebuild(operator(), bar.show).finally(() => bar.end());
      out.answer({ letters }, () => `${letters} dead letters were read.`);
    });
}
