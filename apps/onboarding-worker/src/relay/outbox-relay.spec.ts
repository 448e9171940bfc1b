import type { RelayPublisher } from '#kafka';
import type { Database } from '#ledger';
import { Metrics, createLogger } from '#observability';
import { afterEach, describe, expect, it, vi } from 'vitest';
import type { Lease } from '../lease/lease.js';
import { OutboxRelay } from './outbox-relay.js';

afterEach(() => {
  vi.useRealTimers();
});

describe('a relay whose Kafka does not answer', () => {
  it('stops all the same and gives its lease back', async () => {
    vi.useFakeTimers();
    const statements: string[] = [];
    const query = (text: string): Promise<unknown> => {
      statements.push(text);
      return Promise.resolve({ rows: [{ term: '1', batch_id: null, ledger_id: 'ledger' }] });
    };
    let isClosed = false;
    const publisher = {
      begin: () => new Promise(() => undefined),
      close: () => {
        isClosed = true;
        return Promise.resolve();
      },
    };
    const relay = new OutboxRelay({
      db: { query } as unknown as Database,
      lease: { workerId: 'me', databaseNowMs: () => 0 } as unknown as Lease,
      log: createLogger({ level: 'silent' }),
      metrics: new Metrics(),
      nowMs: () => Date.now(),
      settings: {
        topics: { created: 'c', rejected: 'r', deadLetter: 'd' },
        createPublisher: () => publisher as unknown as RelayPublisher,
      },
    });
    relay.start();
    await vi.advanceTimersByTimeAsync(10);
    const closing = relay.close();
    await vi.advanceTimersByTimeAsync(5_000);
    await closing;
    expect(isClosed).toBe(true);
    expect(statements.at(-1)).toContain('worker_id = NULL');
  });
});
