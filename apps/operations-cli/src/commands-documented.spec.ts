import type { Command } from 'commander';
import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { Output } from './output.js';
import { program } from './program.js';

const PAGE = readFileSync(new URL('../../../docs/commands.md', import.meta.url), 'utf8');
const HELP_WIDTH = 110;

function leavesOf(command: Command): Command[] {
  return command.commands.length === 0 ? [command] : command.commands.flatMap(leavesOf);
}

function helpOf(command: Command): string {
  let help = '';
  command.configureOutput({
    writeOut: (text) => (help += text),
    getOutHelpWidth: () => HELP_WIDTH,
    getOutHasColors: () => false,
  });
  command.outputHelp();
  return help.trim();
}

describe('docs/commands.md', () => {
  const tools = (): never => {
    throw new Error('help needs no settings');
  };
  const leaves = leavesOf(program({ out: new Output(false), tools, end: () => undefined }));

  it('has the help of every command as it is printed, and of no other', () => {
    const blocks = [...PAGE.matchAll(/^```text\n(Usage: .+?)\n```$/gms)].map((found) => found[1]);
    expect(blocks).toEqual(leaves.map(helpOf));
  });

  it.each(leaves.map((leaf) => [helpOf(leaf)]))('and each help has an example: %s', (help) => {
    const name = /^Usage: (onboarding [a-z -]+[a-z])/.exec(help)?.[1] ?? '';
    expect(help).toContain(`$ npx ${name}`);
  });
});
