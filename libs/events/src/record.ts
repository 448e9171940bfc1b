import { isUtf8 } from 'node:buffer';

/** Headers in the order they were read; a name may occur more than once, a value may be null. */
export type RecordHeaders = readonly (readonly [name: string, value: Buffer | null])[];

/** One Kafka record as intake hands it over: nothing in it is trusted, nothing is decoded yet. */
export interface IncomingRecord {
  topic: string;
  partition: number;
  offset: bigint;
  timestampMs: number;
  key: Buffer | null;
  value: Buffer | null;
  headers: RecordHeaders;
}

export function hasHeader(headers: RecordHeaders, name: string): boolean {
  return headers.some(([candidate]) => candidate === name);
}

/**
 * The first value of the header that is strict UTF-8 and that `accepts` takes, else null: a value that breaks the rules
 * of its reader counts as not sent, and a later header of the same name may still serve.
 */
export function readHeader(
  headers: RecordHeaders,
  name: string,
  accepts: (text: string) => boolean = () => true,
): string | null {
  for (const [candidate, value] of headers) {
    if (candidate !== name || value === null || !isUtf8(value)) continue;
    const text = value.toString('utf8');
    if (accepts(text)) return text;
  }
  return null;
}
