import type { Selection } from './documents.js';

const MEMBERS = ['group', 'code', 'reason', 'since', 'until', 'correlationId'] as const;

/** A selection as it stands in the address of a view and in a question to the API; ids are repeated. */
export function selectionOf(query: URLSearchParams): Selection {
  const selection: Selection = {};
  for (const member of MEMBERS) {
    const value = query.get(member)?.trim();
    if (value) selection[member] = value;
  }
  const ids = query.getAll('ids');
  if (ids.length > 0) selection.ids = ids;
  return selection;
}

export function queryOf(selection: Selection): URLSearchParams {
  const query = new URLSearchParams();
  for (const member of MEMBERS) {
    const value = selection[member];
    if (value) query.set(member, value);
  }
  for (const id of selection.ids ?? []) query.append('ids', id);
  return query;
}

/** Nothing chosen means every letter; a plan wants that said. */
export function withAll(selection: Selection): Selection {
  return Object.keys(selection).length === 0 ? { all: true } : selection;
}

export function wordsOf(selection: Selection): string {
  const words = [
    selection.group && `group ${selection.group}`,
    selection.code && `code ${selection.code}`,
    selection.reason && `reason ${selection.reason}`,
    selection.since && `since ${selection.since}`,
    selection.until && `until ${selection.until}`,
    selection.correlationId && `correlation id ${selection.correlationId}`,
    selection.ids &&
      (selection.ids.length > 3 ? `${selection.ids.length} letters` : `letter ${selection.ids.join(', ')}`),
  ].filter(Boolean);
  return words.length === 0 ? 'all letters' : words.join(', ');
}
