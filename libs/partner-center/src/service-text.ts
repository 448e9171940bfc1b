const MAX_LENGTH = 512;

/**
 * Text of the service that a person may read: at most 512 characters, one line, nothing that a terminal or a log would
 * take for a command (control characters, line and direction marks, lone surrogates).
 */
export function readableText(text: string): string {
  const line = text
    .slice(0, 4 * MAX_LENGTH)
    .toWellFormed()
    .replace(/[\p{Cc}\p{Cf}\p{Zl}\p{Zp}\s]+/gu, ' ')
    .trim();
  return line.length <= MAX_LENGTH ? line : `${line.slice(0, MAX_LENGTH - 1).toWellFormed()}…`;
}
