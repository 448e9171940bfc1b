import {
  type Database,
  type PlanChange,
  type PlanStatus,
  RUN_DEFAULTS,
  abortPlan,
  pausePlan,
  readPlanStatus,
  resumePlan,
  startPlan,
} from '#ledger';
import { type Command, Option } from 'commander';
import { CommandError, notFound, usageError } from '../command-error.js';
import { confirm } from '../confirm.js';
import { examples } from '../examples.js';
import { ramp, rate, share } from '../options.js';
import type { App } from '../app.js';
import { operator } from '../tools.js';
import { statusText } from './plan-view.js';
import { addPlan } from './replay-plan.js';
import { watchPlan } from './watch-plan.js';

const { ramp: RAMP, stopAt: STOP_AT } = RUN_DEFAULTS;

export function addReplay(program: Command, app: App): void {
  const replay = program
    .command('replay')
    .description('Sends dead letters to their topic again: plan first, then start; workers do the sending.');
  addPlan(replay, app);
  addStart(replay, app);
  addStatus(replay, app);
  addPause(replay, app);
  addResume(replay, app);
  addAbort(replay, app);
}

interface StartOptions {
  rate?: number;
  ramp: number[];
  stopAt: number;
  force?: true;
  yes?: true;
}

function addStart(replay: Command, app: App): void {
  const { tools } = app;
  replay
    .command('start')
    .summary('Starts a plan and shows its progress.')
    .description(
      'Starts a plan and shows its progress until it ends; Ctrl-C only stops watching. A running plan is only watched. ' +
        'A step of the ramp begins when every letter of the one before has its outcome or is held.',
    )
    .argument('<plan>')
    .option('--rate <n/s>', 'at most so many letters a second', rate)
    .addOption(
      new Option('--ramp <sizes>', 'letters of each step; the last size repeats')
        .argParser(ramp)
        .default(RAMP, RAMP.join()),
    )
    .option('--stop-at <share>', 'stop when this share was dead-lettered again; 1 for never', share, STOP_AT)
    .option('--force', 'send letters too that were replayed three times or more')
    .option('--yes', 'do not ask before it starts')
    .addHelpText(
      'after',
      examples(
        'replay start 5d3c8a52-0c1f-4d0e-9d53-0f6a2b7c1e11',
        'replay start 5d3c8a52-0c1f-4d0e-9d53-0f6a2b7c1e11 --rate 20/s --ramp 1,10,100 --stop-at 0.05 --yes',
      ),
    )
    .action(async (plan: string, options: StartOptions) => {
      const db = await tools().ledger();
      const status = await readPlanStatus(db, plan);
      if (status === null) throw unknown(plan);
      if (status.state === 'planned' && !options.yes) await askToStart(status);
      const { rate: perSecond = null, ramp: sizes, stopAt, force = false } = options;
      const run = { rate: perSecond, ramp: sizes, stopAt, force };
      tellIfUnchanged(app, mustBeDone(plan, await startPlan(db, plan, run, operator())));
      await watchPlan(app, db, plan);
    });
}

async function askToStart({ plan, waiting, nothing }: PlanStatus): Promise<void> {
  if (!process.stdin.isTTY || !process.stderr.isTTY) {
    throw usageError('There is no terminal to ask on: give --yes to start without asking.');
  }
  const rest = nothing === 0 ? '' : ` (${nothing} will not be sent)`;
  if (await confirm(`Replay ${waiting} dead letters of plan ${plan}${rest}?`)) return;
  throw new CommandError('NOT_CONFIRMED', 'Nothing was started.');
}

function addStatus(replay: Command, app: App): void {
  replay
    .command('status')
    .description('How far a plan is, and what became of its letters.')
    .argument('<plan>')
    .addHelpText('after', examples('replay status 5d3c8a52-0c1f-4d0e-9d53-0f6a2b7c1e11'))
    .action(async (plan: string) => {
      await showStatus(app, await app.tools().ledger(), plan);
    });
}

function addPause(replay: Command, app: App): void {
  replay
    .command('pause')
    .description('Sends nothing more of a running plan until it is resumed; what was sent goes on.')
    .argument('<plan>')
    .addHelpText('after', examples('replay pause 5d3c8a52-0c1f-4d0e-9d53-0f6a2b7c1e11'))
    .action(async (plan: string) => {
      const db = await app.tools().ledger();
      mustBeDone(plan, await pausePlan(db, plan, operator()));
      await showStatus(app, db, plan);
    });
}

function addResume(replay: Command, app: App): void {
  replay
    .command('resume')
    .description('Goes on with a paused or stopped plan where it was, and shows its progress until it ends.')
    .argument('<plan>')
    .addHelpText('after', examples('replay resume 5d3c8a52-0c1f-4d0e-9d53-0f6a2b7c1e11'))
    .action(async (plan: string) => {
      const db = await app.tools().ledger();
      tellIfUnchanged(app, mustBeDone(plan, await resumePlan(db, plan, operator())));
      await watchPlan(app, db, plan);
    });
}

function addAbort(replay: Command, app: App): void {
  replay
    .command('abort')
    .description('Ends a plan for good: what waits is never sent, and its letters are free for other plans.')
    .argument('<plan>')
    .addHelpText('after', examples('replay abort 5d3c8a52-0c1f-4d0e-9d53-0f6a2b7c1e11'))
    .action(async (plan: string) => {
      const db = await app.tools().ledger();
      mustBeDone(plan, await abortPlan(db, plan, operator()));
      await showStatus(app, db, plan);
    });
}

async function showStatus({ out }: App, db: Database, plan: string): Promise<void> {
  const status = await readPlanStatus(db, plan);
  if (status === null) throw unknown(plan);
  out.answer(status, () => statusText(out, status));
}

function mustBeDone(plan: string, change: PlanChange): 'changed' | 'unchanged' {
  if (change.kind === 'not-found') throw unknown(plan);
  if (change.kind === 'refused') throw new CommandError(change.code, change.message);
  return change.kind;
}

/** Whoever gave other options than those it runs with must know. */
function tellIfUnchanged({ out }: App, kind: 'changed' | 'unchanged'): void {
  if (kind === 'unchanged')
    out.note('The plan runs already, with the options it was started with: it is only watched.');
}

function unknown(plan: string): CommandError {
  return notFound(`There is no plan ${plan}.`);
}
