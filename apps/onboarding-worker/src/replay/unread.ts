/**
 * What intake has still to read of a partition, of all that was written to it before a moment: pure. A record that was on the
 * topic at that moment and is in no such stretch of any partition was taken, skipped or deleted; it does not come any more.
 */

export interface PartitionInSight {
  /** End of what was written before the moment, in open transactions too. */
  written: bigint;
  /** Where intake stands; null when it has read nothing yet. */
  position: bigint | null;
  /** Bounds of the log, asked for after the position: its first offset, and the end of what readers are shown. */
  start: bigint;
  end: bigint;
}

export type Unread =
  | { kind: 'nothing' }
  /** A transaction is open: what of it will be shown is not known yet. */
  | { kind: 'not-known' }
  /** Nothing, if readers are shown no record of this stretch: it may hold markers or aborted records only. */
  | { kind: 'stretch'; from: bigint; to: bigint };

/**
 * Intake goes on where it stands; where the log begins, if Kafka deleted what comes before, if nothing was read yet, or if
 * it stands beyond the log's end: then it is another log, which is read from its start (intake/log-position.ts).
 */
export function unreadOf({ written, position, start, end }: PartitionInSight): Unread {
  const isInLog = position !== null && position >= start && position <= end;
  const from = isInLog ? position : start;
  if (from >= written) return { kind: 'nothing' };
  return end < written ? { kind: 'not-known' } : { kind: 'stretch', from, to: written };
}
