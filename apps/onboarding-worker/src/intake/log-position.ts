import type { IntakePosition } from '#ledger';
import type { SeenRecord } from './seen-record.js';

/**
 * Where intake stands in a partition's log (P1, design 2): pure. Kafka's committed offset is only a hint; the ledger's
 * position decides. A batch that starts beyond it would skip records. The last record taken must be in the log still, else
 * it is another one and is read from its start: the first batch after an assignment shows it, for others it is read once
 * more after they were fetched. A log that was deleted does not come back, so the batch is of the same one.
 */

/** What is known of a fetched batch. `verified`: the last record taken was found in this log after the batch was fetched. */
export interface FetchedBatch {
  fetchOffset: bigint;
  records: SeenRecord[];
  verified: boolean;
}

export type LastTaken = NonNullable<IntakePosition['last']>;

export interface LogBounds {
  start: bigint;
  end: bigint;
}

export type PositionDecision =
  /** Take the records from this offset on; `lost` records were deleted before they were read. */
  | { kind: 'take'; from: bigint; lost: bigint }
  /** Take nothing, fetch from there. */
  | { kind: 'seek'; offset: bigint }
  /** Another or a truncated log: forget the position and read from the log's start. */
  | { kind: 'restart'; offset: bigint }
  /** Decide again with the bounds of the log, asked for after the position was read: older ones may end before it. */
  | { kind: 'need-bounds' };

export function decidePosition(
  position: IntakePosition | null,
  batch: FetchedBatch,
  bounds: LogBounds | null,
): PositionDecision {
  if (position && batch.verified && (position.last !== null || batch.fetchOffset === position.nextOffset)) {
    const { nextOffset } = position;
    return batch.fetchOffset <= nextOffset ? take(nextOffset) : { kind: 'seek', offset: nextOffset };
  }
  if (!bounds) return { kind: 'need-bounds' };
  if (!position) {
    // Deleted since it was fetched is not deleted before it was read: the batch holds all from its fetch offset on.
    return batch.fetchOffset > bounds.start ? { kind: 'seek', offset: bounds.start } : take(batch.fetchOffset);
  }
  return decideKnown(position, batch, bounds);
}

function decideKnown(position: IntakePosition, batch: FetchedBatch, bounds: LogBounds): PositionDecision {
  const { last, nextOffset } = position;
  if (bounds.end < nextOffset) return { kind: 'restart', offset: bounds.start };
  if (bounds.start > nextOffset) {
    // Everything up to the log's start is gone, the last record taken with it: nothing can be compared.
    if (batch.fetchOffset > bounds.start) return { kind: 'seek', offset: bounds.start };
    const from = batch.fetchOffset > nextOffset ? batch.fetchOffset : nextOffset;
    return { kind: 'take', from, lost: from - nextOffset };
  }
  // Nothing was taken of this log yet, and its start does not move back: it is another one again.
  if (last === null && bounds.start < nextOffset) return { kind: 'restart', offset: bounds.start };
  if (last === null || last.offset < bounds.start) {
    return batch.fetchOffset > nextOffset ? { kind: 'seek', offset: nextOffset } : take(nextOffset);
  }
  if (batch.fetchOffset > last.offset) return { kind: 'seek', offset: last.offset };
  return compareLast(position, last, batch, bounds);
}

function compareLast(
  position: IntakePosition,
  last: LastTaken,
  batch: FetchedBatch,
  bounds: LogBounds,
): PositionDecision {
  const found = batch.records.find((record) => record.offset >= last.offset);
  if (!found) return { kind: 'seek', offset: last.offset };
  return isSameRecord(found, last) ? take(position.nextOffset) : { kind: 'restart', offset: bounds.start };
}

export function isSameRecord(found: SeenRecord, { offset, timestampMs, digest }: LastTaken): boolean {
  return found.offset === offset && found.timestampMs === timestampMs && found.digest().equals(digest);
}

function take(from: bigint): PositionDecision {
  return { kind: 'take', from, lost: 0n };
}
