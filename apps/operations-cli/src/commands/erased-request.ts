import { decodeRecord, normaliseCorrelationId } from '#events';
import type { RecordSource } from '#ledger';
import type { Tools } from '../tools.js';

/**
 * The request of an unresolved onboarding that the ledger has erased by its age, as its dead letter repeats it; null where
 * the topic does not have it. It was valid when it was taken: its rules are not asked again.
 */
export async function requestFromLetter(tools: Tools, correlationId: string): Promise<RecordSource | null> {
  const deadLetters = await tools.deadLetters();
  await deadLetters.catchUp();
  const selection = { correlationId: normaliseCorrelationId(correlationId), code: 'OUTCOME_UNRESOLVED' };
  const [newest] = (await deadLetters.list(selection, 1)).letters;
  const letter = newest ? await deadLetters.show(newest.partition, BigInt(newest.offset)) : null;
  if (letter === null) return null;
  const { key, value, headers } = letter;
  const { topic, partition, offset, timestamp: timestampMs } = letter.original;
  const record = { topic, partition, offset: BigInt(offset), timestampMs, key, value, headers };
  const decoded = decodeRecord(record, { groupId: tools.settings.kafka.groupId, checkRules: () => [] });
  if (decoded.kind !== 'request') return null;
  const { causationId, traceparent } = decoded;
  return {
    ...{ topic, partition, offset: record.offset, timestampMs, key, causationId, traceparent },
    data: JSON.stringify(decoded.data),
  };
}
