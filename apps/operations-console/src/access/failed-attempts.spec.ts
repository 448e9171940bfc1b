import { expect, it } from 'vitest';
import { FailedAttempts } from './failed-attempts.js';

it('lets an address fail ten times, then twice a second, and holds back no other', () => {
  let now = 0;
  const failed = new FailedAttempts(() => now);
  const failures = (): number => {
    let count = 0;
    for (; failed.mayTry('a'); count += 1) failed.note('a');
    return count;
  };
  expect(failures()).toBe(10);
  expect(failed.mayTry('b')).toBe(true);
  now = 400;
  expect(failures()).toBe(0);
  now = 1_000;
  expect(failures()).toBe(2);
  now = 3_600_000;
  expect(failures()).toBe(10);
});

it('remembers a bounded number of addresses, those that failed last', () => {
  const failed = new FailedAttempts(() => 0);
  const fail = (address: string): void => {
    for (let n = 0; n < 10; n += 1) failed.note(address);
  };
  fail('first');
  for (let n = 0; n < 10_000; n += 1) fail(`address ${n}`);
  expect([failed.mayTry('first'), failed.mayTry('address 0')]).toEqual([true, false]);
});
