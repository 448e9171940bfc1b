import { expect, it } from 'vitest';
import { UpToDate } from './up-to-date.js';

interface Run {
  end: () => void;
  fail: () => void;
}

function upToDate(): { runs: Run[]; projection: UpToDate } {
  const runs: Run[] = [];
  const catchUp = (): Promise<void> =>
    new Promise((resolve, reject) => runs.push({ end: resolve, fail: () => reject(new Error('no broker')) }));
  return { runs, projection: new UpToDate({ catchUp }) };
}

const turn = (): Promise<void> => new Promise((resolve) => setImmediate(resolve));

it('serves all who ask while it is under way by one more run, begun after they asked', async () => {
  const { runs, projection } = upToDate();
  const told: string[] = [];
  const ask = (name: string): Promise<unknown> => projection.reached().then(() => told.push(name));
  const asked = [ask('first'), ask('second'), ask('third')];
  await turn();
  expect(runs).toHaveLength(1);
  runs[0]?.end();
  await turn();
  expect([runs.length, told]).toEqual([2, ['first']]);
  asked.push(ask('fourth'));
  runs[1]?.end();
  await turn();
  expect([runs.length, told]).toEqual([3, ['first', 'second', 'third']]);
  runs[2]?.end();
  await Promise.all(asked);
  void ask('fifth');
  await turn();
  expect(runs).toHaveLength(4);
});

it('tells of a failure only those whom it concerns', async () => {
  const { runs, projection } = upToDate();
  const first = projection.reached();
  const second = projection.reached();
  runs[0]?.fail();
  await expect(first).rejects.toThrow('no broker');
  await turn();
  runs[1]?.end();
  await second;
});

it('does not hold up an answer that can do without', async () => {
  const { runs, projection } = upToDate();
  expect(await projection.reachedWithin(1)).toBe(false);
  runs[0]?.end();
  await turn();
  const inTime = projection.reachedWithin(60_000);
  runs[1]?.end();
  expect(await inTime).toBe(true);
  const failing = projection.reachedWithin(60_000);
  runs[2]?.fail();
  expect(await failing).toBe(false);
});
