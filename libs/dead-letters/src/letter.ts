import { fingerprint, isCorrelationId, normaliseCorrelationId, type ErrorCode } from '#events';
import { recordDigest, type KafkaRecord, type RecordHeaders } from '#kafka';
import type { StoredLetter } from '#ledger';

/** Code of a record on the dead-letter topic that nobody of us wrote, or that lacks what makes a letter. */
export const FOREIGN_CODE = 'UNKNOWN';

const FOREIGN_MESSAGE =
  'This record has no usable dead-letter-* headers: it was not written by this system and cannot be replayed.';
const REASONS: ReadonlySet<string> = new Set(['undecodable', 'invalid', 'rejected', 'unresolved', 'exhausted']);
const CODE = /^[A-Z][A-Z_]{0,31}\w{0,64}$/;
const FINGERPRINT = /^[0-9a-f]{16}$/;
const REPLAY_ID = /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}\/\d{1,9}$/;
const MESSAGE_MAX_CHARACTERS = 512;
const NAME_MAX_CHARACTERS = 249;
const FIELDS_MAX = 100;
const INT32_MAX = 2_147_483_647;
/** First moment of the year 1: PostgreSQL has no year 0. */
const TIME_MIN_MS = -62_135_596_800_000;
/** Last moment of the year 9999: later ones have no four-digit year to be written with. */
const TIME_MAX_MS = 253_402_300_799_999;

/**
 * The letter that a record of the dead-letter topic is (contract 4 and 8). Never throws, whatever the record holds: one
 * without our headers is a letter of code `UNKNOWN` with its own coordinates as the original ones.
 */
export function letterOf(record: KafkaRecord): StoredLetter {
  const headers = new LetterHeaders(record.headers);
  const kept = { digest: recordDigest(record), bytes: sizeOf(record) };
  const at = { id: `${record.partition}:${record.offset}`, partition: record.partition, offset: String(record.offset) };
  const own = ownLetter(headers, record);
  return { ...at, ...(own ?? foreignLetter(record)), ...kept };
}

type Content = Omit<StoredLetter, 'id' | 'partition' | 'offset' | 'digest' | 'bytes'>;

function ownLetter(headers: LetterHeaders, record: KafkaRecord): Content | null {
  const code = headers.matching('code', CODE);
  const reason = headers.text('reason');
  const original = originalOf(headers);
  const failedAt = headers.time('failed-at');
  if (code === null || original === null || failedAt === null || reason === null || !REASONS.has(reason)) return null;
  const httpStatus = headers.integer('http-status', 999);
  const fields = headers.list('fields');
  const correlationId = headers.text('correlation-id');
  return {
    correlationId:
      correlationId !== null && isCorrelationId(correlationId) ? normaliseCorrelationId(correlationId) : null,
    code,
    reason,
    message: headers.text('message') ?? '',
    fields,
    httpStatus,
    requestId: headers.text('request-id', NAME_MAX_CHARACTERS),
    fingerprint: headers.matching('fingerprint', FINGERPRINT) ?? fingerprint(code as ErrorCode, httpStatus, fields),
    attempts: headers.integer('attempts') ?? 0,
    replays: headers.integer('replays') ?? 0,
    firstFailedAt: headers.time('first-failed-at') ?? failedAt,
    failedAt,
    original,
    consumerGroup: headers.text('consumer-group', NAME_MAX_CHARACTERS),
    replayId: replayIdOf(record.headers),
  };
}

function foreignLetter({ topic, partition, offset, timestampMs }: KafkaRecord): Content {
  const writtenMs = Number.isSafeInteger(timestampMs) ? Math.min(Math.max(timestampMs, 0), TIME_MAX_MS) : 0;
  const writtenAt = new Date(writtenMs).toISOString();
  return {
    correlationId: null,
    code: FOREIGN_CODE,
    reason: 'undecodable',
    message: FOREIGN_MESSAGE,
    fields: [],
    httpStatus: null,
    requestId: null,
    fingerprint: fingerprint(FOREIGN_CODE as ErrorCode, null, []),
    attempts: 0,
    replays: 0,
    firstFailedAt: writtenAt,
    failedAt: writtenAt,
    original: { topic, partition, offset: String(offset), timestamp: writtenMs },
    consumerGroup: null,
    replayId: null,
  };
}

function originalOf(headers: LetterHeaders): Content['original'] | null {
  const topic = headers.text('original-topic', NAME_MAX_CHARACTERS);
  const partition = headers.integer('original-partition');
  const offset = headers.matching('original-offset', /^\d{1,18}$/);
  const timestamp = Number(headers.matching('original-timestamp', /^-?\d{1,18}$/) ?? Number.NaN);
  if (topic === null || partition === null || offset === null || !Number.isSafeInteger(timestamp)) return null;
  return { topic, partition, offset: String(BigInt(offset)), timestamp };
}

function replayIdOf(headers: RecordHeaders): string | null {
  const found = headers.findLast(([name]) => name === 'replay-id')?.[1]?.toString('latin1');
  return found !== undefined && REPLAY_ID.test(found) ? found : null;
}

function sizeOf({ key, value, headers }: KafkaRecord): number {
  const ofHeaders = headers.reduce((sum, [name, content]) => sum + Buffer.byteLength(name) + (content?.length ?? 0), 0);
  return (key?.length ?? 0) + (value?.length ?? 0) + ofHeaders;
}

/**
 * The `dead-letter-*` headers of a record. Ours come last: a failed record may have brought headers of these names, and
 * they are kept. Texts are made such that a database and a terminal can hold them.
 */
class LetterHeaders {
  private readonly values = new Map<string, string>();

  constructor(headers: RecordHeaders) {
    for (const [name, value] of headers) {
      if (name.startsWith('dead-letter-')) this.values.set(name, value?.toString('utf8') ?? '');
    }
  }

  text(name: string, maxCharacters = MESSAGE_MAX_CHARACTERS): string | null {
    const value = this.values.get(`dead-letter-${name}`);
    return value === undefined || value === '' ? null : storable(value, maxCharacters);
  }

  matching(name: string, pattern: RegExp): string | null {
    const value = this.values.get(`dead-letter-${name}`);
    return value !== undefined && pattern.test(value) ? value : null;
  }

  integer(name: string, max = INT32_MAX): number | null {
    const value = this.matching(name, /^\d{1,10}$/);
    return value !== null && Number(value) <= max ? Number(value) : null;
  }

  time(name: string): string | null {
    const ms = Date.parse(this.matching(name, /^\d{4}-\d\d-\d\dT[\d:.]{5,15}Z$/) ?? '');
    return ms >= TIME_MIN_MS ? new Date(ms).toISOString() : null;
  }

  list(name: string): string[] {
    try {
      const parsed: unknown = JSON.parse(this.values.get(`dead-letter-${name}`) ?? '[]');
      if (!Array.isArray(parsed)) return [];
      const names = parsed.filter((item): item is string => typeof item === 'string');
      return names.slice(0, FIELDS_MAX).map((item) => storable(item, NAME_MAX_CHARACTERS));
    } catch {
      return [];
    }
  }
}

function storable(text: string, maxCharacters: number): string {
  return text.slice(0, maxCharacters).replaceAll('\0', '\uFFFD').toWellFormed();
}
