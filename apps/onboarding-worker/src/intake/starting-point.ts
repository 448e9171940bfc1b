import type { IntakePosition } from '#ledger';
import type { LogBounds } from './log-position.js';

export interface StartingPoint {
  offset: bigint;
  /** Records that Kafka deleted before they were read. */
  lost: bigint;
}

/**
 * Where a partition is read from after an assignment: pure. The last record taken comes first once more, so that the
 * first batch shows whether this is still the same log (see log-position.ts); a log that ends before the position is
 * another one and is read from its start.
 */
export function startingPoint(position: IntakePosition | null, { start, end }: LogBounds): StartingPoint {
  if (!position || end < position.nextOffset) return { offset: start, lost: 0n };
  const { nextOffset, last } = position;
  if (nextOffset < start) return { offset: start, lost: start - nextOffset };
  const isLastThere = last !== null && last.offset >= start;
  return { offset: isLastThere ? last.offset : nextOffset, lost: 0n };
}
