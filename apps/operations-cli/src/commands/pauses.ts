import { readPauses } from '#ledger';
import type { Command } from 'commander';
import { examples } from '../examples.js';
import type { App } from '../app.js';

export function addPauses(program: Command, { out, tools }: App): void {
  program
    .command('pauses')
    .description('Why nothing is called at Partner Center just now, and until when.')
    .addHelpText('after', examples('pauses', 'pauses --json'))
    .action(async () => {
      const pauses = await readPauses(await tools().ledger());
      out.answer({ pauses }, () => {
        if (pauses.length === 0) return 'Partner Center is not paused.';
        const rows = pauses.map(({ kind, since, until, reason }) => [kind, since, until, reason]);
        return out.table(['kind', 'since', 'until or next probe', 'reason'], rows);
      });
    });
}
