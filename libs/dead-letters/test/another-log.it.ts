/*
 * The projection remembers how far it read. The topic it read is deleted and made anew, cut off, or is no longer the one
 * that is configured: what is shown is always what is on the topic.
 */
import { describe, expect, it } from 'vitest';
import { readAudit } from '#ledger';
import { eventually } from '#testing';
import { anotherAt, createTopic, type Desk, openDesk, writeLetters } from './support.js';

async function shownIds({ letters }: Desk): Promise<(string | null)[]> {
  await letters.catchUp();
  const { total, letters: shown } = await letters.list({ all: true }, 100);
  const { groups } = await letters.groups({ all: true });
  expect(total).toBe(shown.length);
  expect(groups.reduce((sum, { count }) => sum + count, 0)).toBe(shown.length);
  return shown.map(({ correlationId }) => correlationId).sort();
}

async function makeAnew({ log, topic }: Desk): Promise<void> {
  await log.remove([topic], []);
  await eventually(() => createTopic(log, topic).then(() => true), { what: 'the topic to be made anew' });
}

const named = (...names: string[]): { correlationId: string }[] => names.map((correlationId) => ({ correlationId }));

describe('a dead-letter topic', () => {
  it('that was made anew and is shorter than before is read again', async () => {
    await using desk = await openDesk();
    await writeLetters(desk, 0, named('old 1', 'old 2', 'old 3'));
    expect(await shownIds(desk)).toEqual(['old 1', 'old 2', 'old 3']);
    await makeAnew(desk);
    await writeLetters(desk, 0, named('new 1'));
    expect(await shownIds(desk)).toEqual(['new 1']);
    expect(desk.warnings).toContain('The dead-letter topic is another one or was made anew: it is read again');
  });

  it('that was made anew and is longer than before is read again', async () => {
    await using desk = await openDesk();
    await writeLetters(desk, 0, named('old 1'));
    expect(await shownIds(desk)).toEqual(['old 1']);
    await makeAnew(desk);
    await writeLetters(desk, 0, named('new 1', 'new 2'));
    expect(await shownIds(desk)).toEqual(['new 1', 'new 2']);
  });

  it('that was made anew and is as long as before is read again by the next process', async () => {
    await using desk = await openDesk();
    await writeLetters(desk, 0, named('old 1'));
    expect(await shownIds(desk)).toEqual(['old 1']);
    await makeAnew(desk);
    await writeLetters(desk, 0, named('new 1'));
    await using next = await anotherAt(desk);
    expect(await shownIds(next)).toEqual(['new 1']);
  });

  it('whose oldest letters were deleted shows the others, and its groups count only them', async () => {
    await using desk = await openDesk();
    const failedAt = ['2026-01-01T00:00:00.000Z', '2026-01-01T00:30:00.000Z', '2026-01-02T00:00:00.000Z'];
    await writeLetters(
      desk,
      0,
      failedAt.map((time, n) => ({ correlationId: `${n}`, failedAt: time })),
    );
    await writeLetters(desk, 1, [{ correlationId: 'rare', code: 'OUTCOME_UNRESOLVED' }]);
    expect(await shownIds(desk)).toEqual(['0', '1', '2', 'rare']);
    await desk.log.admin(async (admin) => {
      await admin.fetchTopicOffsets(desk.topic);
      const partitions = [
        { partition: 0, offset: '1' },
        { partition: 1, offset: '1' },
      ];
      await admin.deleteTopicRecords({ topic: desk.topic, partitions });
    });
    expect(await shownIds(desk)).toEqual(['1', '2']);
    expect((await desk.letters.groups({ all: true })).groups).toMatchObject([
      { count: 2, firstFailedAt: failedAt[1], lastFailedAt: failedAt[2], example: '0:1' },
    ]);
    expect(await desk.letters.show(0, 0n)).toBeNull();
  });

  it('that is no longer the configured one is forgotten for the one that is', async () => {
    await using desk = await openDesk();
    await writeLetters(desk, 0, named('a', 'b'));
    expect(await shownIds(desk)).toEqual(['a', 'b']);
    await createTopic(desk.log, `${desk.topic}-other`);
    await using other = await anotherAt(desk, `${desk.topic}-other`);
    await writeLetters(other, 1, named('c'));
    expect(await shownIds(other)).toEqual(['c']);
  });

  it('that was read and is gone is an error that names it, not an old list', async () => {
    await using desk = await openDesk();
    await writeLetters(desk, 0, named('a'));
    expect(await shownIds(desk)).toEqual(['a']);
    await desk.log.remove([desk.topic], []);
    await expect(desk.letters.catchUp()).rejects.toThrow(`${desk.topic} is not there any more`);
  });

  it('that was read and is gone is not rebuilt: what is known of it stays', async () => {
    await using desk = await openDesk();
    await writeLetters(desk, 0, named('a'));
    expect(await shownIds(desk)).toEqual(['a']);
    await desk.log.remove([desk.topic], []);
    await eventually(async () => (await desk.reader.bounds(desk.topic)).size === 0, { what: 'the topic to be gone' });
    await expect(desk.letters.rebuild('ops@host')).rejects.toThrow(`${desk.topic} is not there any more`);
    expect((await desk.letters.list({ all: true }, 10)).total).toBe(1);
    expect(await readAudit(desk.db, { limit: 1 })).toEqual([]);
  });

  it('that does not exist is no reason to show or to forget the letters of another one', async () => {
    await using desk = await openDesk();
    await writeLetters(desk, 0, named('a'));
    expect(await shownIds(desk)).toEqual(['a']);
    await using other = await anotherAt(desk, `${desk.topic}-missing`);
    const told = `${desk.topic}-missing is not there; the letters of this ledger are of ${desk.topic}`;
    await expect(other.letters.catchUp()).rejects.toThrow(told);
    await expect(other.letters.rebuild('ops@host')).rejects.toThrow(told);
    expect(await shownIds(desk)).toEqual(['a']);
  });

  it('that does not exist yet has no letters, and that is told once', async () => {
    await using desk = await openDesk();
    await using other = await anotherAt(desk, `${desk.topic}-missing`);
    expect(await shownIds(other)).toEqual([]);
    expect(await shownIds(other)).toEqual([]);
    expect(await other.letters.show(0, 0n)).toBeNull();
    expect(other.warnings).toEqual(['The dead-letter topic is not there: no worker has made it, or its name is wrong']);
  });
});
