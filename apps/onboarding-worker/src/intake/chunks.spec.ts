import type { KafkaRecord, RecordBatch } from '#kafka';
import fc from 'fast-check';
import { expect, it } from 'vitest';
import { chunksOf, singlesOf } from './chunks.js';

const MIB = 1024 * 1024;
const record = (offset: number, bytes = 10): KafkaRecord => ({
  topic: 't',
  partition: 0,
  offset: BigInt(offset),
  timestampMs: 0,
  key: null,
  value: Buffer.alloc(bytes),
  headers: [],
});
const batchOf = (records: KafkaRecord[]): RecordBatch => ({
  topic: 't',
  partition: 0,
  fetchOffset: (records[0]?.offset ?? 0n) - 2n,
  nextOffset: (records.at(-1)?.offset ?? 0n) + 3n,
  records,
  highWatermark: 10_000n,
});

it('leaves no gap between chunks and covers the whole batch, whatever the gaps between records', () => {
  const gaps = fc.array(fc.integer({ min: 1, max: 3 }), { minLength: 1, maxLength: 1_200 });
  fc.assert(
    fc.property(gaps, fc.constantFrom(chunksOf, singlesOf), (steps, cut) => {
      let offset = 10;
      const batch = batchOf(steps.map((step) => record((offset += step))));
      const chunks = cut(batch);
      expect(chunks[0]?.fetchOffset).toBe(batch.fetchOffset);
      expect(chunks.at(-1)?.nextOffset).toBe(batch.nextOffset);
      chunks.slice(1).forEach((chunk, index) => expect(chunk.fetchOffset).toBe(chunks[index]?.nextOffset));
      expect(chunks.flatMap(({ records }) => records)).toEqual(batch.records);
      expect(Math.max(...chunks.map(({ records }) => records.length))).toBeLessThanOrEqual(500);
    }),
    { numRuns: 30 },
  );
});

it('bounds a chunk in bytes; a record that alone is larger stands alone', () => {
  const sizes = [6, 6, 6, 20, 1, 1].map((mib) => mib * MIB);
  const chunks = chunksOf(batchOf(sizes.map((size, index) => record(index + 5, size))));
  expect(chunks.map(({ records }) => records.length)).toEqual([2, 1, 1, 2]);
});
