import { expect, it } from 'vitest';
import { isUpToDateWithin } from './up-to-date.js';

it('does not hold up an answer that can do without the dead letters', async () => {
  const never = { catchUp: () => new Promise<void>(() => undefined) };
  expect(await isUpToDateWithin(never, 1)).toBe(false);
  expect(await isUpToDateWithin({ catchUp: () => Promise.resolve() }, 60_000)).toBe(true);
  const failing = { catchUp: () => Promise.reject(new Error('no broker')) };
  expect(await isUpToDateWithin(failing, 60_000)).toBe(false);
  const told: unknown[] = [];
  await isUpToDateWithin(failing, 60_000, (error) => told.push(error));
  expect(told).toEqual([new Error('no broker')]);
});
