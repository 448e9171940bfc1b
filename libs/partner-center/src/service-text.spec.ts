import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { readableText } from './service-text.js';

describe('readableText', () => {
  it('keeps what a person reads', () => {
    expect(readableText('Straße 1, 東京 – „x“')).toBe('Straße 1, 東京 – „x“');
  });

  it('is cut between characters', () => {
    const text = readableText(`a${'😀'.repeat(300)}`);
    expect(text).toMatch(/😀\ufffd?…$/u);
    expect(text.isWellFormed()).toBe(true);
  });

  it('is one line of bounded length without anything that commands a terminal or a log', () => {
    const character = fc.oneof(
      fc.string({ unit: 'binary' }),
      fc.constantFrom('\u202e', '\u2028', '\ud800', '\u0000', '\n'),
    );
    fc.assert(
      fc.property(fc.array(character, { maxLength: 800 }), (characters) => {
        const text = readableText(characters.join(''));
        expect(text.length).toBeLessThanOrEqual(512);
        expect(text).not.toMatch(/[\p{Cc}\p{Cf}\p{Zl}\p{Zp}]/u);
        expect(text.isWellFormed()).toBe(true);
      }),
    );
  });
});
