import { CommanderError } from 'commander';
import { EXIT, type Exit, tellError } from './command-error.js';
import { type Settings, settingsOfThisProcess } from './config/settings.js';
import { Output } from './output.js';
import { program } from './program.js';
import { Tools } from './tools.js';

/** Runs one command line to its end; never throws. Returns the exit status (contract 8). */
export async function run(argv: string[], readSettings: () => Settings = settingsOfThisProcess): Promise<number> {
  const out = new Output(argv.includes('--json'));
  let tools: Tools | null = null;
  const open = (): Tools => {
    if (tools !== null) return tools;
    const settings = readSettings();
    for (const warning of settings.warnings) out.note(warning);
    return (tools = new Tools(settings));
  };
  let exit: Exit = EXIT.done;
  try {
    await program({ out, tools: open, end: (other) => (exit = other) }).parseAsync(argv, { from: 'user' });
    return exit;
  } catch (error) {
    return failed(error, out);
  } finally {
    await (tools as Tools | null)?.close().catch(() => undefined);
  }
}

function failed(error: unknown, out: Output): number {
  if (error instanceof CommanderError) {
    if (error.exitCode === 0) return EXIT.done;
    // Commander has told people already, in its own words.
    const message = error.code === 'commander.help' ? 'a command is missing; see --help' : error.message;
    if (out.isJson) out.failure('USAGE', message.replace(/^error: /, ''));
    return EXIT.usage;
  }
  const { code, message, exit } = tellError(error);
  out.failure(code, message);
  return exit;
}
