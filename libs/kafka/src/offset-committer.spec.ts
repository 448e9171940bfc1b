import { describe, expect, it } from 'vitest';
import { OffsetCommitter } from './offset-committer.js';

const silent = { debug: () => undefined, info: () => undefined, warn: () => undefined, error: () => undefined };

describe('OffsetCommitter', () => {
  it('commits one request at a time and only the newest offset of each partition', async () => {
    const gate = Promise.withResolvers<void>();
    const requests: string[][] = [];
    const committer = new OffsetCommitter(async (offsets) => {
      requests.push(offsets.map(({ partition, offset }) => `${partition}:${offset}`));
      await gate.promise;
    }, silent);
    committer.note('t', 0, 1n);
    await Promise.resolve();
    await Promise.resolve();
    committer.note('t', 0, 2n);
    committer.note('t', 1, 9n);
    committer.note('t', 0, 3n);
    gate.resolve();
    await committer.flush();
    expect(requests).toEqual([['0:1'], ['0:3', '1:9']]);
  });

  it('goes on after a commit that failed', async () => {
    const requests: string[] = [];
    const committer = new OffsetCommitter(async ([first]) => {
      requests.push(String(first?.offset));
      if (requests.length === 1) throw new Error('no longer a member');
    }, silent);
    committer.note('t', 0, 1n);
    await committer.flush();
    committer.note('t', 0, 2n);
    await committer.flush();
    expect(requests).toEqual(['1', '2']);
  });

  it('drops what waits when the assignment is a new one', async () => {
    let count = 0;
    const committer = new OffsetCommitter(async () => void (count += 1), silent);
    committer.note('t', 0, 1n);
    committer.forget();
    await committer.flush();
    expect(count).toBe(0);
  });
});
