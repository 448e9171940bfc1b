import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { type PartitionInSight, unreadOf } from './unread.js';

const at = (written: number, position: number | null, start: number, end: number): PartitionInSight => ({
  ...{ written: BigInt(written), position: position === null ? null : BigInt(position) },
  ...{ start: BigInt(start), end: BigInt(end) },
});
const nothing = { kind: 'nothing' };
const stretch = (from: number, to: number): object => ({ kind: 'stretch', from: BigInt(from), to: BigInt(to) });

describe('what intake has still to read of a partition', () => {
  it.each<[string, PartitionInSight, object]>([
    ['nothing where nothing was written', at(0, null, 0, 0), nothing],
    ['nothing behind its position', at(7, 7, 0, 9), nothing],
    ['nothing of what was deleted before it was read', at(7, 3, 7, 7), nothing],
    ['nothing of what was deleted before anything was read', at(7, null, 7, 9), nothing],
    ['what lies before its position and was there', at(7, 3, 0, 9), stretch(3, 7)],
    ['all that was there, before it has read anything', at(7, null, 2, 9), stretch(2, 7)],
    ['what is left behind a gap', at(7, 3, 5, 9), stretch(5, 7)],
    ['all of another log, which ends before its position', at(3, 900, 0, 3), stretch(0, 3)],
    ['nothing of another log that is empty', at(0, 900, 0, 0), nothing],
    ['what cannot be told while a transaction is open', at(7, 5, 0, 6), { kind: 'not-known' }],
  ])('is %s', (_, partition, expected) => {
    expect(unreadOf(partition)).toEqual(expected);
  });

  it('holds every record that intake will come to, of those that were written before', () => {
    const offset = fc.bigInt({ min: 0n, max: 12n });
    fc.assert(
      fc.property(offset, fc.option(offset), offset, offset, offset, (written, position, start, end, record) => {
        fc.pre(start <= end && record >= start && record < written);
        const isToCome = position === null || position > end || record >= position;
        const unread = unreadOf({ written, position, start, end });
        if (!isToCome || unread.kind === 'not-known') return;
        expect(unread.kind === 'stretch' && unread.from <= record && record < unread.to).toBe(true);
      }),
    );
  });
});
