/** `npm run demo`, once everything is installed and built: see scripts/demo.mjs. */
import { checkAll } from './checks.ts';
import { gather } from './evidence.ts';
import { printAddresses } from './keep.ts';
import { CleanUp, type Parts, startParts } from './parts.ts';
import { play } from './play.ts';
import { publish } from './publish.ts';
import { printReport } from './report.ts';
import { noteRunning } from './running.ts';
import { Screen } from './screen.ts';
import { type Story, tellStory } from './story.ts';
import { watch } from './watch.ts';

const SIGNALS = { SIGINT: 130, SIGTERM: 143, SIGHUP: 129 } as const;
const startedMs = performance.now();
const screen = new Screen(process.stdout, process.env);
const cleanUp = new CleanUp();
const interruption = new AbortController();
/** All is shown and left running: from here on Ctrl-C is the right end. */
let isKept = false;

/** The first signal ends the demo in order, the second at once; processes end either way. */
function onSignal(name: keyof typeof SIGNALS): void {
  if (interruption.signal.aborted) process.exit(SIGNALS[name]);
  interruption.abort(SIGNALS[name]);
}

async function main(): Promise<number> {
  for (const name of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) process.on(name, () => onSignal(name));
  // A reader that went away (`| head`) ends the demo like Ctrl-C.
  process.stdout.on('error', () => onSignal('SIGHUP'));
  const interrupted = new Promise<number>((resolve) =>
    interruption.signal.addEventListener('abort', () => resolve(isKept ? 0 : Number(interruption.signal.reason))),
  );
  const shown = show();
  // When a signal came first, what the abandoned run throws meets nobody.
  shown.catch(() => undefined);
  try {
    return await Promise.race([shown, interrupted]);
  } catch (error) {
    screen.endProgress();
    screen.line(screen.colour(`The demo could not go on: ${messageOf(error)}`, 'red'));
    return 1;
  } finally {
    screen.endProgress();
    if (interruption.signal.aborted) screen.line('\nCleaning up (Ctrl-C again: at once) …');
    await cleanUp.all((reason) => screen.line(`cleaning up: ${reason}`));
  }
}

async function show(): Promise<number> {
  screen.line();
  screen.line(`  ${screen.colour('A CRM asks for customers; each gets exactly one Microsoft tenant.', 'bold')}`);
  screen.line(
    screen.colour('  Kafka, PostgreSQL and the workers are real; Microsoft is played by the simulator.', 'dim'),
  );
  screen.line();
  screen.line('  starting …');
  const progress = {
    started: (part: string, where: string) => {
      if (interruption.signal.aborted) return;
      screen.line(`  ${screen.colour('✓', 'green')} ${part.padEnd(16)}${where}`);
    },
  };
  const parts = await startParts(cleanUp, progress, interruption.signal);
  screen.line();
  const failed = await run(tellStory(), parts);
  if (failed.length > 0) {
    screen.line(screen.colour(`  FAILED: ${failed.join('; ')}`, 'red'));
    return 1;
  }
  screen.line(`  All promises kept, in ${((performance.now() - startedMs) / 1_000).toFixed(0)} s.`);
  if (process.argv.includes('--keep')) await keep(parts);
  return 0;
}

/** Plays the story and reports; returns the promises that were broken. */
async function run(story: Story, { system, recipientKey }: Parts): Promise<string[]> {
  const watcher = watch(screen, system, story.waves.flat().length);
  try {
    const played = await play(story, system, watcher, interruption.signal);
    watcher.stop();
    const evidence = await gather(system, { story, played, recipientKey });
    const checks = checkAll(evidence);
    printReport(screen, evidence, checks);
    return checks.filter(({ faults }) => faults.length > 0).map(({ promise }) => promise);
  } finally {
    watcher.stop();
  }
}

/** Leaves everything running until Ctrl-C. */
async function keep({ kafka, postgres, system }: Parts): Promise<void> {
  isKept = true;
  noteRunning({ brokers: kafka.brokers, topics: system.topics });
  printAddresses(screen, { kafka, postgres, system });
  await new Promise<void>((resolve) => interruption.signal.addEventListener('abort', () => resolve()));
}

function messageOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}

const request = process.argv.indexOf('--request');
process.exit(request === -1 ? await main() : await publish(screen, process.argv[request + 1]));
