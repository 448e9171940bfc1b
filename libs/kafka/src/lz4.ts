/**
 * LZ4 frames as Kafka's clients write them (lz4 frame format 1.6: independent or linked blocks, optional checksums and
 * content size). Written here because the packages for it either write past the output without noticing or bring a
 * native build. Checksums are not verified: TCP and Kafka's own CRC cover the bytes, and the broker has read them.
 */
const FRAME_MAGIC = 0x184d2204;
const STORED_BLOCK = 0x80000000;
const MAX_BLOCK_BYTES: Readonly<Record<number, number>> = { 4: 65_536, 5: 262_144, 6: 1_048_576, 7: 4_194_304 };
/** Magic, version 1 with independent blocks, 64 KiB blocks, and the checksum of these two bytes. */
const WRITTEN_HEADER = Buffer.from([0x04, 0x22, 0x4d, 0x18, 0x60, 0x40, 0x82]);
const WRITTEN_BLOCK_BYTES = 65_536;

/** Unpacks one or more frames. Throws `RangeError` beyond `maxBytes` of output, `Error` on damaged input. */
export function decompressLz4(input: Buffer, maxBytes: number): Buffer {
  const output = new GrowingBuffer(maxBytes);
  let at = 0;
  do at = readFrame(input, at, output);
  while (at < input.length);
  return output.written();
}

/** Packs bytes as a valid frame of stored blocks: readable by every client, without gain in size. */
export function storeLz4(input: Buffer): Buffer {
  const parts: Buffer[] = [WRITTEN_HEADER];
  for (let at = 0; at < input.length; at += WRITTEN_BLOCK_BYTES) {
    const block = input.subarray(at, at + WRITTEN_BLOCK_BYTES);
    const size = Buffer.alloc(4);
    size.writeUInt32LE((block.length | STORED_BLOCK) >>> 0);
    parts.push(size, block);
  }
  return Buffer.concat([...parts, Buffer.alloc(4)]);
}

function readFrame(input: Buffer, start: number, output: GrowingBuffer): number {
  if (input.readUInt32LE(start) !== FRAME_MAGIC) throw new Error('lz4: not a frame');
  const flags = input.readUInt8(start + 4);
  if (flags >> 6 !== 1) throw new Error('lz4: unknown frame version');
  const maxBlock = MAX_BLOCK_BYTES[(input.readUInt8(start + 5) >> 4) & 7];
  if (maxBlock === undefined) throw new Error('lz4: unknown block size');
  const hasBlockChecksum = (flags & 0x10) !== 0;
  const contentSizeBytes = (flags & 0x08) !== 0 ? 8 : 0;
  const contentChecksumBytes = (flags & 0x04) !== 0 ? 4 : 0;
  const dictionaryIdBytes = (flags & 0x01) !== 0 ? 4 : 0;
  let at = start + 7 + contentSizeBytes + dictionaryIdBytes;
  const frameStart = output.length;
  for (;;) {
    const field = input.readUInt32LE(at);
    at += 4;
    if (field === 0) return at + contentChecksumBytes;
    const size = (field & ~STORED_BLOCK) >>> 0;
    if (size > maxBlock || at + size > input.length) throw new Error('lz4: block larger than its frame allows');
    if (field >= STORED_BLOCK) output.append(input, at, size);
    else readBlock(input.subarray(at, at + size), output, frameStart);
    at += size + (hasBlockChecksum ? 4 : 0);
  }
}

/** A block is a row of sequences: literals, then a match that points back into what the frame has already given. */
function readBlock(input: Buffer, output: GrowingBuffer, frameStart: number): void {
  const end = input.length;
  let at = 0;
  const readLength = (nibble: number): number => {
    if (nibble !== 15) return nibble;
    let length = 15;
    for (;;) {
      const byte = input.readUInt8(at++);
      length += byte;
      if (byte !== 255) return length;
    }
  };
  while (at < end) {
    const token = input.readUInt8(at++);
    const literals = readLength(token >> 4);
    if (at + literals > end) throw new Error('lz4: literals run past the block');
    output.append(input, at, literals);
    at += literals;
    if (at === end) return;
    const distance = input.readUInt16LE(at);
    at += 2;
    const length = readLength(token & 15) + 4;
    if (distance === 0 || distance > output.length - frameStart) throw new Error('lz4: match before the frame');
    output.repeat(distance, length);
  }
}

/** Output that grows by doubling up to a bound, so that a hostile frame cannot claim memory it does not fill. */
class GrowingBuffer {
  private bytes = Buffer.allocUnsafe(0);
  length = 0;

  constructor(private readonly maxBytes: number) {}

  private reserve(more: number): void {
    if (this.length + more <= this.bytes.length) return;
    const grown = Buffer.allocUnsafe(Math.max(this.length + more, this.bytes.length * 2));
    this.bytes.copy(grown, 0, 0, this.length);
    this.bytes = grown;
  }

  append(source: Buffer, at: number, size: number): void {
    this.claim(size);
    source.copy(this.bytes, this.length, at, at + size);
    this.length += size;
  }

  repeat(distance: number, size: number): void {
    this.claim(size);
    const { bytes } = this;
    if (distance >= size) bytes.copyWithin(this.length, this.length - distance, this.length - distance + size);
    else for (let i = this.length; i < this.length + size; i++) bytes[i] = bytes[i - distance] as number;
    this.length += size;
  }

  written(): Buffer {
    return this.bytes.subarray(0, this.length);
  }

  private claim(size: number): void {
    if (this.length + size > this.maxBytes) throw new RangeError(`lz4: more than ${this.maxBytes} bytes of output`);
    this.reserve(size);
  }
}
