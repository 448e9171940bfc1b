import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { RECORDED_COUNTRY_RULES } from './recorded-country-rules.js';
import { compilePattern, isMatch } from './service-pattern.js';

const RECORDED = RECORDED_COUNTRY_RULES.flatMap((rules) => [
  rules.postalCodeRegex,
  rules.phoneNumberRegex,
  rules.vatIdRegex,
]).filter((source) => source !== undefined);

/** Whether the expression is taken, and then matches. */
function matches(source: string, text: string): boolean | null {
  const pattern = compilePattern(source);
  return pattern === null ? null : isMatch(pattern, text);
}

describe('compilePattern', () => {
  it('takes every expression that was recorded, and finds what JavaScript finds', () => {
    expect(RECORDED).toHaveLength(9);
    for (const source of RECORDED) {
      const own = new RegExp(source, 'iu');
      const near = fc.stringMatching(new RegExp(source));
      fc.assert(
        fc.property(
          fc.oneof(near, fc.string({ maxLength: 20 })),
          fc.nat(20),
          fc.string({ maxLength: 1 }),
          (text, at, extra) => {
            for (const each of [
              text,
              text.slice(0, at) + extra + text.slice(at),
              text.slice(0, at) + text.slice(at + 1),
            ]) {
              expect(matches(source, each)).toBe(own.test(each));
            }
          },
        ),
      );
    }
  });

  it.each([
    ['^[0-9]{3}[ ]?[0-9]{2}$', '123 45', '1234 5'],
    ['^\\d{4}$', '１２３４', '123a'],
    ['^[A-Z]\\d[A-Z] ?\\d[A-Z]\\d$', 'k1a 0b1', 'k1a-0b1'],
    ['^\\w+$', 'Straße_1', 'a b'],
    ['^a.c$', 'a|c', 'a\nc'],
    ['^(?:a|b){2,3}$', 'abb', 'a'],
    ['^(a|bc)?$', 'bc', 'abc'],
    ['^x*?y$', 'xxy', 'xx'],
    ['^[-a]b$', '-b', 'xb'],
    ['^[a-]b$', '-b', 'xb'],
    ['^[\\d\\s\\-.[]+$', '1 -.[', 'a'],
    ['\\d{3}', 'ab123', 'ab12'],
    ['^\\(\\d\\)$|^none$', '(1)', '1'],
  ])('reads %s as the service does', (source, right, wrong) => {
    expect(matches(source, right)).toBe(true);
    expect(matches(source, wrong)).toBe(false);
  });

  it.each([
    ...[
      '',
      ' ',
      '(',
      ')',
      '(a',
      'a)',
      '[',
      '[]',
      '[]a]',
      '[a',
      'a{2,1}',
      '*a',
      'a**',
      'a++',
      '^*',
      '\\',
      'a\\',
      '}',
      'x]',
    ],
    ...[
      '(?=a)',
      '(?!a)b',
      '(?<=a)b',
      '(?<n>a)',
      '(?i)a',
      '(?>a)',
      '(a)\\1',
      '\\k<n>',
      '\\p{L}',
      '\\bA\\b',
      '\\x41',
      '\\u0041',
    ],
    ...['[^a]', '\\D', '\\W', '\\S', '[a-z-[aeiou]]', '[!-[a]]', '[\\d-[5]]', '[z-a]', '[a-\\d]', '[\\d-z]', 'a{1000}'],
  ])('takes %j for no rule', (source) => expect(compilePattern(source)).toBeNull());

  it.each([
    ...[
      '^(a+)+$',
      '(a*)*',
      '^(a|a)*$',
      '^(a|aa)+$',
      '^(\\d+)*$',
      '^(a?){60}a{60}$',
      '(x+x+)+y',
      '^\\d*\\d*\\d*$',
      '\\d*x',
    ],
    ...['^(.*a){12}$', '((((){999}){999}){999})', '(\\w|\\d)+', '(a|b){2,}'],
    ...['^' + '(a|b)?'.repeat(40), 'a'.repeat(501)],
  ])('never runs %.40s, which may take too long', (source) => expect(compilePattern(source)).toBeNull());

  it('is done in bounded time with any expression and any text', () => {
    const piece = fc.constantFrom(
      'a',
      'b',
      '\\d',
      '.',
      '[ab]',
      '(',
      '(?:',
      ')',
      '|',
      '*',
      '+',
      '?',
      '{2,9}',
      '{3}',
      '^',
      '$',
    );
    const source = fc.array(piece, { maxLength: 14 }).map((pieces) => pieces.join(''));
    const text = fc
      .tuple(fc.stringMatching(/^[ab1]{0,64}$/), fc.constantFrom('', '!', 'c'))
      .map((parts) => parts.join(''));
    let taken = 0;
    const startedMs = performance.now();
    fc.assert(
      fc.property(source, text, (one, other) => {
        const pattern = compilePattern(one);
        if (pattern === null) return;
        taken += 1;
        isMatch(pattern, other);
        isMatch(pattern, 'a'.repeat(64));
        isMatch(pattern, 'a'.repeat(63) + '!');
      }),
      { numRuns: 2_000 },
    );
    expect(taken).toBeGreaterThan(100);
    // 6,000 matches; one that ran away would alone need minutes.
    expect(performance.now() - startedMs).toBeLessThan(15_000);
  });

  it('matches no text that is longer than any code', () => {
    expect(matches('^a*$', 'a'.repeat(64))).toBe(true);
    expect(matches('^a*$', 'a'.repeat(65))).toBe(false);
  });
});
