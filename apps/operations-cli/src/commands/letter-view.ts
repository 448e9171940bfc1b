import { type Group, type Letter, type LetterWithRecord, letterDocument, masked } from '#dead-letters';
import type { OnboardingState } from '#ledger';
import type { Output } from '../output.js';

/** Letters and groups of contract 8, and how people see them. */

export function recordDocument({ key, value, headers, history: _history, ...letter }: LetterWithRecord): object {
  return {
    ...letterDocument(letter),
    key: base64(key),
    value: base64(value),
    headers: headers.map(([name, content]) => [name, base64(content)]),
  };
}

function base64(bytes: Buffer | null): string | null {
  return bytes?.toString('base64') ?? null;
}

export function groupDocument(group: Group): object {
  const { fingerprint, code, httpStatus, fields, count, firstFailedAt, lastFailedAt, example } = group;
  return { fingerprint, code, httpStatus, fields, count, firstFailedAt, lastFailedAt, example };
}

export function lettersText(out: Output, letters: Letter[], total: number): string {
  const count = `${letters.length} of ${total}`;
  if (letters.length === 0) return count;
  const rows = letters.map((each) => [
    ...[each.id, each.correlationId, each.code, each.failedAt, each.replays, each.message],
  ]);
  return `${out.table(['id', 'correlation id', 'code', 'failed at', 'replays', 'message'], rows)}\n\n${count}`;
}

export function groupsText(out: Output, groups: Group[], total: number): string {
  if (groups.length === 0) return 'No dead letters.';
  const rows = groups.map((each) => [
    ...[each.fingerprint, each.count, each.code, each.httpStatus, each.fields.join(', ') || null],
    ...[each.firstFailedAt, each.lastFailedAt, each.example],
  ]);
  const head = ['group', 'letters', 'code', 'status', 'fields', 'first failed', 'last failed', 'example'];
  return `${out.table(head, rows)}\n\n${total} letters in ${groups.length} groups`;
}

interface HowShown {
  /** Else personal data are masked, and of what is no JSON only the size is told. */
  isRevealed: boolean;
  /** Of the letter's onboarding now; null when there is none. */
  state: OnboardingState | null;
}

export function letterText(out: Output, letter: LetterWithRecord, { isRevealed, state }: HowShown): string {
  const facts = out.facts([
    ['id', letter.id],
    ['correlation id', letter.correlationId],
    ['onboarding now', state],
    ['code', letter.code],
    ['reason', letter.reason],
    ['message', letter.message],
    ['fields', letter.fields.join(', ') || null],
    ['HTTP status', letter.httpStatus],
    ['MS-RequestId', letter.requestId],
    ['group', letter.fingerprint],
    ['attempts, replays', `${letter.attempts}, ${letter.replays}`],
    ['failed first, last', `${letter.firstFailedAt}, ${letter.failedAt}`],
    ['original', `${letter.original.topic} ${letter.original.partition}:${letter.original.offset}`],
  ]);
  const history = out.table(
    ['at', 'what'],
    letter.history.map(({ at, what }) => [at, what]),
  );
  return `${facts}\n\n${history}\n\n${out.styled('bold', 'value')}\n${valueText(out, letter.value, isRevealed)}`;
}

function valueText(out: Output, value: Buffer | null, reveal: boolean): string {
  if (value === null) return 'none (a tombstone)';
  try {
    const parsed: unknown = JSON.parse(new TextDecoder('utf-8', { fatal: true }).decode(value));
    return out.foreign(JSON.stringify(reveal ? parsed : masked(parsed), null, 2));
  } catch {
    return reveal ? out.foreign(value.toString('utf8')) : `${value.length} bytes that are no JSON; --reveal shows them`;
  }
}
