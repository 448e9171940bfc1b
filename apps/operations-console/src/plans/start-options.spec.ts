import { describe, expect, it } from 'vitest';
import { readStartOptions } from './start-options.js';

describe('the start of a plan', () => {
  it('is careful where nothing else is asked for', () => {
    const careful = { rate: null, ramp: [1, 2, 5, 20, 50], stopAt: 0.2, force: false };
    expect([readStartOptions(undefined), readStartOptions({})]).toEqual([careful, careful]);
  });

  it.each([{ rate: 2.5 }, { ramp: [10, 100] }, { stopAt: 0.05 }, { stopAt: 0 }, { force: true }])(
    'is as it was asked for: %j',
    (given) => {
      expect(readStartOptions(given)).toEqual({ ...readStartOptions({}), ...given });
    },
  );

  it.each([{ rate: -1 }, { ramp: [1, '2'] }, { stopAt: 1.1 }, { force: 'maybe' }, { speed: 1 }])(
    'that says nothing clear is refused: %j',
    (given) => {
      expect(() => readStartOptions(given)).toThrow('the body');
    },
  );
});
