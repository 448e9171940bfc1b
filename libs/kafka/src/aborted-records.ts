/**
 * kafkajs 2.2.4 shows records of aborted transactions: it takes the broker's list of them as sorted by first offset
 * (it is sorted by end), looks at one transaction a message, and takes a record whose key is four zero bytes for an abort
 * marker. With two transactional producers on a topic that is enough for a request that was taken back to be read. So
 * each fetch is looked through before kafkajs does: what must not be seen counts as a control record, which kafkajs
 * passes over and whose offset it still knows.
 */
import { createRequire } from 'node:module';
import type { FetchedMessage, FetchedPartition } from './fetched.js';

interface Broker {
  fetch(request: unknown): Promise<{ responses: { partitions: FetchedPartition[] }[] }>;
}

/** Of the key of a control record (version, type, both int16): the transaction was aborted. */
const ABORT = 0;

const guarded = Symbol.for('customer-onboarding.kafkajs-aborted-records');

/** Makes every consumer of this process hide aborted records; once for the process. */
export function hideAbortedRecords(): void {
  const load = createRequire(import.meta.url);
  const { prototype } = load('kafkajs/src/broker/index.js') as { prototype: Broker };
  if (guarded in prototype) return;
  const { fetch } = prototype;
  prototype.fetch = async function (this: Broker, request) {
    const answer = await fetch.call(this, request);
    for (const partition of answer.responses.flatMap(({ partitions }) => partitions)) hideAborted(partition);
    return answer;
  };
  Object.defineProperty(prototype, guarded, { value: true });
}

/** Turns the records of aborted transactions into control records and empties the list of these transactions. */
export function hideAborted(partition: FetchedPartition): void {
  for (const message of abortedOf(partition)) message.isControlRecord = true;
  partition.abortedTransactions = [];
}

/** A transaction's records begin at its first offset and end with its producer's next abort marker. */
function abortedOf({ messages, abortedTransactions }: FetchedPartition): FetchedMessage[] {
  if (abortedTransactions === null || abortedTransactions.length === 0) return [];
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
    if (!message.isControlRecord) return inTransaction && aborting.has(producerId);
    if (message.key?.readInt16BE(2) === ABORT) aborting.delete(producerId);
    return false;
  });
}
