/*
 * A hundred letters of four kinds over three days and the present hour, on two partitions. Whatever is selected, list,
 * total and groups say what a loop over the letters says.
 */
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { ErrorCode } from '#events';
import type { Group, Letter, Selection } from '../src/index.js';
import { type Desk, openDesk, writeLetters } from './support.js';

const HOUR_MS = 3_600_000;
const KINDS: { code: ErrorCode; fields: string[]; httpStatus: number | null }[] = [
  { code: 'EVENT_INVALID', fields: ['billingProfile.email'], httpStatus: null },
  { code: 'EVENT_INVALID', fields: [], httpStatus: null },
  { code: 'PARTNER_CENTER_27100', fields: ['companyProfile.domain'], httpStatus: 409 },
  { code: 'OUTCOME_UNRESOLVED', fields: [], httpStatus: null },
];

const now = Date.now();
const failures = Array.from({ length: 100 }, (_, n) => ({
  ...KINDS[(n * n) % 4]!,
  correlationId: `id-${n % 30}`,
  failedAt: new Date(now - ((n * 37) % 72) * HOUR_MS - n * 1_000).toISOString(),
}));
const at = (hoursAgo: number): Date => new Date(now - hoursAgo * HOUR_MS);

const SELECTIONS: [string, Selection, (letter: Letter) => boolean][] = [
  ['all', { all: true }, () => true],
  ['a code', { code: 'EVENT_INVALID' }, ({ code }) => code === 'EVENT_INVALID'],
  ['a code that no letter has', { code: 'EVENT_UNDECODABLE' }, () => false],
  ['a reason', { reason: 'rejected' }, ({ reason }) => reason === 'rejected'],
  ['a correlation id', { correlationId: 'id-7' }, ({ correlationId }) => correlationId === 'id-7'],
  ['since a time', { since: at(30.4) }, ({ failedAt }) => Date.parse(failedAt) >= now - 30.4 * HOUR_MS],
  ['until a time', { until: at(30.4) }, ({ failedAt }) => Date.parse(failedAt) < now - 30.4 * HOUR_MS],
  [
    'from a letter on',
    { since: new Date(failures[40]!.failedAt) },
    ({ failedAt }) => failedAt >= failures[40]!.failedAt,
  ],
  ['before a letter', { until: new Date(failures[40]!.failedAt) }, ({ failedAt }) => failedAt < failures[40]!.failedAt],
  [
    'a code between two times',
    { code: 'EVENT_INVALID', since: at(50.2), until: at(10.7) },
    ({ code, failedAt }) =>
      code === 'EVENT_INVALID' && failedAt >= at(50.2).toISOString() && failedAt < at(10.7).toISOString(),
  ],
  [
    'a few minutes within an hour',
    { since: at(0.9), until: at(0) },
    ({ failedAt }) => failedAt >= at(0.9).toISOString() && failedAt < at(0).toISOString(),
  ],
  [
    'ids',
    {
      ids: [
        { partition: 0, offset: 3n },
        { partition: 1, offset: 3n },
      ],
    },
    ({ offset }) => offset === '3',
  ],
  [
    'ids of different offsets',
    {
      ids: [
        { partition: 0, offset: 3n },
        { partition: 1, offset: 4n },
      ],
    },
    ({ id }) => id === '0:3' || id === '1:4',
  ],
  ['an id of another code', { ids: [{ partition: 0, offset: 3n }], code: 'ATTEMPTS_EXHAUSTED' }, () => false],
];

describe('a selection of letters', () => {
  let desk: Desk;
  let everything: Letter[];
  beforeAll(async () => {
    desk = await openDesk();
    await writeLetters(desk, 0, failures.slice(0, 50));
    await writeLetters(desk, 1, failures.slice(50));
    await desk.letters.catchUp();
    everything = (await desk.letters.list({ all: true }, 1_000)).letters;
  });
  afterAll(() => desk[Symbol.asyncDispose]());

  it('of all is every letter, newest first', () => {
    expect(everything.map(({ failedAt }) => failedAt)).toEqual(
      failures
        .map(({ failedAt }) => failedAt)
        .sort()
        .reverse(),
    );
  });

  it.each(SELECTIONS)('by %s is the same in list, total and groups', async (_what, selection, isSelected) => {
    const expected = everything.filter(isSelected);
    expect(await desk.letters.list(selection, 1_000)).toEqual({ total: expected.length, letters: expected });
    const { total, groups } = await desk.letters.groups(selection);
    expect(total).toBe(expected.length);
    expect(groups.map(summary).sort()).toEqual(groupsOf(expected).sort());
  });

  it('by a group is that kind alone', async () => {
    const { groups } = await desk.letters.groups({ all: true });
    for (const { fingerprint, count } of groups) {
      const { total, letters } = await desk.letters.list({ group: fingerprint }, 1_000);
      expect(total).toBe(count);
      expect(letters).toEqual(everything.filter((letter) => letter.fingerprint === fingerprint));
    }
  });

  it('counts the letters of the last 24 hours hour by hour', async () => {
    const { groups } = await desk.letters.groups({ all: true });
    const thisHour = Math.floor(Date.now() / HOUR_MS);
    for (const { fingerprint, trend } of groups) {
      const hours = everything
        .filter((letter) => letter.fingerprint === fingerprint)
        .map(({ failedAt }) => 23 - (thisHour - Math.floor(Date.parse(failedAt) / HOUR_MS)));
      expect(trend).toEqual(Array.from({ length: 24 }, (_, hour) => hours.filter((h) => h === hour).length));
    }
  });

  it('goes on after the last letter of a page until there is none, and after a letter that never was not at all', async () => {
    const selection: Selection = { code: 'EVENT_INVALID' };
    const pages: Letter[] = [];
    for (let after: string | undefined; ;) {
      const { letters } = await desk.letters.list(selection, 7, after);
      if (letters.length === 0) break;
      pages.push(...letters);
      after = letters.at(-1)?.id;
    }
    expect(pages).toEqual(everything.filter(({ code }) => code === 'EVENT_INVALID'));
    for (const after of ['9:9', 'nonsense']) expect((await desk.letters.list(selection, 7, after)).letters).toEqual([]);
  });
});

function summary({ fingerprint, code, httpStatus, fields, count, firstFailedAt, lastFailedAt }: Group): string {
  return JSON.stringify([fingerprint, code, httpStatus, fields, count, firstFailedAt, lastFailedAt]);
}

function groupsOf(letters: Letter[]): string[] {
  return [...Map.groupBy(letters, ({ fingerprint }) => fingerprint)].map(([fingerprint, of]) => {
    const times = of.map(({ failedAt }) => failedAt).sort();
    const { code, httpStatus, fields } = of[0]!;
    return JSON.stringify([fingerprint, code, httpStatus, fields, of.length, times[0], times.at(-1)]);
  });
}
