import fc from 'fast-check';
import { expect, it } from 'vitest';
import { leafPaths, patchOf, patched, valueAt } from './merge-patch.js';

const data = { companyProfile: { domain: 'a.example' }, billingProfile: { email: 'b', tags: ['x'], address: {} } };

it('names every value that is no object', () => {
  expect(leafPaths(data)).toEqual(['companyProfile.domain', 'billingProfile.email', 'billingProfile.tags']);
});

it('finds nothing at a path that is not there, nor in what an object inherits', () => {
  expect(valueAt(data, 'companyProfile.domain')).toBe('a.example');
  expect(valueAt(data, 'companyProfile.domain.more')).toBeUndefined();
  expect(valueAt(data, 'constructor.name')).toBeUndefined();
});

it('takes a value that is cleared out of the patch, with the objects that hold nothing else', () => {
  const patch = patched(patched({}, 'a.b', '1'), 'a.c', '2');
  expect(patch).toEqual({ a: { b: '1', c: '2' } });
  expect(patched(patched(patch, 'a.b', undefined), 'a.c', undefined)).toEqual({});
});

it('sets any path to any text and takes it away again', () => {
  const name = fc.constantFrom('a', 'b', '__proto__', 'constructor', 'ä');
  const path = fc.array(name, { minLength: 1, maxLength: 4 }).map((names) => names.join('.'));
  fc.assert(
    fc.property(path, fc.string(), (at, value) => {
      const patch = patched({}, at, value);
      expect(valueAt(patch, at)).toBe(value);
      expect(patched(patch, at, undefined)).toEqual({});
    }),
  );
});

it.each(['', '{', '[]', '"text"', 'null', '{}'])('tells what is wrong with %j as a patch', (text) => {
  expect(patchOf(text)).toEqual({ fault: expect.any(String) });
});

it('takes an object as a patch, null as a removal', () => {
  expect(patchOf('{"a":{"b":null}}')).toEqual({ patch: { a: { b: null } } });
});
