import { type Finding, resolveOnboarding, showOnboarding } from '#ledger';
import type { Command } from 'commander';
import { CommandError, notFound, usageError } from '../command-error.js';
import { examples } from '../examples.js';
import { tenantId } from '../options.js';
import type { App } from '../program.js';
import { operator } from '../tools.js';
import { showDocument, showText } from './onboarding-view.js';

interface ResolveOptions {
  tenant?: string;
  notCreated?: true;
}

export function addResolve(program: Command, { out, tools }: App): void {
  program
    .command('resolve')
    .summary('Settles an onboarding by hand.')
    .description(
      'Settles by hand an onboarding that is unresolved, held, or open with a call whose end is unclear: look in Partner\n' +
        'Center first whether its tenant is there. Who did it is written in the audit.',
    )
    .argument('<correlation id>')
    .option('--tenant <tenant id>', 'the tenant is there: CustomerCreated is published, without credentials', tenantId)
    .option('--not-created', 'there is no tenant: an open or held one is dead-lettered with its last code')
    .addHelpText(
      'after',
      examples('resolve 001A000001 --tenant 3c1b7c5e-0f2d-4a53-9a57-2f6d0a8a9b1c', 'resolve 001A000001 --not-created'),
    )
    .action(async (correlationId: string, options: ResolveOptions) => {
      const finding = findingOf(options);
      const { eventSource, kafka } = tools().settings;
      const db = await tools().ledger();
      const publisher = { eventSource, groupId: kafka.groupId };
      const resolved = await resolveOnboarding(db, { correlationId, finding, who: operator(), publisher });
      switch (resolved.kind) {
        case 'unknown':
          throw notFound(`There is no onboarding ${correlationId}.`);
        case 'refused':
          throw new CommandError('REFUSED', `${correlationId} cannot be settled by hand: ${resolved.why}.`);
        case 'record-needed':
          throw new CommandError('RECORD_ERASED', `The request of ${correlationId} is erased from the ledger.`);
        case 'resolved':
      }
      const found = await showOnboarding(db, correlationId);
      if (found !== null) out.answer(showDocument(found), () => showText(out, found));
    });
}

function findingOf({ tenant, notCreated }: ResolveOptions): Finding {
  if (tenant !== undefined && notCreated) throw usageError('Give either --tenant or --not-created, not both.');
  if (tenant !== undefined) return { kind: 'created', tenantId: tenant };
  if (notCreated) return { kind: 'not-created' };
  throw usageError('Say what was found: --tenant <tenant id> or --not-created.');
}
