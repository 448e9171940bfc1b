/* Several processes look at the dead letters at once, and one of them rebuilds: each letter is shown and counted once. */
import { describe, expect, it } from 'vitest';
import type { TopicReader } from '#kafka';
import { readAudit } from '#ledger';
import { DeadLetters } from '../src/index.js';
import { anotherAt, type Desk, openDesk, writeLetters } from './support.js';

const LETTERS = 3_000;

async function openFullDesk(): Promise<Desk> {
  const desk = await openDesk();
  const letters = Array.from({ length: LETTERS / 2 }, (_, n) => ({
    correlationId: `id-${n}`,
    fields: [`field${n % 5}`],
  }));
  await writeLetters(desk, 0, letters);
  await writeLetters(desk, 1, letters);
  return desk;
}

async function counts({ letters }: Desk): Promise<{ listed: number; grouped: number; ids: number }> {
  const { total, letters: shown } = await letters.list({ all: true }, 2 * LETTERS);
  const { total: grouped } = await letters.groups({ all: true });
  return { listed: total, grouped, ids: new Set(shown.map(({ id }) => id)).size };
}

/** Which letter is the example depends on the partition that is read first. */
async function kinds({ letters }: Desk): Promise<object[]> {
  const { groups } = await letters.groups({ all: true });
  return groups.map(({ example: _example, ...kind }) => kind);
}

describe('processes that look at the dead letters at once', () => {
  it('write each letter once', async () => {
    await using desk = await openFullDesk();
    await using another = await anotherAt(desk);
    await using third = await anotherAt(desk);
    await Promise.all([desk, another, third].map(({ letters }) => letters.catchUp()));
    expect(await counts(desk)).toEqual({ listed: LETTERS, grouped: LETTERS, ids: LETTERS });
  });

  it('see all letters when they have caught up, also while another one rebuilds', async () => {
    await using desk = await openFullDesk();
    await using another = await anotherAt(desk);
    await desk.letters.catchUp();
    const rebuilding = another.letters.rebuild('ops@host');
    for (let round = 0; round < 5; round += 1) await desk.letters.catchUp();
    expect(await rebuilding).toEqual({ letters: LETTERS });
    await desk.letters.catchUp();
    expect(await counts(desk)).toEqual({ listed: LETTERS, grouped: LETTERS, ids: LETTERS });
  });

  it('see what was written before they asked, however many ask at once', async () => {
    await using desk = await openFullDesk();
    const first = desk.letters.catchUp();
    await writeLetters(desk, 0, [{ correlationId: 'late' }]);
    await Promise.all(Array.from({ length: 20 }, () => desk.letters.catchUp()));
    expect((await desk.letters.list({ correlationId: 'late' }, 10)).total).toBe(1);
    await first;
  });
});

describe('a rebuild', () => {
  it('shows what was shown, tells how far it is, and says how many letters there are', async () => {
    await using desk = await openFullDesk();
    await desk.letters.catchUp();
    const before = await kinds(desk);
    const progress: number[] = [];
    let total = 0;
    const built = await desk.letters.rebuild('ops@host', (done, of) => {
      progress.push(done);
      total = of;
    });
    expect(built).toEqual({ letters: LETTERS });
    expect(await kinds(desk)).toEqual(before);
    expect(total).toBe(LETTERS);
    expect(progress).toEqual([...progress].sort((a, b) => a - b));
    expect([progress[0], progress.at(-1)]).toEqual([0, LETTERS]);
  });

  it('is in the audit, also one that ends in its midst', async () => {
    await using desk = await openDesk();
    await writeLetters(desk, 0, [{}]);
    await desk.letters.catchUp();
    const bounds: TopicReader['bounds'] = (topic) => desk.reader.bounds(topic);
    const read: TopicReader['read'] = () => {
      throw new Error('broken off');
    };
    const letters = new DeadLetters({ ...desk.parts, reader: { bounds, read } as TopicReader });
    await expect(letters.rebuild('ops@host')).rejects.toThrow('broken off');
    expect((await desk.letters.list({ all: true }, 10)).total).toBe(0);
    const [entry] = await readAudit(desk.db, { limit: 10 });
    expect(entry).toMatchObject({ who: 'ops@host', what: 'projection rebuilt', subject: desk.topic });
  });
});
