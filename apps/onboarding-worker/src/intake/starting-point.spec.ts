import { expect, it } from 'vitest';
import { startingPoint } from './starting-point.js';

const digest = Buffer.alloc(32);
const last = (offset: bigint) => ({ offset, timestampMs: 1, digest });
const bounds = (start: bigint, end: bigint) => ({ start, end });

it('begins at the start of the log where the ledger knows nothing', () => {
  expect(startingPoint(null, bounds(3n, 9n))).toEqual({ offset: 3n, lost: 0n });
});

it('begins with the last record taken, to see whether it is the same log', () => {
  expect(startingPoint({ nextOffset: 7n, last: last(5n) }, bounds(0n, 9n))).toEqual({ offset: 5n, lost: 0n });
  expect(startingPoint({ nextOffset: 7n, last: last(5n) }, bounds(4n, 7n))).toEqual({ offset: 5n, lost: 0n });
});

it('begins at the position where the last record taken is gone or was never there', () => {
  expect(startingPoint({ nextOffset: 7n, last: last(5n) }, bounds(6n, 9n))).toEqual({ offset: 7n, lost: 0n });
  expect(startingPoint({ nextOffset: 7n, last: null }, bounds(0n, 9n))).toEqual({ offset: 7n, lost: 0n });
});

it('counts what was deleted between the position and the start of the log', () => {
  expect(startingPoint({ nextOffset: 7n, last: last(6n) }, bounds(9n, 9n))).toEqual({ offset: 9n, lost: 2n });
});

it('begins at the start of a log that ends before the position', () => {
  expect(startingPoint({ nextOffset: 7n, last: last(6n) }, bounds(0n, 3n))).toEqual({ offset: 0n, lost: 0n });
});
