import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { hideAborted } from './aborted-records.js';
import type { AbortedTransaction, FetchedMessage } from './fetched.js';

const COMMIT = Buffer.from([0, 0, 0, 1]);
const ABORT = Buffer.from([0, 0, 0, 0]);

function message(
  offset: number,
  with_: Partial<FetchedMessage['batchContext']> & { key?: Buffer; isControl?: boolean },
) {
  const { producerId = '-1', inTransaction = false, key = null, isControl = false } = with_;
  return {
    ...{ key, value: null, timestamp: '0', attributes: 0, headers: {}, offset: String(offset) },
    ...{ isControlRecord: isControl, batchContext: { producerId, inTransaction } },
  } satisfies FetchedMessage;
}

interface Log {
  messages: FetchedMessage[];
  aborted: (AbortedTransaction & { markerOffset: number })[];
  committed: Set<string>;
}

/** A log of interleaved producers: each step writes a record, in or out of a transaction, or ends the producer's one. */
const steps = fc.array(
  fc.record({
    producer: fc.integer({ min: 0, max: 2 }),
    what: fc.constantFrom('record', 'record', 'plain record', 'commit', 'abort'),
  }),
  { maxLength: 40 },
);

function logOf(written: { producer: number; what: string }[]): Log {
  const log: Log = { messages: [], aborted: [], committed: new Set() };
  const open = new Map<number, number[]>();
  const end = (producer: number, isAbort: boolean): void => {
    const offsets = open.get(producer);
    if (offsets === undefined) return;
    const markerOffset = log.messages.length;
    const producerId = String(producer);
    log.messages.push(
      message(markerOffset, { producerId, isControl: true, inTransaction: true, key: isAbort ? ABORT : COMMIT }),
    );
    if (isAbort) log.aborted.push({ producerId, firstOffset: String(offsets[0]), markerOffset });
    else for (const offset of offsets) log.committed.add(String(offset));
    open.delete(producer);
  };
  for (const { producer, what } of written) {
    const offset = log.messages.length;
    if (what === 'commit' || what === 'abort') end(producer, what === 'abort');
    else if (what === 'record') {
      open.set(producer, [...(open.get(producer) ?? []), offset]);
      log.messages.push(message(offset, { producerId: String(producer), inTransaction: true, key: ABORT }));
    } else {
      log.committed.add(String(offset));
      log.messages.push(message(offset, { key: ABORT }));
    }
  }
  for (const producer of [...open.keys()]) end(producer, true);
  return log;
}

function visibleMessages(messages: FetchedMessage[], abortedTransactions: AbortedTransaction[]): FetchedMessage[] {
  const partition = { messages: messages.map((one) => ({ ...one })), abortedTransactions };
  hideAborted(partition);
  expect(partition.abortedTransactions).toEqual([]);
  return partition.messages.filter(({ isControlRecord }) => !isControlRecord);
}

describe('what a reader of committed records sees', () => {
  it('is every committed record and nothing else, wherever the fetch begins and in whatever order the list comes', () => {
    fc.assert(
      fc.property(steps, fc.nat({ max: 40 }), fc.boolean(), (written, from, isReversed) => {
        const { messages, aborted, committed } = logOf(written);
        const list = aborted.filter(({ markerOffset }) => markerOffset >= from);
        const seen = visibleMessages(messages.slice(from), isReversed ? list.reverse() : list);
        const expected = messages.slice(from).filter(({ offset }) => committed.has(offset));
        expect(seen.map(({ offset }) => offset)).toEqual(expected.map(({ offset }) => offset));
      }),
      { numRuns: 2_000 },
    );
  });

  it('hides all of two transactions that began before the fetch', () => {
    const of = (producerId: string) => ({ producerId, inTransaction: true });
    const aborted = ['1', '2'].map((producerId, firstOffset) => ({ producerId, firstOffset: String(firstOffset) }));
    expect(visibleMessages([message(5, of('2')), message(6, of('1'))], aborted)).toEqual([]);
  });
});
