import { disowningHeaders } from '#events';
import { type OutgoingRecord, type RecordHeaders, decodeHeaders, nullHeaderNames } from '#kafka';
import type { OutboxEntry, OutboxRow } from '#ledger';

/** Where the kinds of records go whose topic is a setting. */
export interface OutboxTopics {
  created: string;
  rejected: string;
  deadLetter: string;
}

/**
 * The Kafka record of an outbox row: pure. A dead letter repeats the original headers byte for byte and adds its own; a
 * null header value cannot be written by the client, so it goes out empty and its name is listed (contract 4). Where the
 * original brought headers of our names, the last one of each name is ours. A replay goes to the topic that its row names,
 * with the headers of its row alone.
 */
export function toOutgoingRecord(row: OutboxRow, topics: OutboxTopics): OutgoingRecord {
  const added = JSON.parse(row.headers) as [string, string][];
  const original = row.originalHeaders === null ? [] : decodeHeaders(row.originalHeaders);
  if (row.kind === 'dead-letter') {
    added.push(...nullsTold(original));
    added.push(...disowningHeaders(namesOf(original), namesOf(added)));
  }
  const headers = [
    ...original.map(([name, value]) => [name, value ?? Buffer.alloc(0)] as const),
    ...added.map(([name, text]) => [name, Buffer.from(text)] as const),
  ];
  return { topic: topicOf(row, topics), key: row.key, value: row.value, headers };
}

function nullsTold(original: RecordHeaders): [string, string][] {
  const names = nullHeaderNames(original);
  return names.length === 0 ? [] : [['dead-letter-null-headers', JSON.stringify(names)]];
}

function namesOf(headers: readonly (readonly [name: string, value: unknown])[]): string[] {
  return headers.map(([name]) => name);
}

function topicOf({ kind, topic }: OutboxRow, topics: OutboxTopics): string {
  if (kind !== 'replay') return topicOfKind(kind, topics);
  if (topic === null) throw new Error('a replay in the outbox names no topic');
  return topic;
}

function topicOfKind(kind: OutboxEntry['kind'], topics: OutboxTopics): string {
  return { created: topics.created, rejected: topics.rejected, 'dead-letter': topics.deadLetter }[kind];
}

/** Kinds that have to wait while these topics are out of reach. */
export function kindsOf(unreachable: readonly string[], topics: OutboxTopics): OutboxEntry['kind'][] {
  const kinds = ['created', 'rejected', 'dead-letter'] as const;
  return kinds.filter((kind) => unreachable.includes(topicOfKind(kind, topics)));
}
