import { type OutgoingRecord, decodeHeaders, nullHeaderNames } from '#kafka';
import type { OutboxRow } from '#ledger';

/**
 * The Kafka record of an outbox row: pure. A dead letter repeats the original headers byte for byte and adds its own; a
 * null header value cannot be written by the client, so it goes out empty and its name is listed (contract 4).
 */
export function toOutgoingRecord(
  row: OutboxRow,
  topics: { created: string; rejected: string; deadLetter: string },
): OutgoingRecord {
  const added = JSON.parse(row.headers) as [string, string][];
  const original = row.originalHeaders === null ? [] : decodeHeaders(row.originalHeaders);
  const nullNames = nullHeaderNames(original);
  if (nullNames.length > 0) added.push(['dead-letter-null-headers', JSON.stringify(nullNames)]);
  const headers = [
    ...original.map(([name, value]) => [name, value ?? Buffer.alloc(0)] as const),
    ...added.map(([name, text]) => [name, Buffer.from(text)] as const),
  ];
  const topic = { created: topics.created, rejected: topics.rejected, 'dead-letter': topics.deadLetter }[row.kind];
  return { topic, key: row.key, value: row.value, headers };
}
