import { expect, it } from 'vitest';
import { START_DEFAULTS, startOptionsOf } from './start-options.js';

it('starts with the ramp and the share of the command line', () => {
  expect(startOptionsOf(START_DEFAULTS)).toEqual({ options: { ramp: [1, 2, 5, 20, 50], stopAt: 0.2 } });
});

it('reads a rate, a share of 100 and force', () => {
  expect(startOptionsOf({ ramp: '10', rate: ' 2.5 ', stopAtPercent: '100', force: true })).toEqual({
    options: { ramp: [10], rate: 2.5, stopAt: 1, force: true },
  });
});

it.each([
  ['ramp', ''],
  ['ramp', '1,,2'],
  ['ramp', '1.5'],
  ['ramp', '0'],
  ['rate', '0'],
  ['rate', 'fast'],
  ['stopAtPercent', ''],
  ['stopAtPercent', '0'],
  ['stopAtPercent', '101'],
])('tells what is wrong with %s "%s"', (name, value) => {
  expect(startOptionsOf({ ...START_DEFAULTS, [name]: value })).toEqual({ faults: { [name]: expect.any(String) } });
});
