import { BaseRpcContext } from '@nestjs/microservices';
import type { KafkaRecord } from './record.js';

/** A partition of a topic. */
export interface TopicPartition {
  readonly topic: string;
  readonly partition: number;
}

/** Payload of a batch handler: a gapless stretch of one partition's log, `fetchOffset` up to `nextOffset` - 1. */
export interface RecordBatch extends TopicPartition {
  /**
   * First offset this batch accounts for. Everything from here to `nextOffset` is either in `records` or nothing a
   * reader sees (transaction markers, aborted records), also where such stretches came as fetches of their own.
   */
  readonly fetchOffset: bigint;
  /** First offset this batch does not account for: the position after taking all of it. */
  readonly nextOffset: bigint;
  /** In order of offset, never empty. */
  readonly records: readonly KafkaRecord[];
  /** End of the log when it was fetched. */
  readonly highWatermark: bigint;
}

/**
 * What a batch handler returns. Everything below `nextOffset` must be safe (committed in the ledger) by then.
 * - `taken`: read on from `nextOffset`.
 * - `seek`: nothing was taken; read on from `offset`, forwards or backwards.
 * - `partial-pause`: taken below `nextOffset`; the rest is fetched again after `resumeAfterMs`.
 */
export type BatchResult =
  | { readonly kind: 'taken'; readonly nextOffset: bigint }
  | { readonly kind: 'seek'; readonly offset: bigint }
  | { readonly kind: 'partial-pause'; readonly nextOffset: bigint; readonly resumeAfterMs: number };

/**
 * Second argument of a batch handler (`@Ctx()`). `generation` grows by one with every assignment this process gets; a
 * batch whose generation is no longer the current one may belong to another worker by now (`isCurrent()` is false),
 * and what its handler returns is ignored.
 */
export class BatchContext extends BaseRpcContext<[]> {
  constructor(
    readonly topic: string,
    readonly partition: number,
    readonly generation: number,
    private readonly currentGeneration: () => number,
  ) {
    super([]);
  }

  isCurrent(): boolean {
    return this.generation === this.currentGeneration();
  }
}
