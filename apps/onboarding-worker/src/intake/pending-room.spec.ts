import type { Queryable } from '#ledger';
import { describe, expect, it } from 'vitest';
import { PendingRoom } from './pending-room.js';

/** Stands for the ledger: answers the count that it has when it is asked. */
function ledger(pending: () => number): Queryable & { asked: number } {
  const db = {
    asked: 0,
    query: () => {
      db.asked += 1;
      return Promise.resolve({ rows: [{ n: String(pending()) }] });
    },
  };
  return db as unknown as Queryable & { asked: number };
}

describe('PendingRoom', () => {
  it('lets in one chunk of several that ask at once when one fills the ledger', async () => {
    const room = new PendingRoom(
      ledger(() => 0),
      100,
      () => 0,
    );
    const places = await Promise.all([room.enter(500), room.enter(500), room.enter(500)]);
    expect(places.filter((place) => place !== null)).toHaveLength(1);
  });

  it('gives back what a chunk did not open', async () => {
    const room = new PendingRoom(
      ledger(() => 40),
      100,
      () => 0,
    );
    const place = await room.enter(60);
    expect(await room.enter(1)).toBeNull();
    place?.leave(0);
    expect(await room.enter(1)).not.toBeNull();
  });

  it('counts what is opened between the question and the answer', async () => {
    let first: Awaited<ReturnType<PendingRoom['enter']>> = null;
    const db = ledger(() => {
      // Committed after the count was taken: the count does not have it.
      first?.leave(100);
      return 0;
    });
    const room = new PendingRoom(db, 100, () => 0);
    first = await room.enter(100);
    expect(await room.enter(1)).toBeNull();
  });

  it('asks seldom while a large ledger is far from full, and always when it is not', async () => {
    let nowMs = 0;
    const db = ledger(() => 0);
    const room = new PendingRoom(db, 50_000, () => nowMs);
    for (let n = 0; n < 10; n++) (await room.enter(500))?.leave(500);
    expect(db.asked).toBe(1);
    nowMs = 300;
    (await room.enter(500))?.leave(500);
    expect(db.asked).toBe(2);
    (await room.enter(500))?.leave(20_000);
    (await room.enter(500))?.leave(0);
    expect(db.asked).toBe(3);
  });

  it('asks again after a chunk whose fate is not known', async () => {
    const db = ledger(() => 0);
    const room = new PendingRoom(db, 50_000, () => 0);
    (await room.enter(500))?.leave(null);
    await room.enter(500);
    expect(db.asked).toBe(2);
  });
});
