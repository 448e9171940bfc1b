import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { type SelectionText, isEmptySelection, parseLetterId, parseSelection, selectionText } from './selection.js';

const GUID = '0F0E7C9E-32A8-4D76-8A1C-6A6F6D7B8C9D';

describe('a selection', () => {
  it('is read from what was given', () => {
    const given = { group: 'ABCDEF0123456789', code: 'EVENT_INVALID', reason: 'invalid', ids: ['3:42', '0:0'] };
    expect(parseSelection(given)).toEqual({
      group: 'abcdef0123456789',
      code: 'EVENT_INVALID',
      reason: 'invalid',
      ids: [
        { partition: 3, offset: 42n },
        { partition: 0, offset: 0n },
      ],
    });
  });

  it('compares a correlation id as intake does: a GUID in lower case, anything else as it is', () => {
    expect(parseSelection({ correlationId: GUID })).toEqual({ correlationId: GUID.toLowerCase() });
    expect(parseSelection({ correlationId: 'Order 7' })).toEqual({ correlationId: 'Order 7' });
  });

  it.each([
    ['2026-01-31', '2026-01-31T00:00:00.000Z'],
    ['2026-01-31T18:00Z', '2026-01-31T18:00:00.000Z'],
    ['2026-01-31T18:00:00.5+02:00', '2026-01-31T16:00:00.500Z'],
  ])('takes %s for one instant on every machine', (text, instant) => {
    expect(parseSelection({ since: text }).since?.toISOString()).toBe(instant);
    expect(parseSelection({ until: text }).until?.toISOString()).toBe(instant);
  });

  it.each<SelectionText>([
    { group: 'abc' },
    { since: '2026-01-31T18:00' },
    { until: 'yesterday' },
    { until: '2026-02-40' },
    { correlationId: '' },
    { ids: ['3'] },
    { ids: ['3:42', '-1:2'] },
  ])('that says nothing clear is refused with the name of the part: %j', (given) => {
    const name =
      Object.keys(given)[0] === 'correlationId' ? 'correlation id' : Object.keys(given)[0]!.replace('ids', 'id');
    expect(() => parseSelection(given)).toThrow(new RegExp(`^${name} must be`));
  });

  it('is empty only when nothing was given', () => {
    expect(isEmptySelection(parseSelection({ all: false, ids: [] }))).toBe(true);
    expect(isEmptySelection(parseSelection({ all: true }))).toBe(false);
    expect(isEmptySelection(parseSelection({ reason: 'invalid' }))).toBe(false);
  });

  it('is the same after it was kept as texts', () => {
    const instants = fc.date({ min: new Date('1970-01-01'), max: new Date('9999-12-31'), noInvalidDate: true });
    const ids = fc.array(fc.tuple(fc.nat(), fc.bigInt({ min: 0n, max: 10n ** 18n - 1n })), { minLength: 1 });
    fc.assert(
      fc.property(instants, instants, ids, (since, until, pairs) => {
        const selected = {
          ...{ all: true as const, group: 'abcdef0123456789', since, until },
          ids: pairs.map(([partition, offset]) => ({ partition: partition % 1_000_000_000, offset })),
        };
        expect(parseSelection(JSON.parse(JSON.stringify(selectionText(selected))) as SelectionText)).toEqual(selected);
      }),
    );
  });
});

it('an id of a letter holds every offset that Kafka gives', () => {
  expect(parseLetterId('5:900000000000000001').offset).toBe(900_000_000_000_000_001n);
});
