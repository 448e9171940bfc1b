import { isObject, member, type JsonObject } from './answer-body.js';

/** Members that are texts; a number that is exact becomes its text, all else is left out. Empty texts are kept. */
export function textsOf<const N extends string>(source: unknown, names: readonly N[]): { [P in N]?: string } {
  return pick(source, names, toText);
}

/** Members that are true or false, also as texts. */
export function booleansOf<const N extends string>(source: unknown, names: readonly N[]): { [P in N]?: boolean } {
  return pick(source, names, toBoolean);
}

/** Members that are lists of texts; what is no text is left out of a list. A single text is a list of one. */
export function listsOf<const N extends string>(source: unknown, names: readonly N[]): { [P in N]?: string[] } {
  return pick(source, names, (value) =>
    value === undefined || value === null ? undefined : manyOf(value).filter((item) => typeof item === 'string'),
  );
}

/** The objects of a member that is a list, or one object where a list of one was meant. */
export function objectsOf(source: unknown, name: string): JsonObject[] {
  return manyOf(member(source, name)).filter(isObject);
}

/** A value as a list: itself if it is one, empty if there is nothing. */
export function manyOf(value: unknown): unknown[] {
  if (Array.isArray(value)) return value as unknown[];
  return value === undefined || value === null ? [] : [value];
}

export function toText(value: unknown): string | undefined {
  if (typeof value === 'string') return value;
  // A number beyond 2^53 has lost digits when it was parsed: better none than a wrong one.
  return typeof value === 'number' && Number.isSafeInteger(value) ? String(value) : undefined;
}

function toBoolean(value: unknown): boolean | undefined {
  if (typeof value === 'boolean') return value;
  const text = typeof value === 'string' ? value.toLowerCase() : '';
  return text === 'true' ? true : text === 'false' ? false : undefined;
}

function pick<N extends string, T>(
  source: unknown,
  names: readonly N[],
  read: (value: unknown) => T | undefined,
): { [P in N]?: T } {
  const picked: { [P in N]?: T } = {};
  for (const name of names) {
    const value = read(member(source, name));
    if (value !== undefined) picked[name] = value;
  }
  return picked;
}
