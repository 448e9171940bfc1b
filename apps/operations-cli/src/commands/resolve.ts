import {
  type Database,
  type Finding,
  type ResolveOrder,
  type Resolved,
  resolveOnboarding,
  showOnboarding,
} from '#ledger';
import type { Command } from 'commander';
import { CommandError, notFound, usageError } from '../command-error.js';
import { examples } from '../examples.js';
import { tenantId } from '../options.js';
import type { App } from '../app.js';
import { type Tools, operator } from '../tools.js';
import { requestFromLetter } from './erased-request.js';
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
      'Settles by hand an onboarding that is unresolved, held, or open with a call whose end is unclear: look in Partner ' +
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
      const resolved = await resolve(tools(), db, { correlationId, finding, who: operator(), publisher });
      switch (resolved.kind) {
        case 'unknown':
          throw notFound(`There is no onboarding ${correlationId}.`);
        case 'refused':
          throw new CommandError('REFUSED', `${correlationId} cannot be settled by hand: ${resolved.why}.`);
        case 'record-needed':
          throw new CommandError(
            'RECORD_ERASED',
            `Neither the ledger nor a dead letter has the request of ${correlationId}.`,
          );
        case 'resolved':
      }
      const found = await showOnboarding(db, correlationId);
      if (found !== null) out.answer(showDocument(found), () => showText(out, found));
    });
}

/** CustomerCreated repeats the request; where the ledger has erased it, its dead letter still has it. */
async function resolve(tools: Tools, db: Database, order: ResolveOrder): Promise<Resolved> {
  const resolved = await resolveOnboarding(db, order);
  if (resolved.kind !== 'record-needed') return resolved;
  const record = await requestFromLetter(tools, order.correlationId, resolved.digest);
  return record === null ? resolved : resolveOnboarding(db, { ...order, record });
}

function findingOf({ tenant, notCreated }: ResolveOptions): Finding {
  if (tenant !== undefined && notCreated) throw usageError('Give either --tenant or --not-created, not both.');
  if (tenant !== undefined) return { kind: 'created', tenantId: tenant };
  if (notCreated) return { kind: 'not-created' };
  throw usageError('Say what was found: --tenant <tenant id> or --not-created.');
}
