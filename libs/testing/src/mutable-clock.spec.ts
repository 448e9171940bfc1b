import fc from 'fast-check';
import { expect, it } from 'vitest';
import { MutableClock } from './mutable-clock.js';

it('stands still until it is moved, and moves by exactly what it is told', () => {
  fc.assert(
    fc.property(fc.array(fc.integer({ min: -1e9, max: 1e9 })), (steps) => {
      const clock = new MutableClock('2026-03-01T12:00:00Z');
      const { now } = clock;
      const start = now();
      for (const step of steps) clock.advance(step);
      expect(now() - start).toBe(steps.reduce((sum, step) => sum + step, 0));
      expect(clock.date().getTime()).toBe(now());
    }),
  );
});

it('refuses what is not a time', () => {
  expect(() => new MutableClock('yesterday')).toThrow('not a time: yesterday');
});
