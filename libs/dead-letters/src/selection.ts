import { isCorrelationId, normaliseCorrelationId } from '#events';
import type { LetterSelection } from '#ledger';

/** A selection as it is given on a command line or in a request: texts, none of them checked. */
export interface SelectionText {
  all?: boolean | undefined;
  group?: string | undefined;
  code?: string | undefined;
  reason?: string | undefined;
  since?: string | undefined;
  until?: string | undefined;
  correlationId?: string | undefined;
  /** `P:O` each. */
  ids?: readonly string[] | undefined;
}

/** What was given does not say which letters are meant; the message names the part and what would be right. */
export class SelectionError extends Error {
  readonly code = 'SELECTION_INVALID';
}

const FINGERPRINT = /^[0-9a-f]{16}$/;
const LETTER_ID = /^(\d{1,9}):(\d{1,18})$/;
/** A date alone is its midnight in UTC; a time says its zone, so that no machine's own zone counts. */
const INSTANT = /^\d{4}-\d\d-\d\d(T\d\d:\d\d(:\d\d(\.\d{1,9})?)?(Z|[+-]\d\d:\d\d))?$/;

/** Reads a selection (contract 8); nothing given is the empty selection. Throws a {@link SelectionError}. */
export function parseSelection(given: SelectionText): LetterSelection {
  const { all, group, code, reason, since, until, correlationId, ids } = given;
  return {
    ...(all === true && { all: true as const }),
    ...(group !== undefined && { group: fingerprintOf(group) }),
    ...(code !== undefined && { code }),
    ...(reason !== undefined && { reason }),
    ...(since !== undefined && { since: instantOf('since', since) }),
    ...(until !== undefined && { until: instantOf('until', until) }),
    ...(correlationId !== undefined && { correlationId: correlationIdOf(correlationId) }),
    ...(ids !== undefined && ids.length > 0 && { ids: ids.map(parseLetterId) }),
  };
}

/** `P:O`, partition and offset of a letter. Throws a {@link SelectionError}. */
export function parseLetterId(id: string): { partition: number; offset: bigint } {
  const [, partition, offset] = LETTER_ID.exec(id) ?? [];
  if (partition === undefined || offset === undefined) {
    throw new SelectionError('id must be <partition>:<offset> of the dead letter, e.g. 3:42');
  }
  return { partition: Number(partition), offset: BigInt(offset) };
}

/** True if nothing is selected: a list of all is harmless, a plan of all must be asked for. */
export function isEmptySelection(selection: LetterSelection): boolean {
  return Object.keys(selection).length === 0;
}

/** A selection as texts again, as it is kept with a plan and in the audit. */
export function selectionText({ since, until, ids, ...same }: LetterSelection): SelectionText {
  return {
    ...same,
    ...(since && { since: since.toISOString() }),
    ...(until && { until: until.toISOString() }),
    ...(ids && { ids: ids.map(({ partition, offset }) => `${partition}:${offset}`) }),
  };
}

function fingerprintOf(text: string): string {
  const fingerprint = text.toLowerCase();
  if (!FINGERPRINT.test(fingerprint)) throw new SelectionError('group must be a fingerprint of 16 hexadecimal digits');
  return fingerprint;
}

function correlationIdOf(text: string): string {
  if (!isCorrelationId(text)) throw new SelectionError('correlation id must be 1 to 128 printable ASCII characters');
  return normaliseCorrelationId(text);
}

function instantOf(name: 'since' | 'until', text: string): Date {
  const instant = new Date(INSTANT.test(text) ? text : Number.NaN);
  if (Number.isNaN(instant.getTime())) {
    throw new SelectionError(`${name} must be an ISO 8601 date or time with its zone, e.g. 2026-01-31T18:00:00Z`);
  }
  return instant;
}
