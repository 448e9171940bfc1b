import { type Selection, SelectionError, parseSelection } from '#dead-letters';
import { type Command, Option } from 'commander';
import { usageError } from './command-error.js';
import { collect } from './options.js';

const REASONS = ['undecodable', 'invalid', 'rejected', 'unresolved', 'exhausted'] as const;

export interface SelectionOptions {
  all?: true;
  group?: string;
  code?: string;
  reason?: (typeof REASONS)[number];
  since?: string;
  until?: string;
  correlationId?: string;
  id?: string[];
}

/** The selection of contract 8. */
export function withSelection(command: Command): Command {
  return command
    .option('--all', 'every dead letter')
    .option('--group <fingerprint>', 'those of one group, see `dead-letters groups`')
    .option('--code <code>', 'those with this code, e.g. PARTNER_CENTER_2000')
    .addOption(new Option('--reason <reason>', 'those with this reason').choices(REASONS))
    .option('--since <time>', 'failed at this time or later (ISO 8601, with its zone)')
    .option('--until <time>', 'failed before this time')
    .option('--correlation-id <id>', 'those of one onboarding')
    .option('--id <partition:offset>', 'this one; may be given several times', collect);
}

export function selectionOf({ id, ...options }: SelectionOptions): Selection {
  const { all, group, code, reason, since, until, correlationId } = options;
  return asUsage(() => parseSelection({ all, group, code, reason, since, until, correlationId, ids: id }));
}

/** What is wrong with a selection or a letter's id is a usage error. */
export function asUsage<T>(parse: () => T): T {
  try {
    return parse();
  } catch (error) {
    if (error instanceof SelectionError) throw usageError(`The ${error.message}.`);
    throw error;
  }
}
