/**
 * The projection of the dead-letter topic, as several processes write it: whatever stretches of a partition they bring and
 * in whatever order, each letter is there once and counted once, and none is left out.
 */
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import {
  type Database,
  type LetterPosition,
  type StoredLetter,
  beginLetters,
  countLetters,
  emptyLetters,
  forgetLetters,
  readLetterGroups,
  readLetterPositions,
  readLetters,
  takeLetters,
} from '../src/index.js';
import { openLedger } from './support.js';

const TOPIC = 'dead-letter';
const HOUR_MS = 3_600_000;
const MIDNIGHT_MS = Date.UTC(2026, 0, 2);
let db: Database;

beforeAll(async () => {
  db = await openLedger();
});
beforeEach(async () => {
  await emptyLetters(db);
  await beginLetters(db, TOPIC, 0, 0n);
});
afterAll(() => db.close());

function aLetter(offset: number, with_: Partial<StoredLetter> = {}): StoredLetter {
  const failedAt = new Date(MIDNIGHT_MS + offset * 1_000).toISOString();
  const partition = with_.partition ?? 0;
  return {
    ...{ id: `${partition}:${offset}`, partition, offset: String(offset), correlationId: `id-${offset}` },
    ...{ code: 'EVENT_INVALID', reason: 'invalid', message: '', fields: [], httpStatus: null, requestId: null },
    ...{ fingerprint: '0123456789abcdef', attempts: 0, replays: 0, firstFailedAt: failedAt, failedAt },
    original: { topic: 'requests', partition: 0, offset: String(offset), timestamp: 0 },
    ...{ consumerGroup: 'group', replayId: null, digest: Buffer.alloc(32, offset), bytes: 1 },
    ...with_,
  };
}

/** All letters of the offsets from `from` up to, not including, `to`. */
function take(from: number, to: number): Promise<bigint | null> {
  const letters = Array.from({ length: to - from }, (_, n) => aLetter(from + n));
  return takeLetters(db, { topic: TOPIC, partition: 0, from: BigInt(from), to: BigInt(to), letters });
}

async function shown(): Promise<{ ids: string[]; counted: number; grouped: number[] }> {
  const letters = await readLetters(db, { all: true }, { order: 'oldest-first', limit: 1_000 });
  const groups = await readLetterGroups(db, { all: true });
  const counted = await countLetters(db, { all: true });
  return { ids: letters.map(({ id }) => id), counted, grouped: groups.map(({ count }) => count) };
}

const first = (letters: number): Awaited<ReturnType<typeof shown>> => ({
  ids: Array.from({ length: letters }, (_, n) => `0:${n}`),
  counted: letters,
  grouped: letters === 0 ? [] : [letters],
});

async function positionOf(partition: number): Promise<LetterPosition | undefined> {
  return (await readLetterPositions(db)).find((position) => position.partition === partition);
}

describe('a stretch of letters', () => {
  it('that others wrote in part is written from there on', async () => {
    expect(await take(0, 3)).toBe(3n);
    expect(await take(0, 5)).toBe(5n);
    expect(await take(2, 6)).toBe(6n);
    expect(await shown()).toEqual(first(6));
  });

  it('that others wrote as a whole, and more, changes nothing', async () => {
    await take(0, 5);
    expect(await take(0, 3)).toBe(5n);
    expect(await take(2, 5)).toBe(5n);
    expect(await shown()).toEqual(first(5));
    expect((await positionOf(0))?.nextOffset).toBe(5n);
  });

  it('that begins beyond the position is refused: what lies between would never be read', async () => {
    await take(0, 2);
    expect(await take(3, 5)).toBeNull();
    expect(await shown()).toEqual(first(2));
  });

  it('of a projection that was emptied meanwhile is refused', async () => {
    await take(0, 2);
    await emptyLetters(db);
    expect(await take(2, 4)).toBeNull();
    await beginLetters(db, TOPIC, 0, 0n);
    expect(await take(2, 4)).toBeNull();
    expect(await shown()).toEqual(first(0));
  });

  it('without letters only moves the position', async () => {
    expect(await takeLetters(db, { topic: TOPIC, partition: 0, from: 0n, to: 7n, letters: [] })).toBe(7n);
    expect(await positionOf(0)).toMatchObject({ nextOffset: 7n, firstOffset: null, last: null });
    await beginLetters(db, TOPIC, 0, 0n);
    expect((await positionOf(0))?.nextOffset).toBe(7n);
  });

  it('written by many at once, cut differently by each, leaves every letter once', async () => {
    const lengths = [1, 2, 3, 5, 7, 11];
    await Promise.all(
      lengths.map(async (length) => {
        for (let from = 0; from < 60; from += length) await take(from, Math.min(from + length, 60));
      }),
    );
    expect(await shown()).toEqual(first(60));
  });
});

describe('letters that Kafka deleted', () => {
  const all = async (letters: StoredLetter[]): Promise<void> => {
    const to = BigInt(letters.at(-1)!.offset) + 1n;
    await takeLetters(db, { topic: TOPIC, partition: letters[0]!.partition, from: 0n, to, letters });
  };
  const at = (hours: number): { failedAt: string } => ({
    failedAt: new Date(MIDNIGHT_MS + hours * HOUR_MS).toISOString(),
  });

  it('are forgotten, and counts and examples are those of the letters that are left', async () => {
    await beginLetters(db, TOPIC, 1, 0n);
    await all([aLetter(0, at(0)), aLetter(1, at(0.5)), aLetter(2, at(1)), aLetter(3, at(1.5)), aLetter(4, at(2))]);
    await all([aLetter(0, { ...at(0.2), partition: 1, fingerprint: 'fedcba9876543210', code: 'RULE_VIOLATION' })]);
    expect(await forgetLetters(db, 0, 2n)).toBe(2);
    expect(await forgetLetters(db, 0, 2n)).toBe(0);
    expect(await forgetLetters(db, 1, 1n)).toBe(1);
    expect(await readLetterGroups(db, { all: true })).toMatchObject([
      { count: 3, firstFailedAt: at(1).failedAt, lastFailedAt: at(2).failedAt, example: '0:2' },
    ]);
    expect((await shown()).ids).toEqual(['0:2', '0:3', '0:4']);
    expect(await positionOf(0)).toMatchObject({ nextOffset: 5n, firstOffset: 2n });
  });
});
