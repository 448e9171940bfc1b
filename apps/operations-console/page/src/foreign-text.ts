/** Longer texts reach the document piece by piece: to lay out a value of a megabyte at once takes a browser half a minute. */
export const SHOWN_FIRST_CHARACTERS = 20_000;
export const SHOWN_MORE_CHARACTERS = 50_000;

// Control characters (but line feed and tab), and those that change the direction of what follows or cannot be seen.
const UNSEEN = /[\p{Cc}\u061c\u200b-\u200f\u2028-\u202e\u2060-\u2069\ufeff]/gu;

/** Text of foreign make as it can be read without harm: what cannot be seen is spelled, as in `\u202e`. */
export function seen(text: string): string {
  return text.replace(UNSEEN, (character) => {
    if (character === '\n' || character === '\t') return character;
    return `\\u${character.charCodeAt(0).toString(16).padStart(4, '0')}`;
  });
}
