import { expect, it } from 'vitest';
import { crc32c, varint, varintBytes } from './record-encoding.js';

it('computes CRC-32C as RFC 3720 shows it', () => {
  expect(crc32c(Buffer.alloc(32))).toBe(0x8a9136aa);
  expect(crc32c(Buffer.alloc(32, 0xff))).toBe(0x62a8ab43);
  expect(crc32c(Buffer.from('123456789'))).toBe(0xe3069283);
});

it('writes zigzag varints', () => {
  expect([...varint(0n)]).toEqual([0]);
  expect([...varint(-1n)]).toEqual([1]);
  expect([...varint(1n)]).toEqual([2]);
  expect([...varint(64n)]).toEqual([0x80, 0x01]);
  expect([...varintBytes(null)]).toEqual([1]);
  expect([...varintBytes(Buffer.from('a'))]).toEqual([2, 0x61]);
});
