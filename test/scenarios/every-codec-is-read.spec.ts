import { type RawCodec, OnboardingSystem, customerData } from '#testing';
import { gzipSync, zstdCompressSync } from 'node:zlib';
import snappy from 'snappyjs';
import { afterAll, beforeAll, expect, inject, it } from 'vitest';

// Producers compress as they like: gzip, snappy, lz4 and zstd batches, with good requests and poison, are read like any
// other. (The frames that Java's lz4 and snappy write are looked at in libs/kafka.)
const codecs: Record<string, RawCodec> = {
  gzip: { id: 1, compress: (records) => gzipSync(records) },
  snappy: { id: 2, compress: (records) => Buffer.from(snappy.compress(records)) },
  lz4: { id: 3, compress: lz4Frame },
  zstd: { id: 4, compress: (records) => zstdCompressSync(records) },
};
let system: OnboardingSystem;

beforeAll(async () => {
  system = await OnboardingSystem.start({ brokers: inject('kafkaBrokers'), databaseUrl: inject('databaseUrl') });
  await system.startWorker();
});
afterAll(() => system.stop());

it('takes the good records of every codec and dead-letters the poison', async () => {
  for (const [index, [name, codec]] of Object.entries(codecs).entries()) {
    const good = Array.from({ length: 20 }, (_, n) => ({
      value: Buffer.from(JSON.stringify({ ...customerData(`${name}${n}`), correlationId: `${name}-${n}` })),
    }));
    const poison = { value: Buffer.from(`poison of ${name}`) };
    await system.log.writeRaw(system.topics.requested, index % 3, [...good, poison, {}], codec);
  }
  await system.settled();
  expect((await system.created()).size).toBe(80);
  const letters = await system.read('deadLetter');
  expect(letters.map(({ value }) => (value === null ? 'tombstone' : String(value))).sort()).toEqual([
    ...Object.keys(codecs)
      .map((name) => `poison of ${name}`)
      .sort(),
    ...Object.keys(codecs).map(() => 'tombstone'),
  ]);
});

/** A frame of stored blocks of at most 64 KiB; the checksum of this header is constant. */
function lz4Frame(bytes: Buffer): Buffer {
  const parts: Buffer[] = [Buffer.of(0x04, 0x22, 0x4d, 0x18, 0x60, 0x40, 0x82)];
  for (let at = 0; at < bytes.length; at += 65_536) {
    const block = bytes.subarray(at, at + 65_536);
    const size = Buffer.alloc(4);
    size.writeUInt32LE((block.length | 0x80000000) >>> 0);
    parts.push(size, block);
  }
  return Buffer.concat([...parts, Buffer.alloc(4)]);
}
