import { once } from 'node:events';
import { type AddressInfo, createServer } from 'node:net';
import { describe, expect, it } from 'vitest';
import { AdminConnection } from './admin-connection.js';

const ignore = (): void => undefined;
const quiet = { debug: ignore, info: ignore, warn: ignore, error: ignore };

describe('an admin connection', () => {
  it('is closed at once while a broker that never answers is being connected to', async () => {
    const mute = createServer((socket) => socket.on('error', ignore)).listen(0, '127.0.0.1');
    await once(mute, 'listening');
    const brokers = [`127.0.0.1:${(mute.address() as AddressInfo).port}`];
    const admin = new AdminConnection(
      { brokers, clientId: 'test', ssl: null, sasl: null, requestTimeoutMs: 5_000 },
      quiet,
    );
    const used = admin.use(() => Promise.resolve()).catch(ignore);
    await once(mute, 'connection');
    const beganMs = performance.now();
    await admin.close();
    expect(performance.now() - beganMs).toBeLessThan(3_000);
    mute.close();
    void used;
  });
});
