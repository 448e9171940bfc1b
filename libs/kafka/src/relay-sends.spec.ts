import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { planSends, recordBytes, type OutgoingRecord } from './relay-sends.js';

const record = (topic: string, size: number): OutgoingRecord => ({
  topic,
  key: null,
  value: Buffer.alloc(size),
  headers: [],
});
const records = fc.array(
  fc
    .tuple(fc.constantFrom('created', 'created', 'rejected', 'dead'), fc.oneof(fc.nat(250), fc.nat(900)))
    .map(([topic, size]) => record(topic, size)),
  { maxLength: 40, size: 'max' },
);
const limits = { maxMessageBytes: new Map([['created', 1_200]]), compressedTopics: new Set(['dead']) };

describe('planSends', () => {
  it('sends each record once, in the order of its topic, within the limit of the topic unless it is alone', () => {
    fc.assert(
      fc.property(records, (all) => {
        const sends = planSends(all, limits);
        for (const topic of ['created', 'rejected', 'dead']) {
          const ofTopic = sends.filter((send) => send.topic === topic);
          expect(ofTopic.flatMap((send) => send.records)).toEqual(all.filter((one) => one.topic === topic));
        }
        for (const send of sends.filter(({ topic }) => topic === 'created')) {
          const bytes = send.records.reduce((sum, one) => sum + recordBytes(one), 0);
          expect(send.records.length === 1 || bytes <= 1_200 - 512).toBe(true);
          expect(send.isCompressed).toBe(bytes > 1_200 - 512);
        }
      }),
    );
  });

  it('compresses the dead-letter topic always', () => {
    expect(planSends([record('dead', 1), record('rejected', 1)], limits).map((send) => send.isCompressed)).toEqual([
      true,
      false,
    ]);
  });

  it('counts names and values of headers, and text by its bytes', () => {
    const plain = recordBytes(record('created', 10));
    const withHeader = recordBytes({ ...record('created', 10), headers: [['é', Buffer.alloc(100)]] });
    expect(withHeader - plain).toBe(10 + 2 + 100);
  });

  it('cuts two records of 600 KiB for a topic of 1 MiB into two sends', () => {
    expect(planSends([record('rejected', 614_400), record('rejected', 614_400)], limits)).toHaveLength(2);
  });
});
