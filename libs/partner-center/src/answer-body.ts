export type JsonObject = Readonly<Record<string, unknown>>;

/** A body as far as it can be understood. `damaged`: it began as JSON and is not; `text`: HTML or plain text. */
export type AnswerBody =
  | { kind: 'object'; value: JsonObject }
  | { kind: 'other-json' }
  | { kind: 'empty' }
  | { kind: 'text' }
  | { kind: 'damaged' };

/** Parses what the service sent, whatever its content type says (reference 3.1). A BOM is skipped. */
export function parseBody(text: string): AnswerBody {
  const trimmed = text.charCodeAt(0) === 0xfeff ? text.slice(1).trim() : text.trim();
  if (trimmed === '') return { kind: 'empty' };
  try {
    const value: unknown = JSON.parse(trimmed);
    return isObject(value) ? { kind: 'object', value } : { kind: 'other-json' };
  } catch {
    return { kind: /^[{["]/.test(trimmed) ? 'damaged' : 'text' };
  }
}

export function isObject(value: unknown): value is JsonObject {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

/** A member by name; an exact match wins, else the first that differs only by case (PascalCase answers). */
export function member(object: unknown, name: string): unknown {
  if (!isObject(object)) return undefined;
  if (Object.hasOwn(object, name)) return object[name];
  const wanted = name.toLowerCase();
  const key = Object.keys(object).find((candidate) => candidate.toLowerCase() === wanted);
  return key === undefined ? undefined : object[key];
}

/** A member that is text with something in it. */
export function textMember(object: unknown, name: string): string | undefined {
  const value = member(object, name);
  return typeof value === 'string' && value !== '' ? value : undefined;
}
