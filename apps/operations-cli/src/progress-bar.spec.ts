import { expect, it } from 'vitest';
import { timeLeft } from './progress-bar.js';

it('says how long it will take once that is known', () => {
  expect(['0', 'INF', 'NULL'].map(timeLeft)).toEqual(['?', '?', '?']);
  expect([0, 7, 119, 120, 3_601].map(timeLeft)).toEqual(['0 s', '7 s', '119 s', '2 min', '61 min']);
});
