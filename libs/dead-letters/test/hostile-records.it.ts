/* Whatever lies on the dead-letter topic is listed, and shown byte for byte; nothing in it stops the reading. */
import { randomBytes } from 'node:crypto';
import { describe, expect, it } from 'vitest';
import { FOREIGN_CODE } from '../src/letter.js';
import { letterHeaders, openDesk } from './support.js';

const ours = Object.fromEntries(letterHeaders());

describe('a record on the dead-letter topic', () => {
  it('of 1 MB is listed and shown with all of its bytes', async () => {
    await using desk = await openDesk();
    const value = randomBytes(1_048_576);
    await desk.log.write(desk.topic, [{ key: null, value, headers: ours, partition: 0 }]);
    await desk.letters.catchUp();
    expect((await desk.letters.list({ all: true }, 10)).letters).toMatchObject([{ id: '0:0', code: 'EVENT_INVALID' }]);
    const shown = await desk.letters.show(0, 0n);
    expect(shown?.value?.equals(value)).toBe(true);
    expect(shown?.key).toBeNull();
  });

  it('keeps binary keys, tombstones and header values that are no text', async () => {
    await using desk = await openDesk();
    const headers = { ...ours, binary: Buffer.from([0, 255, 254]), twice: ['a', 'b'] };
    await desk.log.write(desk.topic, [{ key: Buffer.from([0, 1, 255]), value: null, headers, partition: 1 }]);
    const shown = await desk.letters.show(1, 0n);
    expect(shown).toMatchObject({ key: Buffer.from([0, 1, 255]), value: null, code: 'EVENT_INVALID' });
    expect(shown?.headers).toEqual(
      expect.arrayContaining([
        ['binary', Buffer.from([0, 255, 254])],
        ['twice', Buffer.from('a')],
        ['twice', Buffer.from('b')],
      ]),
    );
  });

  it('without our headers is listed as foreign between the others', async () => {
    await using desk = await openDesk();
    const empty = { key: null, value: null, headers: {}, partition: 0 };
    const hostile = {
      'dead-letter-code': Buffer.from('EVENT_INVALID\0'),
      'dead-letter-message': Buffer.from([0, 255]),
      constructor: 'x',
    };
    await desk.log.write(desk.topic, [
      empty,
      { ...empty, headers: hostile },
      {
        ...empty,
        headers: { ...ours, 'dead-letter-message': 'NUL \0 and \ud800', 'dead-letter-fields': '["\\u0000"]' },
      },
      { ...empty, headers: { ...ours, 'dead-letter-failed-at': '0000-01-01T00:00:00Z' } },
    ]);
    await desk.letters.catchUp();
    const { letters } = await desk.letters.list({ all: true }, 10);
    expect(letters.map(({ id, code }) => [id, code]).sort()).toEqual([
      ['0:0', FOREIGN_CODE],
      ['0:1', FOREIGN_CODE],
      ['0:2', 'EVENT_INVALID'],
      ['0:3', FOREIGN_CODE],
    ]);
    expect((await desk.letters.list({ code: FOREIGN_CODE }, 10)).total).toBe(3);
    expect((await desk.letters.list({ reason: 'undecodable' }, 1)).letters[0]?.original.topic).toBe(desk.topic);
  });
});
