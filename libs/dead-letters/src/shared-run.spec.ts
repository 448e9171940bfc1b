import { expect, it } from 'vitest';
import { SharedRun } from './shared-run.js';

interface Run {
  end: () => void;
  fail: () => void;
}

function sharedRun(): { runs: Run[]; shared: SharedRun<void> } {
  const runs: Run[] = [];
  const work = (): Promise<void> =>
    new Promise((resolve, reject) => runs.push({ end: resolve, fail: () => reject(new Error('no broker')) }));
  return { runs, shared: new SharedRun(work) };
}

const turn = (): Promise<void> => new Promise((resolve) => setImmediate(resolve));

it('serves all who ask while it is under way by one more run, begun after they asked', async () => {
  const { runs, shared } = sharedRun();
  const told: string[] = [];
  const ask = (name: string): Promise<unknown> => shared.join().then(() => told.push(name));
  const asked = [ask('first')];
  await turn();
  asked.push(ask('second'), ask('third'));
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
  const { runs, shared } = sharedRun();
  const first = shared.join();
  await turn();
  const second = shared.join();
  runs[0]?.fail();
  await expect(first).rejects.toThrow('no broker');
  await turn();
  runs[1]?.end();
  await second;
});
