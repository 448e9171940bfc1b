/**
 * Teaches kafkajs to read every codec a producer may use (contract 1); without a codec registered one such record
 * stops the consumer for good. Unpacking is bounded: a small batch that inflates without end must not take the
 * process down. We write gzip only; the other directions exist so that tests can produce every codec.
 */
import { promisify } from 'node:util';
import { gunzip, gzip, zstdCompress, zstdDecompress } from 'node:zlib';
import kafkajs from 'kafkajs';
import { decompressLz4, storeLz4 } from './lz4.js';
import { compressSnappy, decompressSnappy } from './snappy.js';

/** Largest record batch after unpacking. Java producers stay below max.request.size (1 MiB by default). */
const MAX_UNPACKED_BATCH_BYTES = 128 * 1024 * 1024;

interface Codec {
  compress(encoder: { buffer: Buffer }): Promise<Buffer>;
  decompress(bytes: Buffer): Promise<Buffer>;
}

const gzipAsync = promisify(gzip);
const gunzipAsync = promisify<Buffer, { maxOutputLength: number }, Buffer>(gunzip);
const zstdCompressAsync = promisify<Buffer, Buffer>(zstdCompress);
const zstdDecompressAsync = promisify<Buffer, { maxOutputLength: number }, Buffer>(zstdDecompress);
const bound = { maxOutputLength: MAX_UNPACKED_BATCH_BYTES };

const codecs: Readonly<Record<'gzip' | 'snappy' | 'lz4' | 'zstd', Codec>> = {
  gzip: {
    compress: ({ buffer }) => gzipAsync(buffer),
    decompress: (bytes) => gunzipAsync(bytes, bound),
  },
  snappy: {
    compress: async ({ buffer }) => compressSnappy(buffer),
    decompress: async (bytes) => decompressSnappy(bytes, MAX_UNPACKED_BATCH_BYTES),
  },
  lz4: {
    compress: async ({ buffer }) => storeLz4(buffer),
    decompress: async (bytes) => decompressLz4(bytes, MAX_UNPACKED_BATCH_BYTES),
  },
  zstd: {
    compress: ({ buffer }) => zstdCompressAsync(buffer),
    decompress: (bytes) => zstdDecompressAsync(bytes, bound),
  },
};

/** Registers gzip, snappy, lz4 and zstd in kafkajs. Calling it again changes nothing. */
export function registerCodecs(): void {
  const { CompressionCodecs, CompressionTypes } = kafkajs;
  CompressionCodecs[CompressionTypes.GZIP] = () => codecs.gzip;
  CompressionCodecs[CompressionTypes.Snappy] = () => codecs.snappy;
  CompressionCodecs[CompressionTypes.LZ4] = () => codecs.lz4;
  CompressionCodecs[CompressionTypes.ZSTD] = () => codecs.zstd;
}
