import { describe, expect, it } from 'vitest';
import { eventually } from './eventually.js';

const quick = { what: 'the answer', timeoutMs: 60, intervalMs: 1 };

describe('eventually', () => {
  it('gives the value of the first try that neither throws nor is false', async () => {
    const tries = [() => Promise.reject(new Error('not yet')), () => false as const, () => 42];
    expect(await eventually(() => tries.shift()?.() ?? false, quick)).toBe(42);
    expect(tries).toEqual([]);
  });

  it('takes undefined, as an expectation gives it, for success', async () => {
    await expect(eventually(() => undefined, quick)).resolves.toBeUndefined();
  });

  it('says what it waited for and how the last try failed', async () => {
    let tries = 0;
    const failure = eventually(() => Promise.reject(new Error(`failure ${++tries}`)), quick);
    await expect(failure).rejects.toThrow(/^waited 60 ms for the answer: failure \d+$/);
    await expect(failure).rejects.toMatchObject({ cause: new Error(`failure ${tries}`) });
    expect(tries).toBeGreaterThan(1);
  });

  it('does not wait longer for a try that hangs', async () => {
    const hanging = new Promise<never>(() => undefined);
    await expect(eventually(() => hanging, quick)).rejects.toThrow(
      'waited 60 ms for the answer: it never gave an answer',
    );
  });
});
