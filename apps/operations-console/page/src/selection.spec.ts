import { expect, it } from 'vitest';
import { withAll, wordsOf } from './selection.js';

it('says what is selected', () => {
  expect(wordsOf({})).toBe('all letters');
  expect(wordsOf({ all: true })).toBe('all letters');
  expect(wordsOf({ code: 'EVENT_INVALID', ids: ['1:2', '1:3'] })).toBe('code EVENT_INVALID, letter 1:2, 1:3');
  expect(wordsOf({ ids: ['1:1', '1:2', '1:3', '1:4'] })).toBe('4 letters');
});

it('asks for all letters by name only when nothing narrows them down', () => {
  expect(withAll({})).toEqual({ all: true });
  expect(withAll({ group: 'f' })).toEqual({ group: 'f' });
});
