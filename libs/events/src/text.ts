export const MESSAGE_MAX_CHARACTERS = 512;

/** Text that PostgreSQL and UTF-8 can hold: no NUL, no lone surrogate. */
export function isStorableText(value: string): boolean {
  return !value.includes('\0') && value.isWellFormed();
}

/** Cuts to at most `maxCharacters` UTF-16 units, never through a surrogate pair; the last character then is `…`. */
export function cutText(text: string, maxCharacters: number): string {
  if (text.length <= maxCharacters) return text.toWellFormed();
  const kept = text.slice(0, maxCharacters - 1);
  const last = kept.charCodeAt(kept.length - 1);
  const splitsPair = last >= 0xd800 && last <= 0xdbff;
  return `${(splitsPair ? kept.slice(0, -1) : kept).toWellFormed()}…`;
}

/** Counts characters as a person does (code points), without walking texts that are far too long. */
export function isLengthBetween(text: string, min: number, max: number): boolean {
  if (text.length < min || text.length > 2 * max) return false;
  if (text.length <= max && min <= 1) return true;
  const characters = [...text].length;
  return characters >= min && characters <= max;
}
