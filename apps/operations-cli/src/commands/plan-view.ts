import type { Change, PlanSummary } from '#dead-letters';
import type { PlanStatus, PlannedLetter } from '#ledger';
import type { Output } from '../output.js';

/** What an edit changes in one letter. */
export interface ShownEdit {
  id: string;
  changes: Change[];
}

const FORECASTS = ['create', 'announceAgain', 'reconcile', 'failAgain', 'nothing'] as const;
const MEANING = {
  create: 'will be tried anew',
  announceAgain: 'created already: only announced again',
  reconcile: 'unresolved: looked up first',
  failAgain: 'will fail again',
  nothing: 'will not be sent',
};

/** A plan that was made, with its first letters. */
export function planText(
  out: Output,
  { plan, total, forecast }: PlanSummary,
  { letters, edit }: { letters: PlannedLetter[]; edit: ShownEdit | null },
): string {
  const counts = FORECASTS.map((name) => [forecast[name], name, MEANING[name]]);
  const rows = letters.map(({ id, forecast: does, why }) => [id, does, why]);
  const more = total > letters.length ? `\n… and ${total - letters.length} more` : '';
  const parts = [
    `Plan ${out.styled('bold', plan)} with ${total} ${total === 1 ? 'letter' : 'letters'}`,
    out.table(['letters', 'forecast', ''], counts),
    rows.length === 0 ? null : `${out.table(['letter', 'forecast', 'why'], rows)}${more}`,
    edit && editText(out, edit),
    total === forecast.nothing ? 'Nothing of it would be sent.' : `Start it: npx onboarding replay start ${plan}`,
  ];
  return parts.filter((part) => part !== null).join('\n\n');
}

function editText(out: Output, { id, changes }: ShownEdit): string {
  if (changes.length === 0) return `The edit changes nothing in letter ${id}.`;
  const rows = changes.map((change) => [change.path, change.old, change.new]);
  return `The edit, in letter ${id}:\n${out.table(['field', 'was', 'will be'], rows)}`;
}

export function statusText(out: Output, status: PlanStatus): string {
  return out.facts([
    ['plan', status.plan],
    ['state', status.reason === null ? status.state : `${status.state}: ${status.reason}`],
    ['letters', status.total],
    ['waiting', status.waiting],
    ['sent', status.sent],
    ['open', status.open],
    ['created', status.created],
    ['announced', status.announced],
    ['failed', status.failed],
    ['nothing', status.nothing],
    ['as forecast', status.asForecast],
  ]);
}
