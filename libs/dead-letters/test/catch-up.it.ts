import { describe, expect, it } from 'vitest';
import { openDesk, writeLetters } from './support.js';

describe('catching up with the dead-letter topic', () => {
  it('shows every letter of every partition, newest first, page by page', async () => {
    await using desk = await openDesk();
    await writeLetters(desk, 0, [{ failedAt: '2026-01-01T00:00:00.000Z' }, { failedAt: '2026-01-03T00:00:00.000Z' }]);
    await writeLetters(desk, 1, [{ failedAt: '2026-01-02T00:00:00.000Z' }]);
    await desk.letters.catchUp();
    const first = await desk.letters.list({ all: true }, 2);
    expect(first.total).toBe(3);
    expect(first.letters.map(({ id }) => id)).toEqual(['0:1', '1:0']);
    const second = await desk.letters.list({ all: true }, 2, '1:0');
    expect(second.letters.map(({ id }) => id)).toEqual(['0:0']);
  });

  it('takes what was written since and nothing twice', async () => {
    await using desk = await openDesk();
    await writeLetters(desk, 0, [{}, {}]);
    await desk.letters.catchUp();
    await writeLetters(desk, 0, [{}]);
    await desk.letters.catchUp();
    await desk.letters.catchUp();
    const { total, groups } = await desk.letters.groups({ all: true });
    expect(total).toBe(3);
    expect(groups).toMatchObject([{ count: 3, code: 'EVENT_INVALID', example: '0:0' }]);
  });

  it('shows a letter with its record', async () => {
    await using desk = await openDesk();
    await writeLetters(desk, 1, [{ correlationId: 'a' }, { correlationId: 'b' }]);
    const letter = await desk.letters.show(1, 1n);
    expect(letter).toMatchObject({ id: '1:1', correlationId: 'b', key: Buffer.from('key'), value: Buffer.from('{}') });
    expect(await desk.letters.show(1, 2n)).toBeNull();
    expect(await desk.letters.show(7, 0n)).toBeNull();
  });
});
