import { createServer } from 'node:net';
import type { AddressInfo } from 'node:net';
import { describe, expect, it } from 'vitest';
import {
  BrokerUnreachableError,
  BrokerUnsupportedError,
  checkBrokerSupport,
  missingRequests,
} from './broker-support.js';

type Ranges = Record<number, [min: number, max: number]>;

const KAFKA_4_1: Ranges = {
  0: [0, 13],
  1: [4, 18],
  2: [1, 11],
  3: [0, 13],
  8: [2, 10],
  9: [1, 10],
  10: [0, 6],
  11: [0, 9],
  22: [0, 5],
  24: [0, 5],
  25: [0, 4],
  26: [0, 5],
  28: [0, 5],
  32: [1, 4],
};

function without(key: number): Ranges {
  return Object.fromEntries(Object.entries(KAFKA_4_1).filter(([name]) => Number(name) !== key));
}

function versions(ranges: Ranges): Map<number, { min: number; max: number }> {
  return new Map(Object.entries(ranges).map(([key, [min, max]]) => [Number(key), { min, max }]));
}

/** A broker that answers ApiVersions v0, in two pieces, and nothing else. */
async function broker(ranges: Ranges): Promise<{ settings: Parameters<typeof checkBrokerSupport>[0]; stop(): void }> {
  const entries = Object.entries(ranges);
  const answer = Buffer.alloc(14 + entries.length * 6);
  answer.writeInt32BE(answer.length - 4, 0);
  answer.writeInt32BE(1, 4);
  answer.writeInt32BE(entries.length, 10);
  entries.forEach(([key, [min, max]], i) => {
    [Number(key), min, max].forEach((value, j) => answer.writeInt16BE(value, 14 + i * 6 + j * 2));
  });
  const server = createServer((socket) => {
    socket.once('data', () => {
      socket.write(answer.subarray(0, 9));
      setImmediate(() => socket.write(answer.subarray(9)));
    });
    socket.on('error', () => undefined);
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address() as AddressInfo;
  const settings = { brokers: ['127.0.0.1:1', `127.0.0.1:${port}`], clientId: 'é', ssl: null, sasl: null };
  return { settings, stop: () => server.close() };
}

describe('broker support', () => {
  it('is there when the first broker that answers has all we need', async () => {
    const { settings, stop } = await broker(KAFKA_4_1);
    await expect(checkBrokerSupport(settings)).resolves.toBeUndefined();
    stop();
  });

  it('is refused with the names of what is lacking', async () => {
    const { settings, stop } = await broker(without(22));
    const refused = checkBrokerSupport(settings);
    await expect(refused).rejects.toThrow(BrokerUnsupportedError);
    await expect(refused).rejects.toThrow('it has no InitProducerId');
    stop();
  });

  it('cannot be told when nobody answers', async () => {
    const settings = { brokers: ['127.0.0.1:1'], clientId: 'x', ssl: null, sasl: null };
    await expect(checkBrokerSupport(settings)).rejects.toThrow(BrokerUnreachableError);
  });

  it.each([
    ['localhost', true],
    ['127.0.0.1', false],
  ])('names the server it wants over TLS, but no address: %s', async (host, isNamed) => {
    let hello = '';
    const server = createServer((socket) => {
      socket.once('data', (data) => {
        hello = data.toString('latin1');
        socket.destroy();
      });
    });
    await new Promise<void>((resolve) => server.listen(0, host, resolve));
    const { port } = server.address() as AddressInfo;
    const settings = { brokers: [`${host}:${port}`], clientId: 'x', ssl: {}, sasl: null };
    await expect(checkBrokerSupport(settings)).rejects.toThrow(BrokerUnreachableError);
    expect(hello.startsWith('\x16')).toBe(true);
    expect(hello.includes(host)).toBe(isNamed);
    server.close();
  });

  it('sees a floor that rose above this client, and a ceiling below what headers need', () => {
    expect(missingRequests(versions({ ...KAFKA_4_1, 1: [12, 20] }))).toEqual([
      'its Fetch begins at version 12, this client ends at 11',
    ]);
    expect(missingRequests(versions({ ...KAFKA_4_1, 0: [0, 2] }))).toEqual([
      'its Produce ends at version 2, 3 is needed',
    ]);
  });
});
