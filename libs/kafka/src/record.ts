import { createHash } from 'node:crypto';
import type { IHeaders, KafkaMessage } from 'kafkajs';

/**
 * Headers of a record as a list of name and value, so that duplicates and null values survive. Among headers of the
 * same name the order is that of the record; kafkajs does not keep the order between different names (contract 4).
 */
export type RecordHeaders = readonly (readonly [name: string, value: Buffer | null])[];

/** One record as it lies on a topic: bytes untouched, offsets as `bigint`, the timestamp in epoch ms. */
export interface KafkaRecord {
  readonly topic: string;
  readonly partition: number;
  readonly offset: bigint;
  readonly timestampMs: number;
  readonly key: Buffer | null;
  readonly value: Buffer | null;
  readonly headers: RecordHeaders;
}

/** Turns a message as kafkajs delivers it into a {@link KafkaRecord}; the byte buffers are shared, not copied. */
export function toKafkaRecord(topic: string, partition: number, message: KafkaMessage): KafkaRecord {
  return {
    topic,
    partition,
    offset: BigInt(message.offset),
    timestampMs: Number(message.timestamp),
    key: message.key,
    value: message.value,
    headers: fromKafkajsHeaders(message.headers),
  };
}

/**
 * Reads kafkajs' header object. kafkajs looks a name up in a plain object before it stores the first value, so for
 * names such as `constructor` or `__proto__` the list begins with something inherited that was never on the wire:
 * everything that is not bytes, text or null is left out.
 */
export function fromKafkajsHeaders(headers: IHeaders | undefined): RecordHeaders {
  if (headers === undefined) return [];
  return Object.keys(headers).flatMap((name) => {
    const stored: unknown = headers[name];
    const values: unknown[] = Array.isArray(stored) ? stored : [stored];
    return values.filter(isHeaderValue).map((value) => [name, asBuffer(value)] as const);
  });
}

/**
 * Builds the header object kafkajs writes: an array where a name occurs more than once. kafkajs cannot write null
 * (TypeError), so null is sent empty; who must tell the reader lists the names with {@link nullHeaderNames}.
 */
export function toKafkajsHeaders(headers: RecordHeaders): IHeaders {
  const result = Object.create(null) as Record<string, Buffer | Buffer[]>;
  for (const [name, value] of headers) {
    const bytes = value ?? Buffer.alloc(0);
    const earlier = result[name];
    if (earlier === undefined) result[name] = bytes;
    else if (Array.isArray(earlier)) earlier.push(bytes);
    else result[name] = [earlier, bytes];
  }
  return result;
}

/** Names of the headers whose value is null, each once, in order (for `dead-letter-null-headers`, contract 4). */
export function nullHeaderNames(headers: RecordHeaders): string[] {
  return [...new Set(headers.filter(([, value]) => value === null).map(([name]) => name))];
}

/** What tells a record from another one at the same offset: SHA-256 of key, value and headers. */
export function recordDigest({ key, value, headers }: Pick<KafkaRecord, 'key' | 'value' | 'headers'>): Buffer {
  return createHash('sha256')
    .update(`${key?.length ?? -1}/${value?.length ?? -1}/`)
    .update(key ?? '')
    .update(value ?? '')
    .update(encodeHeaders(headers))
    .digest();
}

/** Packs headers into bytes for a database column: JSON `[[name, base64 | null], …]`. */
export function encodeHeaders(headers: RecordHeaders): Buffer {
  return Buffer.from(JSON.stringify(headers.map(([name, value]) => [name, value?.toString('base64') ?? null])));
}

/** Unpacks what {@link encodeHeaders} made. Throws when the bytes are something else. */
export function decodeHeaders(bytes: Buffer): RecordHeaders {
  const list: unknown = JSON.parse(bytes.toString('utf8'));
  if (!Array.isArray(list) || !list.every(isEncodedHeader)) throw new Error('Stored record headers are damaged');
  return list.map(([name, value]) => [name, value === null ? null : Buffer.from(value, 'base64')]);
}

function isHeaderValue(value: unknown): value is Buffer | string | null {
  return value === null || typeof value === 'string' || Buffer.isBuffer(value);
}

function asBuffer(value: Buffer | string | null): Buffer | null {
  return typeof value === 'string' ? Buffer.from(value) : value;
}

function isEncodedHeader(entry: unknown): entry is [string, string | null] {
  return (
    Array.isArray(entry) &&
    entry.length === 2 &&
    typeof entry[0] === 'string' &&
    (entry[1] === null || typeof entry[1] === 'string')
  );
}
