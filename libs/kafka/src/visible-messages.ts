import type { AbortedTransaction, FetchedMessage } from './cluster.js';

/** Of the key of a control record (version, type, both int16): the transaction was aborted. */
const ABORT = 0;

/**
 * What a reader of committed records sees of a fetch: neither records of aborted transactions nor the markers that end
 * a transaction. A transaction's records begin at its first offset and end with its producer's next abort marker.
 * kafkajs' own filter takes the broker's list as sorted by first offset, looks at one transaction a message and takes a
 * record whose key is four zero bytes for a marker.
 */
export function visibleMessages(
  messages: readonly FetchedMessage[],
  abortedTransactions: readonly AbortedTransaction[],
): FetchedMessage[] {
  const waiting = abortedTransactions
    .map(({ producerId, firstOffset }) => ({ producerId, firstOffset: BigInt(firstOffset) }))
    .sort((a, b) => (a.firstOffset < b.firstOffset ? -1 : 1));
  const aborting = new Set<string>();
  return messages.filter((message) => {
    const { producerId, inTransaction } = message.batchContext;
    while (waiting[0] !== undefined && waiting[0].firstOffset <= BigInt(message.offset)) {
      aborting.add(waiting[0].producerId);
      waiting.shift();
    }
    if (!message.isControlRecord) return !(inTransaction && aborting.has(producerId));
    if (message.key?.readInt16BE(2) === ABORT) aborting.delete(producerId);
    return false;
  });
}
