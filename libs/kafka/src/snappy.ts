import snappy from 'snappyjs';

/** Header of the Java stream format ("xerial"): magic, version 1, compatible with version 1; then sized raw blocks. */
const XERIAL_MAGIC = Buffer.from([0x82, 0x53, 0x4e, 0x41, 0x50, 0x50, 0x59, 0x00]);
const XERIAL_HEADER_BYTES = 16;

/** Unpacks snappy in Java's stream format or raw. Throws `RangeError` beyond `maxBytes` of output. */
export function decompressSnappy(input: Buffer, maxBytes: number): Buffer {
  if (!input.subarray(0, XERIAL_MAGIC.length).equals(XERIAL_MAGIC)) return decompressBlock(input, maxBytes);
  const parts: Buffer[] = [];
  let left = maxBytes;
  for (let at = XERIAL_HEADER_BYTES; at < input.length;) {
    const size = input.readInt32BE(at);
    at += 4;
    if (size < 0 || at + size > input.length) throw new Error('snappy: block runs past the input');
    const part = decompressBlock(input.subarray(at, at + size), left);
    parts.push(part);
    left -= part.length;
    at += size;
  }
  return Buffer.concat(parts);
}

/** Packs bytes as one raw block, which every client reads. */
export function compressSnappy(input: Buffer): Buffer {
  return Buffer.from(snappy.compress(input));
}

function decompressBlock(block: Buffer, maxBytes: number): Buffer {
  if (claimedLength(block) > maxBytes) throw new RangeError(`snappy: more than ${maxBytes} bytes of output`);
  return Buffer.from(snappy.uncompress(block));
}

/** A raw block begins with its unpacked length as a varint of at most five bytes. */
function claimedLength(block: Buffer): number {
  let length = 0;
  for (let i = 0; i < 5; i++) {
    const byte = block.readUInt8(i);
    length += (byte & 0x7f) * 2 ** (7 * i);
    if (byte < 0x80) return length;
  }
  throw new Error('snappy: damaged length');
}
