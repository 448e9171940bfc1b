import fc from 'fast-check';
import { expect, it } from 'vitest';
import { PrefixIndex } from './prefix-index.js';

it('finds the same items as looking at every key, also across merges', () => {
  const word = fc.string({ unit: fc.constantFrom('a', 'b', '.'), maxLength: 4 });
  fc.assert(
    fc.property(
      fc.array(word, { maxLength: 200 }),
      word,
      fc.integer({ min: 4000, max: 4200 }),
      (words, prefix, filler) => {
        const index = new PrefixIndex<string>();
        const keys = [...words, ...Array.from({ length: filler }, (_, i) => `f${i}`), ...words];
        for (const key of keys) index.add(key, key);
        expect(index.startingWith(prefix).sort()).toEqual(keys.filter((key) => key.startsWith(prefix)).sort());
        expect(index.startingWith('f4').length).toBe(keys.filter((key) => key.startsWith('f4')).length);
      },
    ),
    { numRuns: 50 },
  );
});
