import type { LetterSelection } from './dead-letters.js';

/** The values of one statement; `bind` returns the placeholder of the value that it adds. */
export class Bindings {
  readonly values: unknown[] = [];
  readonly bind = (value: unknown): string => `$${this.values.push(value)}`;
}

type Bind = Bindings['bind'];

const HOUR_MS = 3_600_000;

/** The condition on `dead_letter` that a selection is. */
export function conditionOf(selection: LetterSelection, bind: Bind): string {
  const { since, until, correlationId, ids } = selection;
  const conditions = [
    kindConditionOf(selection, bind),
    ...(since === undefined ? [] : [`failed_at >= ${bind(since)}`]),
    ...(until === undefined ? [] : [`failed_at < ${bind(until)}`]),
    ...(correlationId === undefined ? [] : [`correlation_id = ${bind(correlationId)}`]),
    ...(ids === undefined ? [] : [isOneOf(ids, bind)]),
  ];
  return conditions.join(' AND ');
}

/** Of a selection, what can be told by the kind of a letter: a condition on `dead_letter_group`. */
export function kindConditionOf({ group, code, reason }: LetterSelection, bind: Bind): string {
  const conditions = [
    'true',
    ...(group === undefined ? [] : [`fingerprint = ${bind(group)}`]),
    ...(code === undefined ? [] : [`code = ${bind(code)}`]),
    ...(reason === undefined ? [] : [`reason = ${bind(reason)}`]),
  ];
  return conditions.join(' AND ');
}

/**
 * A query for the selected letters by kind and hour, with the columns of `dead_letter_count`. Whole hours come from that
 * table, so that a million letters are summed in milliseconds; letters themselves are counted in the hours that `since`
 * and `until` cut, and where single onboardings or letters are named.
 */
export function countsOf(selection: LetterSelection, bind: Bind): string {
  const { since, until, correlationId, ids } = selection;
  const from = since && wholeHour(since, Math.ceil);
  const to = until && wholeHour(until, Math.floor);
  const isWithinAnHour = from !== undefined && to !== undefined && from > to;
  if (correlationId !== undefined || ids !== undefined || isWithinAnHour) return letterCounts(selection, bind);
  const parts = [hourCounts(selection, { from, to }, bind)];
  if (since && from && since < from) parts.push(letterCounts({ ...selection, until: from }, bind));
  if (until && to && to < until) parts.push(letterCounts({ ...selection, since: to }, bind));
  return parts.join(' UNION ALL ');
}

function hourCounts(
  selection: LetterSelection,
  { from, to }: { from?: Date | undefined; to?: Date | undefined },
  bind: Bind,
): string {
  const hours = [
    ...(from === undefined ? [] : [`hour >= ${bind(from)}`]),
    ...(to === undefined ? [] : [`hour < ${bind(to)}`]),
  ];
  return `SELECT c.fingerprint, hour, letters, first_failed_at, last_failed_at
            FROM dead_letter_count c JOIN dead_letter_group USING (fingerprint)
           WHERE ${[kindConditionOf(selection, bind), ...hours].join(' AND ')}`;
}

function letterCounts(selection: LetterSelection, bind: Bind): string {
  return `SELECT fingerprint, date_trunc('hour', failed_at, 'UTC') AS hour, count(*) AS letters,
                 min(failed_at) AS first_failed_at, max(failed_at) AS last_failed_at
            FROM dead_letter WHERE ${conditionOf(selection, bind)} GROUP BY 1, 2`;
}

function isOneOf(ids: { partition: number; offset: bigint }[], bind: Bind): string {
  const partitions = bind(ids.map(({ partition }) => partition));
  const offsets = bind(ids.map(({ offset }) => offset.toString()));
  return `(partition, record_offset) IN (SELECT * FROM unnest(${partitions}::int[], ${offsets}::bigint[]))`;
}

function wholeHour(time: Date, round: (hours: number) => number): Date {
  return new Date(round(time.getTime() / HOUR_MS) * HOUR_MS);
}
