import { createHash } from 'node:crypto';
import { reasonOf, type ErrorCode } from './codes.js';
import { cutText, MESSAGE_MAX_CHARACTERS } from './text.js';

/** Why a record was dead-lettered and where it came from; times are ISO 8601 UTC, the timestamp is epoch ms. */
export interface DeadLetter {
  original: { topic: string; partition: number; offset: bigint | string; timestampMs: number };
  consumerGroup: string;
  correlationId: string | null;
  code: ErrorCode;
  message: string;
  fields: readonly string[];
  httpStatus: number | null;
  requestId: string | null;
  firstFailedAt: string;
  failedAt: string;
  attempts: number;
  replays: number;
}

/**
 * The headers that are added to the original ones (contract 4), text only. Key, value and headers of the failed record
 * are not touched here: they travel byte for byte beside these. Whoever publishes it adds `dead-letter-null-headers`.
 */
export function deadLetterHeaders(letter: DeadLetter): [string, string][] {
  const { original } = letter;
  const headers: [name: string, value: string | null][] = [
    ['dead-letter-original-topic', original.topic],
    ['dead-letter-original-partition', String(original.partition)],
    ['dead-letter-original-offset', String(original.offset)],
    ['dead-letter-original-timestamp', String(original.timestampMs)],
    ['dead-letter-consumer-group', letter.consumerGroup],
    ['dead-letter-correlation-id', letter.correlationId],
    ['dead-letter-code', letter.code],
    ['dead-letter-reason', reasonOf(letter.code)],
    ['dead-letter-message', cutText(letter.message, MESSAGE_MAX_CHARACTERS)],
    ['dead-letter-fields', jsonListOrNull(letter.fields)],
    ['dead-letter-http-status', letter.httpStatus === null ? null : String(letter.httpStatus)],
    ['dead-letter-request-id', letter.requestId],
    ['dead-letter-first-failed-at', letter.firstFailedAt],
    ['dead-letter-failed-at', letter.failedAt],
    ['dead-letter-attempts', String(letter.attempts)],
    ['dead-letter-replays', String(letter.replays)],
    ['dead-letter-fingerprint', fingerprint(letter.code, letter.httpStatus, letter.fields)],
  ];
  return headers.filter((header): header is [string, string] => header[1] !== null);
}

/** Those that are left out where there is nothing to say; each of the others is in every letter of ours. */
const OPTIONAL_HEADERS: ReadonlySet<string> = new Set([
  'dead-letter-correlation-id',
  'dead-letter-fields',
  'dead-letter-http-status',
  'dead-letter-request-id',
  'dead-letter-null-headers',
]);

/**
 * Our last word where a failed record brought headers of our names: of each name the last header is ours. What such a record
 * brought is kept, so a name about which we have nothing to say is added once more, empty.
 */
export function disowningHeaders(brought: readonly string[], ours: readonly string[]): [string, string][] {
  const names = brought.filter((name) => OPTIONAL_HEADERS.has(name) && !ours.includes(name));
  return [...new Set(names)].map((name) => [name, '']);
}

/** 16 hexadecimal digits, equal for failures of the same kind, whatever the order of the fields (contract 4). */
export function fingerprint(code: ErrorCode, httpStatus: number | null, fields: readonly string[]): string {
  const kind = JSON.stringify([code, httpStatus, [...new Set(fields)].sort()]);
  return createHash('sha256').update(kind).digest('hex').slice(0, 16);
}

function jsonListOrNull(names: readonly string[]): string | null {
  return names.length === 0 ? null : JSON.stringify([...new Set(names)]);
}
