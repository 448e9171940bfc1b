import { isCorrelationId, normaliseCorrelationId } from './identifiers.js';
import type { JsonObject } from './json.js';
import type { OpenedRecord } from './open-record.js';
import { readHeader, type RecordHeaders } from './record.js';
import { isLengthBetween, isStorableText } from './text.js';

/** The replay that sent a record again; `count` is 0 when its header is not a whole number below 10⁹. */
export interface Replay {
  id: string;
  count: number;
}

/** What is known about a record whether it is accepted or refused. */
export interface RecordContext {
  correlationId: string | null;
  /** The request's `ce_id`. */
  causationId: string | null;
  traceparent: string | null;
  replay: Replay | null;
}

const MAX_CAUSATION_CHARACTERS = 512;
const MAX_REPLAY_ID_CHARACTERS = 128;
const TRACEPARENT = /^(?!ff)[0-9a-f]{2}-(?!0{32})[0-9a-f]{32}-(?!0{16})[0-9a-f]{16}-[0-9a-f]{2}$/;

export function readContext(headers: RecordHeaders, opened: OpenedRecord & { attributes: JsonObject }): RecordContext {
  const { attributes } = opened;
  return {
    correlationId: readCorrelationId(headers, opened),
    causationId: readHeader(headers, 'ce_id', isCausationId) ?? textOr(attributes['id'], isCausationId),
    traceparent:
      readHeader(headers, 'traceparent', isTraceparent) ??
      readHeader(headers, 'ce_traceparent', isTraceparent) ??
      textOr(attributes['traceparent'], isTraceparent),
    replay: readReplay(headers),
  };
}

/** The order of contract 2; a source whose value breaks the rules is passed over and the next one counts. */
function readCorrelationId(headers: RecordHeaders, opened: OpenedRecord & { attributes: JsonObject }): string | null {
  const plainMember = opened.kind === 'opened' && opened.isPlain ? opened.data['correlationId'] : undefined;
  const found =
    readHeader(headers, 'ce_correlationid', isCorrelationId) ??
    textOr(opened.attributes['correlationid'], isCorrelationId) ??
    readHeader(headers, 'correlation-id', isCorrelationId) ??
    textOr(plainMember, isCorrelationId);
  return found === null ? null : normaliseCorrelationId(found);
}

export function readReplay(headers: RecordHeaders): Replay | null {
  const id = readHeader(headers, 'replay-id', isReplayId);
  if (id === null) return null;
  const count = readHeader(headers, 'replay-count', (text) => /^\d{1,9}$/.test(text));
  return { id, count: Number(count ?? 0) };
}

function textOr(value: unknown, accepts: (text: string) => boolean): string | null {
  return typeof value === 'string' && accepts(value) ? value : null;
}

function isCausationId(text: string): boolean {
  return isLengthBetween(text, 1, MAX_CAUSATION_CHARACTERS) && isStorableText(text);
}

function isReplayId(text: string): boolean {
  return isLengthBetween(text, 1, MAX_REPLAY_ID_CHARACTERS) && isStorableText(text);
}

function isTraceparent(text: string): boolean {
  return TRACEPARENT.test(text);
}
