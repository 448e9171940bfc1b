import fc from 'fast-check';
import { expect, it } from 'vitest';
import { seen } from './foreign-text.js';

const TURNS_DIRECTION = /[\u061c\u200e\u200f\u202a-\u202e\u2066-\u2069]/;

it('spells what cannot be seen and what turns the writing direction', () => {
  expect(seen('a\u0000b\u202ecod.exe\u200b')).toBe('a\\u0000b\\u202ecod.exe\\u200b');
});

it('keeps every other text, line feeds and tabs too', () => {
  expect(seen('Łódź\n\t東京 <b>&amp;</b>')).toBe('Łódź\n\t東京 <b>&amp;</b>');
});

it('leaves nothing in any text that turns the writing direction', () => {
  const unit = fc.constantFrom('a', '\u202e', '\u2066', '\u200f', '\u061c', '\u{1f600}');
  fc.assert(
    fc.property(fc.string({ unit }), (text) => {
      expect(seen(text)).not.toMatch(TURNS_DIRECTION);
    }),
  );
});
