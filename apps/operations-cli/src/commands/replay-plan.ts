import {
  EditError,
  type JsonObject,
  type PlanSummary,
  type ReplayPlanner,
  checkPatch,
  parseLetterId,
} from '#dead-letters';
import type { PlannedLetter } from '#ledger';
import type { Command } from 'commander';
import { readFileSync } from 'node:fs';
import { usageError } from '../command-error.js';
import { examples } from '../examples.js';
import type { App } from '../app.js';
import { ProgressBar } from '../progress-bar.js';
import { type SelectionOptions, selectionOf, withSelection } from '../selection-options.js';
import { operator } from '../tools.js';
import { type ShownEdit, planText } from './plan-view.js';

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
    .action(async ({ edit: file, ...options }: SelectionOptions & { edit?: string }) => {
      const selection = selectionOf(options);
      if (Object.keys(selection).length === 0) {
        throw usageError(
          'Say which letters: --all, or --group, --code, --reason, --since, --until, --correlation-id, --id.',
        );
      }
      const patch = file === undefined ? null : readPatch(file);
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
      const edit = patch === null || out.isJson ? null : await editOf(planner, patch, letters);
      out.answer(planDocument(plan, letters), () => planText(out, plan, { letters, edit }));
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

/** What the patch changes in one letter of those that will be sent, for people to look at before they start. */
async function editOf(planner: ReplayPlanner, patch: JsonObject, letters: PlannedLetter[]): Promise<ShownEdit | null> {
  const letter = letters.find(({ forecast }) => forecast !== 'nothing');
  if (letter === undefined) return null;
  const { partition, offset } = parseLetterId(letter.id);
  const preview = await planner.previewEdit(partition, offset, patch);
  return preview && { id: letter.id, changes: preview.diff };
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
