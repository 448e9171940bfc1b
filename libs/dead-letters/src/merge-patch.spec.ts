import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { isJsonObject, mergePatch } from './merge-patch.js';

/** RFC 7396, appendix A: original, patch, result. */
const RFC_EXAMPLES = [
  ['{"a":"b"}', '{"a":"c"}', '{"a":"c"}'],
  ['{"a":"b"}', '{"b":"c"}', '{"a":"b","b":"c"}'],
  ['{"a":"b"}', '{"a":null}', '{}'],
  ['{"a":"b","b":"c"}', '{"a":null}', '{"b":"c"}'],
  ['{"a":["b"]}', '{"a":"c"}', '{"a":"c"}'],
  ['{"a":"c"}', '{"a":["b"]}', '{"a":["b"]}'],
  ['{"a":{"b":"c"}}', '{"a":{"b":"d","c":null}}', '{"a":{"b":"d"}}'],
  ['{"a":[{"b":"c"}]}', '{"a":[1]}', '{"a":[1]}'],
  ['["a","b"]', '["c","d"]', '["c","d"]'],
  ['{"a":"b"}', '["c"]', '["c"]'],
  ['{"a":"foo"}', 'null', 'null'],
  ['{"a":"foo"}', '"bar"', '"bar"'],
  ['{"e":null}', '{"a":1}', '{"e":null,"a":1}'],
  ['[1,2]', '{"a":"b","c":null}', '{"a":"b"}'],
  ['{}', '{"a":{"bb":{"ccc":null}}}', '{"a":{"bb":{}}}'],
] as const;

describe('a JSON merge patch', () => {
  it.each(RFC_EXAMPLES)('makes of %s by %s: %s', (original, patch, result) => {
    expect(JSON.stringify(mergePatch(JSON.parse(original), JSON.parse(patch)))).toBe(result);
  });

  it('changes neither of its arguments', () => {
    const original = JSON.parse('{"a":{"b":1},"c":[1]}') as unknown;
    const patch = JSON.parse('{"a":{"b":null,"d":{"e":null}}}') as unknown;
    mergePatch(original, patch);
    expect(JSON.stringify([original, patch])).toBe('[{"a":{"b":1},"c":[1]},{"a":{"b":null,"d":{"e":null}}}]');
  });

  it('keeps a member __proto__ as a member, and gives no object another prototype', () => {
    const merged = mergePatch(JSON.parse('{"a":1}'), JSON.parse('{"__proto__":{"polluted":true}}'));
    expect(JSON.stringify(merged)).toBe('{"a":1,"__proto__":{"polluted":true}}');
    expect(Object.getPrototypeOf(merged)).toBe(Object.prototype);
  });

  it('says the same when it is applied twice', () => {
    fc.assert(
      fc.property(fc.jsonValue(), fc.jsonValue(), (target, patch) => {
        const once = mergePatch(target, patch);
        expect(mergePatch(once, patch)).toEqual(once);
      }),
    );
  });

  it('leaves every member alone that it does not name', () => {
    fc.assert(
      fc.property(fc.dictionary(fc.string(), fc.jsonValue()), fc.dictionary(fc.string(), fc.jsonValue()), (a, b) => {
        const merged = mergePatch(a, b);
        if (!isJsonObject(merged)) throw new Error('two objects make an object');
        for (const [name, value] of Object.entries(a)) if (!Object.hasOwn(b, name)) expect(merged[name]).toEqual(value);
      }),
    );
  });
});
