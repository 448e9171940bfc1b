import { type LetterDocument, type LetterWithRecord, MASK, letterDocument, masked } from '#dead-letters';

export interface LetterInFull extends LetterDocument {
  /** What its value says, masked unless it was asked for; null where it is no JSON. */
  payload: unknown;
  /** A value that is no JSON, as text, only when it was asked for: what in it is personal cannot be told. */
  text: string | null;
  headers: [name: string, text: string | null][];
  history: { at: string; what: string }[];
  /** Of the onboarding now; null when there is none. */
  state: string | null;
}

/** Headers that say how a record travelled. Any other may hold what the sender likes. */
const SHOWN_HEADERS = new Set([
  ...['content-type', 'correlation-id', 'traceparent', 'replay-id', 'replay-count', 'replay-group', 'replay-edited'],
  ...['ce_specversion', 'ce_id', 'ce_type', 'ce_source', 'ce_time', 'ce_datacontenttype', 'ce_dataschema'],
  ...['ce_correlationid', 'ce_causationid', 'ce_traceparent'],
]);

/** The letter with its record in a form that people can read, whatever bytes it holds. */
export function letterInFull(
  { key: _key, value, headers, history, ...letter }: LetterWithRecord,
  { isRevealed, state }: { isRevealed: boolean; state: string | null },
): LetterInFull {
  const payload = jsonOf(value);
  const shownHeaders = headers.map(([name, bytes]): [string, string | null] => {
    const isShown = isRevealed || name.startsWith('dead-letter-') || SHOWN_HEADERS.has(name);
    return [name, bytes === null ? null : isShown ? bytes.toString() : MASK];
  });
  return {
    ...letterDocument(letter),
    payload: isRevealed ? payload : masked(payload),
    text: isRevealed && payload === null ? (value?.toString() ?? null) : null,
    headers: shownHeaders,
    history,
    state,
  };
}

/** Null for what is no JSON in valid UTF-8, and for what is nested too deeply to be written as JSON again. */
function jsonOf(value: Buffer | null): unknown {
  if (value === null) return null;
  try {
    const json: unknown = JSON.parse(new TextDecoder('utf-8', { fatal: true }).decode(value));
    JSON.stringify(json);
    return json;
  } catch {
    return null;
  }
}
