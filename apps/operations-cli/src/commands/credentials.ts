import { eraseCredentials, readCredentials } from '#ledger';
import type { Command } from 'commander';
import { notFound } from '../command-error.js';
import { examples } from '../examples.js';
import type { App } from '../app.js';
import { operator } from '../tools.js';

export function addCredentials(program: Command, { out, tools }: App): void {
  program
    .command('credentials')
    .summary('The sealed credentials of a new tenant.')
    .description(
      'The sealed credentials of a new tenant. Only the recipient can open them. With CREDENTIALS_DELIVERY=ledger they are ' +
        'nowhere else; with event CustomerCreated carries them, and a replay announces the same event again, also after ' +
        '--erase. Who asked is written in the audit.',
    )
    .argument('<correlation id>')
    .option('--erase', 'erase this copy of them for good')
    .addHelpText('after', examples('credentials 001A000001', 'credentials 001A000001 --erase'))
    .action(async (correlationId: string, { erase }: { erase?: true }) => {
      const db = await tools().ledger();
      const missing = notFound(`No sealed credentials are kept for ${correlationId}.`);
      if (erase) {
        if (!(await eraseCredentials(db, correlationId, operator()))) throw missing;
        return out.answer({ correlationId, erased: true }, () => `The credentials of ${correlationId} are erased.`);
      }
      const sealedCredentials = await readCredentials(db, correlationId, operator());
      if (sealedCredentials === null) throw missing;
      out.answer({ correlationId, sealedCredentials }, () => sealedCredentials);
    });
}
