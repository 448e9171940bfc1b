/** What kafkajs' broker class answers to a fetch; no part of its public types. */
import type { KafkaMessage } from 'kafkajs';

/** A message as a fetch brings it: also those of aborted transactions, and the markers that end a transaction. */
export type FetchedMessage = KafkaMessage & {
  isControlRecord: boolean;
  readonly batchContext: { readonly producerId: string; readonly inTransaction: boolean };
};

export interface AbortedTransaction {
  readonly producerId: string;
  readonly firstOffset: string;
}

export interface FetchedPartition {
  abortedTransactions: readonly AbortedTransaction[] | null;
  readonly messages: readonly FetchedMessage[];
}
