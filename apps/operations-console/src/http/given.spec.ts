import { describe, expect, it } from 'vitest';
import { Given } from './given.js';

const KNOWN = ['text', 'number', 'flag', 'texts', 'object'];
const given = (members: unknown): Given => Given.read('the body', members, KNOWN);

describe('what is given', () => {
  it('is read by its kind', () => {
    const body = given({ text: 'a', number: 2.5, flag: true, texts: ['a', 'b'], object: { a: 1 } });
    expect(body.text('text')).toBe('a');
    expect(body.number('number', { min: 0, max: 3 })).toBe(2.5);
    expect(body.boolean('flag')).toBe(true);
    expect(body.texts('texts', 2)).toEqual(['a', 'b']);
    expect(body.object('object')).toEqual({ a: 1 });
  });

  it('is undefined where it is missing, also in an empty body', () => {
    for (const body of [given({}), given(undefined)]) {
      expect(body.text('text') ?? body.number('number', { min: 0, max: 1 }) ?? body.boolean('flag')).toBeUndefined();
      expect(body.texts('texts', 1) ?? body.object('object')).toBeUndefined();
    }
  });

  it('has numbers, flags and lists of one as texts in a query', () => {
    const query = given({ number: '50', flag: '1', texts: '0:1' });
    expect(query.number('number', { min: 1, max: 100, whole: true })).toBe(50);
    expect(query.boolean('flag')).toBe(true);
    expect(query.texts('texts', 1)).toEqual(['0:1']);
  });

  it.each([
    ['text', ['a']],
    ['text', { toString: 'x' }],
    ['number', '1e3'],
    ['number', Number.NaN],
    ['number', 11],
    ['number', 1.5],
    ['flag', 'yes'],
    ['texts', ['a', 1]],
    ['texts', ['a', 'b', 'c']],
    ['object', []],
    ['object', null],
  ])('of another kind is refused: %s = %j', (name, value) => {
    const body = given({ [name]: value });
    const read = (): unknown[] => [
      body.text('text'),
      body.number('number', { min: 0, max: 10, whole: true }),
      body.boolean('flag'),
      body.texts('texts', 2),
      body.object('object'),
    ];
    expect(read).toThrow(`the body: ${name} must be`);
  });

  it.each([null, [], 'text', 7, { unknown: 1 }, JSON.parse('{"__proto__":{"text":"a"}}')])(
    'is refused as %j',
    (body) => {
      expect(() => given(body)).toThrow('the body');
    },
  );
});
