import { expect, it } from 'vitest';
import { type ActivityStep, onTimeline } from './activity.js';

const step = (at: number, with_: Partial<ActivityStep> = {}): ActivityStep => ({
  at,
  created: 0,
  failed: 0,
  p50Ms: null,
  p95Ms: null,
  ...with_,
});

it('fills the steps in which nothing was done, up to the one under way', () => {
  const found = [step(60, { created: 3, p50Ms: 10.4, p95Ms: 20.6 }), step(180, { failed: 2 })];
  expect(onTimeline(found, { nowSeconds: 200, stepSeconds: 60, steps: 4 })).toEqual({
    at: [0, 60, 120, 180],
    created: [0, 3, 0, 0],
    failed: [0, 0, 0, 2],
    p50Ms: [null, 10, null, null],
    p95Ms: [null, 21, null, null],
  });
});

it('moves on by whole steps: what was shown once stays as it was', () => {
  const at = (nowSeconds: number): number[] => onTimeline([], { nowSeconds, stepSeconds: 7, steps: 3 }).at;
  expect([at(14), at(20), at(21)]).toEqual([
    [0, 7, 14],
    [0, 7, 14],
    [7, 14, 21],
  ]);
});

it('leaves out what lies outside', () => {
  const found = [step(0, { created: 1 }), step(600, { created: 1 })];
  expect(onTimeline(found, { nowSeconds: 200, stepSeconds: 60, steps: 2 }).created).toEqual([0, 0]);
});
