import { decodeRecord, normaliseCorrelationId } from '#events';
import type { LetterWithRecord } from '#dead-letters';
import type { RecordSource } from '#ledger';
import type { Tools } from '../tools.js';

/** Of one correlation id; each has been read from the topic for its data. */
const LETTERS_MAX = 100;

/**
 * The request of an unresolved onboarding that the ledger has erased by its age, as its dead letter repeats it; null where
 * the topic does not have it. `digest` tells it from letters of a correction, which has the same code but made no call. It was
 * valid when it was taken: its rules are not asked again.
 */
export async function requestFromLetter(
  tools: Tools,
  correlationId: string,
  digest: Buffer,
): Promise<RecordSource | null> {
  const deadLetters = await tools.deadLetters();
  await deadLetters.catchUp();
  const selection = { correlationId: normaliseCorrelationId(correlationId), code: 'OUTCOME_UNRESOLVED' };
  for (const { partition, offset } of (await deadLetters.list(selection, LETTERS_MAX)).letters) {
    const letter = await deadLetters.show(partition, BigInt(offset));
    const request = letter === null ? null : requestIn(letter, tools.settings.kafka.groupId, digest);
    if (request !== null) return request;
  }
  return null;
}

/** Null where the letter has other data. */
function requestIn(letter: LetterWithRecord, groupId: string, digest: Buffer): RecordSource | null {
  const { key, value, headers } = letter;
  const { topic, partition, offset, timestamp: timestampMs } = letter.original;
  const record = { topic, partition, offset: BigInt(offset), timestampMs, key, value, headers };
  const decoded = decodeRecord(record, { groupId, checkRules: () => [] });
  if (decoded.kind !== 'request' || !decoded.digest.equals(digest)) return null;
  const { causationId, traceparent } = decoded;
  return {
    ...{ topic, partition, offset: record.offset, timestampMs, key, causationId, traceparent },
    data: JSON.stringify(decoded.data),
  };
}
