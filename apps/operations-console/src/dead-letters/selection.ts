import { type Selection, parseSelection } from '#dead-letters';
import type { Given } from '../http/given.js';

const MAX_IDS = 1_000;
export const SELECTION_MEMBERS = ['all', 'group', 'code', 'reason', 'since', 'until', 'correlationId', 'ids'] as const;

/** The selection among the members of a query or of a body. */
export function selectionIn(given: Given): Selection {
  return parseSelection({
    all: given.boolean('all'),
    group: given.text('group'),
    code: given.text('code'),
    reason: given.text('reason'),
    since: given.text('since'),
    until: given.text('until'),
    correlationId: given.text('correlationId'),
    ids: given.texts('ids', MAX_IDS),
  });
}
