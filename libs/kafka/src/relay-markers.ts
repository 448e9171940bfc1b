/**
 * The relay's progress, kept where its transactions can write it: as consumer offsets of the group
 * `<KAFKA_GROUP_ID>.relay`, which needs no member (design 2). Slot 0: partition 0 of the created topic, the id of the
 * last batch that is on the topics. Slot 1: partition 0 of the rejected topic, the term of the relay that began last.
 */
import type { Offsets, TopicOffsets } from 'kafkajs';
import type { AdminConnection } from './admin-connection.js';

/** A slot as read back. Ledger id and term are `null` when the metadata is not ours or not readable. */
export interface Marker {
  readonly offset: bigint;
  readonly ledgerId: string | null;
  readonly term: bigint | null;
}

/** Both slots; `null`: Kafka knows nothing there (never written, or forgotten after `offsets.retention.minutes`). */
export interface RelayMarkers {
  readonly batch: Marker | null;
  readonly term: Marker | null;
}

export interface MarkerSlots {
  readonly groupId: string;
  /** Topics whose partition 0 carries slot 0 and slot 1. */
  readonly batchTopic: string;
  readonly termTopic: string;
}

/** The transactional id and the marker group of the relay: `<KAFKA_GROUP_ID>.relay` (contract 6). */
export function relayGroupId(groupId: string): string {
  return `${groupId}.relay`;
}

/** Reads both slots. Throws what kafkajs throws. */
export async function readMarkers(admin: AdminConnection, slots: MarkerSlots): Promise<RelayMarkers> {
  const { groupId, batchTopic, termTopic } = slots;
  const request = { groupId, topics: [batchTopic, termTopic], resolveOffsets: false };
  const offsets = await admin.use((client) => client.fetchOffsets(request));
  const slot = (topic: string): Marker | null => {
    const found = offsets.find((entry) => entry.topic === topic)?.partitions.find(({ partition }) => partition === 0);
    return found === undefined ? null : parseMarker(found.offset, found.metadata);
  };
  return { batch: slot(batchTopic), term: slot(termTopic) };
}

/** The offsets request that writes one slot. kafkajs sends `metadata` although its types do not know it there. */
export function markerOffsets(
  groupId: string,
  topic: string,
  marker: { offset: bigint; ledgerId: string; term: bigint },
): Offsets & { consumerGroupId: string } {
  const metadata = JSON.stringify({ ledgerId: marker.ledgerId, term: String(marker.term) });
  const partitions = [{ partition: 0, offset: String(marker.offset), metadata }];
  const topics: TopicOffsets[] = [{ topic, partitions }];
  return { consumerGroupId: groupId, topics };
}

/** Kafka says -1 where nothing was ever committed. */
export function parseMarker(offset: string, metadata: string | null): Marker | null {
  const value = BigInt(offset);
  if (value < 0n) return null;
  const { ledgerId, term } = parseMetadata(metadata);
  return {
    offset: value,
    ledgerId: typeof ledgerId === 'string' ? ledgerId : null,
    term: typeof term === 'string' && /^\d{1,19}$/.test(term) ? BigInt(term) : null,
  };
}

function parseMetadata(metadata: string | null): Record<string, unknown> {
  try {
    const parsed: unknown = JSON.parse(metadata ?? '');
    return typeof parsed === 'object' && parsed !== null ? (parsed as Record<string, unknown>) : {};
  } catch {
    return {};
  }
}
