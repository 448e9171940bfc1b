import { EditError, type JsonObject, type PlanSummary, checkPatch } from '#dead-letters';
import type { PlannedLetter } from '#ledger';
import type { Command } from 'commander';
import { readFileSync } from 'node:fs';
import { usageError } from '../command-error.js';
import { examples } from '../examples.js';
import type { Output } from '../output.js';
import type { App } from '../app.js';
import { ProgressBar } from '../progress-bar.js';
import { type SelectionOptions, selectionOf, withSelection } from '../selection-options.js';
import { operator } from '../tools.js';

const PAGE = 5_000;
const SHOWN_TO_PEOPLE = 20;

export function addPlan(replay: Command, { out, tools }: App): void {
  withSelection(replay.command('plan'))
    .summary('Freezes a selection and forecasts what its replay will do.')
    .description(
      'Freezes a selection and says of each letter what its replay will do. Sends nothing. Letters that arrive later ' +
        'are not in the plan.',
    )
    .option('--edit <file>', 'JSON merge patch (RFC 7396) for the data of every letter')
    .addHelpText(
      'after',
      examples(
        'replay plan --group 3f2a9c0d1b4e5f60',
        'replay plan --code RULE_VIOLATION --edit correction.json',
        'replay plan --id 3:42 --id 0:17',
      ),
    )
    .action(async ({ edit, ...options }: SelectionOptions & { edit?: string }) => {
      const selection = selectionOf(options);
      if (Object.keys(selection).length === 0) {
        throw usageError(
          'Say which letters: --all, or --group, --code, --reason, --since, --until, --correlation-id, --id.',
        );
      }
      const patch = edit === undefined ? null : readPatch(edit);
      const bar = new ProgressBar('planning');
      const planner = await tools().planner();
      const plan = await planner
        .plan(selection, { patch, who: operator(), onProgress: bar.show })
        .finally(() => bar.end());
      const letters: PlannedLetter[] = [];
      for (let after: number | null = 0; after !== null;) {
        const page = await planner.letters(plan.plan, out.isJson ? PAGE : SHOWN_TO_PEOPLE, after);
        letters.push(...page.letters);
        after = out.isJson ? page.next : null;
      }
      out.answer(planDocument(plan, letters), () => planText(out, plan, letters));
    });
}

function readPatch(path: string): JsonObject {
  let text: string;
  try {
    text = readFileSync(path, 'utf8');
  } catch (error) {
    throw usageError(`The file ${path} cannot be read: ${error instanceof Error ? error.message : 'unknown error'}`);
  }
  try {
    return checkPatch(JSON.parse(text));
  } catch (error) {
    if (error instanceof EditError) throw usageError(`${path}: ${error.message}.`);
    throw usageError(`${path} is no JSON.`);
  }
}

function planDocument({ plan, state, total, forecast }: PlanSummary, letters: PlannedLetter[]): object {
  return {
    plan,
    state,
    total,
    letters: letters.map(({ id, forecast: does, why }) => ({ id, forecast: does, why })),
    forecast,
  };
}

const MEANING = {
  create: 'will be tried anew',
  announceAgain: 'created already: only announced again',
  reconcile: 'unresolved: looked up first',
  failAgain: 'will fail again',
  nothing: 'will not be sent',
};

function planText(out: Output, { plan, total, forecast }: PlanSummary, letters: PlannedLetter[]): string {
  const names = ['create', 'announceAgain', 'reconcile', 'failAgain', 'nothing'] as const;
  const counts = out.table(
    ['letters', 'forecast', ''],
    names.map((name) => [forecast[name], name, MEANING[name]]),
  );
  const rows = letters.map(({ id, forecast: does, why }) => [id, does, why]);
  const more = total > letters.length ? `\n… and ${total - letters.length} more` : '';
  const list = rows.length === 0 ? '' : `\n\n${out.table(['letter', 'forecast', 'why'], rows)}${more}`;
  return `Plan ${out.styled('bold', plan)} with ${total} letters\n\n${counts}${list}\n\nStart it: npx onboarding replay start ${plan}`;
}
