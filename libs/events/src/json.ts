import { isUtf8 } from 'node:buffer';

export type JsonObject = Readonly<Record<string, unknown>>;

export function isJsonObject(value: unknown): value is JsonObject {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

/**
 * Reads a record value as a JSON object in strict UTF-8; a byte order mark at the start is tolerated. A fault is returned
 * as a sentence that says what would be right: the parser's own message is never used, it quotes the payload.
 */
export function parseJsonObject(value: Buffer | null): JsonObject | string {
  if (value === null) return 'The record has no value (a tombstone); a JSON object is needed.';
  if (!isUtf8(value)) return 'The value is not valid UTF-8; a JSON object in UTF-8 is needed.';
  const start = value[0] === 0xef && value[1] === 0xbb && value[2] === 0xbf ? 3 : 0;
  try {
    const parsed: unknown = JSON.parse(value.toString('utf8', start));
    return isJsonObject(parsed) ? parsed : 'The value is JSON, but not an object; a JSON object is needed.';
  } catch {
    return 'The value is not valid JSON; a JSON object is needed.';
  }
}
