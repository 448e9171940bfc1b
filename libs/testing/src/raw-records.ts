import { connect } from 'node:net';
import { crc32c, varint, varintBytes } from './record-encoding.js';

/** A record exactly as it goes over the wire: null header values, any header names, any order, any timestamp. */
export interface RawRecord {
  key?: Buffer | null;
  value?: Buffer | null;
  headers?: [name: string | Buffer, value: Buffer | null][];
  timestampMs?: number;
}

/** How the records of one batch are packed: the codec's number in the protocol, and what makes the bytes. */
export interface RawCodec {
  id: 1 | 2 | 3 | 4;
  compress: (records: Buffer) => Buffer;
}

export interface RawTarget {
  host: string;
  port: number;
  topic: string;
  partition: number;
}

const PRODUCE = 0;
/** The first version that takes zstd. */
const PRODUCE_VERSION = 7;
const TIMEOUT_MS = 10_000;

/**
 * Writes one record batch in its own connection, without a client library in between, to the leader of a partition.
 * Resolves with the offset of the first record; throws with the broker's error code.
 */
export async function produceRaw(target: RawTarget, records: RawRecord[], codec?: RawCodec): Promise<number> {
  const answer = await exchange(target, produceRequest(target, recordBatch(records, codec)));
  // Correlation id, one topic and its name, one partition and its index come before the error code.
  const at = 4 + 4 + 2 + Buffer.byteLength(target.topic) + 4 + 4;
  const error = answer.readInt16BE(at);
  if (error !== 0) throw new Error(`the broker answered a raw produce with error ${error}`);
  return Number(answer.readBigInt64BE(at + 2));
}

function recordBatch(records: RawRecord[], codec?: RawCodec): Buffer {
  const timestamps = records.map(({ timestampMs }) => BigInt(timestampMs ?? Date.now()));
  const base = timestamps[0] ?? 0n;
  const plain = Buffer.concat(
    records.map((record, index) => encodeRecord(record, index, (timestamps[index] ?? 0n) - base)),
  );
  const body = codec ? codec.compress(plain) : plain;
  const checked = Buffer.alloc(40);
  checked.writeInt16BE(codec?.id ?? 0, 0);
  checked.writeInt32BE(records.length - 1, 2);
  checked.writeBigInt64BE(base, 6);
  checked.writeBigInt64BE(
    timestamps.reduce((a, b) => (a > b ? a : b)),
    14,
  );
  checked.writeBigInt64BE(-1n, 22);
  checked.writeInt16BE(-1, 30);
  checked.writeInt32BE(-1, 32);
  checked.writeInt32BE(records.length, 36);
  const content = Buffer.concat([checked, body]);
  const head = Buffer.alloc(21);
  head.writeInt32BE(9 + content.length, 8);
  head.writeInt32BE(-1, 12);
  head.writeInt8(2, 16);
  head.writeUInt32BE(crc32c(content), 17);
  return Buffer.concat([head, content]);
}

function encodeRecord({ key = null, value = null, headers = [] }: RawRecord, index: number, delta: bigint): Buffer {
  const encodedHeaders = headers.flatMap(([name, content]) => [varintBytes(Buffer.from(name)), varintBytes(content)]);
  const body = Buffer.concat([
    Buffer.of(0),
    varint(delta),
    varint(BigInt(index)),
    varintBytes(key),
    varintBytes(value),
    varint(BigInt(headers.length)),
    ...encodedHeaders,
  ]);
  return Buffer.concat([varint(BigInt(body.length)), body]);
}

function produceRequest({ topic, partition }: RawTarget, batch: Buffer): Buffer {
  const fixed = Buffer.alloc(10);
  fixed.writeInt16BE(PRODUCE, 0);
  fixed.writeInt16BE(PRODUCE_VERSION, 2);
  fixed.writeInt16BE(-1, 8);
  const request = Buffer.alloc(8);
  request.writeInt16BE(-1, 0);
  request.writeInt16BE(-1, 2);
  request.writeInt32BE(TIMEOUT_MS, 4);
  const body = [fixed, request, int32(1), shortText(topic), int32(1), int32(partition), int32(batch.length), batch];
  const message = Buffer.concat(body);
  return Buffer.concat([int32(message.length), message]);
}

async function exchange({ host, port }: RawTarget, request: Buffer): Promise<Buffer> {
  const socket = connect({ host, port });
  socket.setTimeout(TIMEOUT_MS, () => socket.destroy(new Error('the broker did not answer a raw produce in time')));
  try {
    socket.write(request);
    let received = Buffer.alloc(0);
    for await (const part of socket as AsyncIterable<Buffer>) {
      received = Buffer.concat([received, part]);
      if (received.length >= 4 && received.length >= 4 + received.readInt32BE(0)) return received.subarray(4);
    }
    throw new Error('the broker closed the connection of a raw produce');
  } finally {
    socket.destroy();
  }
}

function int32(value: number): Buffer {
  const bytes = Buffer.alloc(4);
  bytes.writeInt32BE(value);
  return bytes;
}

function shortText(text: string): Buffer {
  const bytes = Buffer.from(text);
  const size = Buffer.alloc(2);
  size.writeInt16BE(bytes.length);
  return Buffer.concat([size, bytes]);
}
