import type { RelayPublisher } from '#kafka';
import type { Database } from '#ledger';
import { Metrics, createLogger } from '#observability';
import { eventually } from '#testing';
import { afterEach, describe, expect, it, vi } from 'vitest';
import type { Lease } from '../lease/lease.js';
import { OutboxRelay } from './outbox-relay.js';

const DAY_MS = 24 * 3_600_000;

afterEach(() => {
  vi.useRealTimers();
});

function aRelay(options: {
  query: (text: string) => object;
  publisher: Partial<RelayPublisher>;
  nowMs?: () => number;
}): OutboxRelay {
  const query = (text: string): Promise<unknown> => Promise.resolve({ rows: [options.query(text)] });
  return new OutboxRelay({
    db: { query } as unknown as Database,
    lease: { workerId: 'me', databaseNowMs: () => 0 } as unknown as Lease,
    log: createLogger({ level: 'silent' }),
    metrics: new Metrics(),
    nowMs: options.nowMs ?? (() => Date.now()),
    settings: {
      topics: { created: 'c', rejected: 'r', deadLetter: 'd' },
      createPublisher: () => options.publisher as RelayPublisher,
    },
  });
}

describe('a relay whose Kafka does not answer', () => {
  it('stops all the same and gives its lease back', async () => {
    vi.useFakeTimers();
    const statements: string[] = [];
    const query = (text: string): object => {
      statements.push(text);
      return { term: '1', batch_id: null, ledger_id: 'ledger' };
    };
    let isClosed = false;
    const publisher = {
      begin: () => new Promise<never>(() => undefined),
      close: () => {
        isClosed = true;
        return Promise.resolve();
      },
    };
    const relay = aRelay({ query, publisher });
    relay.start();
    await vi.advanceTimersByTimeAsync(10);
    const closing = relay.close();
    await vi.advanceTimersByTimeAsync(5_000);
    await closing;
    expect(isClosed).toBe(true);
    expect(statements.at(-1)).toContain('worker_id = NULL');
  });
});

describe('a relay with nothing to publish', () => {
  it('commits the marker of its last batch anew once a day', async () => {
    let nowMs = 0;
    let turns = 0;
    const outbox = [{ id: '1', kind: 'created', original_headers: null, headers: '[]', record_timestamp_ms: null }];
    const query = (text: string): object => {
      if (!text.includes('numbered')) return { term: '1', batch_id: null, ledger_id: 'ledger' };
      turns += 1;
      return { hit: '1', id: null, ...outbox.shift() };
    };
    const published: bigint[] = [];
    const touched: bigint[] = [];
    const publisher = {
      begin: () => Promise.resolve({ marker: null }),
      publish: (batch: bigint) => Promise.resolve(void published.push(batch)),
      touchMarker: (batch: bigint) => Promise.resolve(void touched.push(batch)),
      close: () => Promise.resolve(),
    };
    const relay = aRelay({ query, publisher, nowMs: () => nowMs });
    const touchedUntil = async (ms: number): Promise<number> => {
      nowMs = ms;
      const enough = turns + 3;
      const hasTurned = (): boolean => {
        relay.hurry();
        return turns >= enough;
      };
      await eventually(hasTurned, { what: 'the relay to turn' });
      return touched.length;
    };
    relay.start();
    expect(await touchedUntil(0)).toBe(0);
    expect(await touchedUntil(DAY_MS)).toBe(0);
    expect(await touchedUntil(DAY_MS + 1)).toBe(1);
    expect(await touchedUntil(2 * DAY_MS)).toBe(1);
    expect(await touchedUntil(3 * DAY_MS)).toBe(2);
    await relay.close();
    expect(published).toHaveLength(1);
    expect(new Set(touched)).toEqual(new Set(published));
  });
});
