import fc from 'fast-check';
import kafkajs, { type CompressionTypes as CompressionType } from 'kafkajs';
import { describe, expect, it } from 'vitest';
import { javaLz4, javaSnappy, javaText } from '../test/java-frames.js';
import { registerCodecs } from './codecs.js';
import { decompressLz4, storeLz4 } from './lz4.js';
import { compressSnappy, decompressSnappy } from './snappy.js';

const { CompressionCodecs, CompressionTypes } = kafkajs;
const MIB = 1_048_576;

describe('lz4', () => {
  it('reads frames of the Java client', () => {
    expect(decompressLz4(javaLz4, MIB).equals(javaText(4000))).toBe(true);
  });

  it('reads frames one behind the other', () => {
    const text = javaText(4000);
    expect(decompressLz4(Buffer.concat([javaLz4, javaLz4]), MIB).equals(Buffer.concat([text, text]))).toBe(true);
  });

  it('reads content size, dictionary id and checksums by skipping them, and overlapping matches', () => {
    // Flags: version 1, block checksum, content size, content checksum, dictionary id. Block: "ab", then 7 from 2 back.
    const header = Buffer.from('04224d187d40' + '0900000000000000' + '00000000' + '00', 'hex');
    const block = Buffer.from('236162' + '0200' + '00', 'hex');
    const size = Buffer.from([block.length, 0, 0, 0]);
    const frame = Buffer.concat([header, size, block, Buffer.alloc(4, 9), Buffer.alloc(4), Buffer.alloc(4, 9)]);
    expect(decompressLz4(frame, 100).toString()).toBe('ababababa');
  });

  it('gives back whatever was stored', () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 200_000 }), (bytes) => {
        expect(decompressLz4(storeLz4(Buffer.from(bytes)), MIB).equals(bytes)).toBe(true);
      }),
      { numRuns: 30 },
    );
  });

  it('stops at the bound', () => {
    expect(() => decompressLz4(javaLz4, javaText(4000).length - 1)).toThrow(RangeError);
  });

  it('never hangs nor reads outside on damaged frames', () => {
    fc.assert(
      fc.property(fc.nat(javaLz4.length - 1), fc.integer({ min: 1, max: 255 }), (at, change) => {
        const damaged = Buffer.from(javaLz4);
        damaged.writeUInt8(damaged.readUInt8(at) ^ change, at);
        try {
          expect(decompressLz4(damaged, MIB).length).toBeLessThanOrEqual(MIB);
        } catch (error) {
          expect(error).toBeInstanceOf(Error);
        }
      }),
    );
  });

  it('refuses a match that points before the frame', () => {
    const frame = Buffer.from('04224d18604082' + '04000000' + '10610900' + '00000000', 'hex');
    expect(() => decompressLz4(frame, 100)).toThrow('match before the frame');
  });
});

describe('snappy', () => {
  it('reads the stream format of the Java client', () => {
    expect(decompressSnappy(javaSnappy, MIB).equals(javaText(1500))).toBe(true);
  });

  it('reads raw blocks', () => {
    expect(decompressSnappy(compressSnappy(javaText(1500)), MIB).equals(javaText(1500))).toBe(true);
  });

  it('stops at the bound, over all blocks of a stream together', () => {
    expect(() => decompressSnappy(javaSnappy, javaText(1500).length - 1)).toThrow(RangeError);
    expect(() => decompressSnappy(compressSnappy(javaText(10)), 10)).toThrow(RangeError);
  });

  it('refuses a stream that ends within a block', () => {
    expect(() => decompressSnappy(javaSnappy.subarray(0, -1), MIB)).toThrow('past the input');
  });
});

describe('registered codecs', () => {
  it.each([
    ['gzip', CompressionTypes.GZIP],
    ['snappy', CompressionTypes.Snappy],
    ['lz4', CompressionTypes.LZ4],
    ['zstd', CompressionTypes.ZSTD],
  ])('%s reads what it wrote', async (_name, type) => {
    registerCodecs();
    const codec = CompressionCodecs[type as CompressionType.GZIP]() as {
      compress(encoder: { buffer: Buffer }): Promise<Buffer>;
      decompress(bytes: Buffer): Promise<Buffer>;
    };
    const packed = await codec.compress({ buffer: javaText(300) });
    expect((await codec.decompress(packed)).equals(javaText(300))).toBe(true);
  });
});
