/**
 * Where one partition has been read up to without a gap. kafkajs passes over fetches that hold only transaction
 * markers or aborted records without telling the handler, so the next batch seems to begin later than the last one
 * ended. The cursor remembers such stretches and adds them to the batch that follows; a true jump (records deleted
 * before they were read, a log made anew) stays visible as a jump.
 */
export class PartitionCursor {
  private from: bigint | null = null;
  private to: bigint | null = null;

  /** Nothing is known any more: a new assignment begins where the group last committed. */
  reset(): void {
    this.from = null;
    this.to = null;
  }

  /** The next fetch begins at `offset`: after a seek, or after a batch was taken up to it. */
  moveTo(offset: bigint): void {
    this.from = offset;
    this.to = offset;
  }

  /** A fetch without visible records reached from `first` to `last`, both included. */
  passOver(first: bigint, last: bigint): void {
    if (this.to !== first) this.from = first;
    this.to = last + 1n;
  }

  /** First offset that a batch fetched at `fetchedOffset` accounts for. */
  startOf(fetchedOffset: bigint): bigint {
    return this.to === fetchedOffset && this.from !== null ? this.from : fetchedOffset;
  }
}
