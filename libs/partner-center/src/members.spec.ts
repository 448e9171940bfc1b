import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { booleansOf, listsOf, objectsOf, textsOf } from './members.js';

describe('members of an answer', () => {
  it('are found by name whatever their casing, an exact name first', () => {
    expect(textsOf({ NAME: 'x', name: 'y' }, ['name'])).toEqual({ name: 'y' });
    expect(textsOf({ NAME: 'x' }, ['name'])).toEqual({ name: 'x' });
  });

  it('are texts if they are texts or exact numbers', () => {
    const source = { a: '', b: 7, c: 2 ** 53, d: 1.5, e: null, f: {}, g: true };
    expect(textsOf(source, ['a', 'b', 'c', 'd', 'e', 'f', 'g', 'h'])).toEqual({ a: '', b: '7' });
  });

  it('are true or false, also as texts', () => {
    const source = { a: true, b: 'False', c: 'yes', d: 1, e: null };
    expect(booleansOf(source, ['a', 'b', 'c', 'd', 'e'])).toEqual({ a: true, b: false });
  });

  it('are lists, or one where a list of one was meant', () => {
    expect(listsOf({ a: ['x', 1, null], b: 'y', c: null, d: [] }, ['a', 'b', 'c', 'd', 'e'])).toEqual({
      a: ['x'],
      b: ['y'],
      d: [],
    });
    expect(objectsOf({ a: [{ x: 1 }, 2] }, 'a')).toEqual([{ x: 1 }]);
    expect(objectsOf({ a: { x: 1 } }, 'a')).toEqual([{ x: 1 }]);
    expect(objectsOf({}, 'a')).toEqual([]);
  });

  it('are read of anything without an error', () => {
    fc.assert(
      fc.property(fc.anything(), (source) => {
        for (const read of [textsOf, booleansOf, listsOf]) expect(typeof read(source, ['a'])).toBe('object');
        expect(Array.isArray(objectsOf(source, 'a'))).toBe(true);
      }),
    );
  });
});
