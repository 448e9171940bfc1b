import { describe, expect, it } from 'vitest';
import { Given } from '../http/given.js';
import { SELECTION_MEMBERS, selectionIn } from './selection.js';

const GIVEN: Record<(typeof SELECTION_MEMBERS)[number], [given: unknown, selected: unknown]> = {
  all: ['true', true],
  group: ['ABCDEF0123456789', 'abcdef0123456789'],
  code: ['EVENT_INVALID', 'EVENT_INVALID'],
  reason: ['invalid', 'invalid'],
  since: ['2026-01-31T18:00:00Z', new Date('2026-01-31T18:00:00Z')],
  until: ['2026-02-01', new Date('2026-02-01T00:00:00Z')],
  correlationId: ['Order 7', 'Order 7'],
  ids: [['3:42'], [{ partition: 3, offset: 42n }]],
};

function selected(given: object): object {
  return selectionIn(Given.read('the selection', given, SELECTION_MEMBERS));
}

describe('a selection in a request', () => {
  it.each(SELECTION_MEMBERS)('is narrowed by its %s', (name) => {
    const [given, expected] = GIVEN[name];
    expect(selected({ [name]: given })).toEqual({ [name]: expected });
  });

  it('is empty where nothing was given', () => {
    expect(selected({})).toEqual({});
  });
});
