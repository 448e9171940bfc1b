import { createRequire } from 'node:module';
import kafkajs, { type LogEntry } from 'kafkajs';
import { describe, expect, it } from 'vitest';
import { levelOf } from './client-log.js';
import { clientConfig, tlsOptions, type KafkaSettings } from './client.js';
import { StickyPartitions } from './partitions.js';
import { stopIdleTimers } from './request-queue.js';

const { ERROR, WARN, INFO } = kafkajs.logLevel;

function entry(level: number, message: string, more: object = {}): LogEntry {
  return { level, namespace: 'x', label: 'x', log: { message, timestamp: '', logger: 'kafkajs', ...more } };
}

describe('levelOf', () => {
  it.each([
    [ERROR, 'while another concurrent operation on the same transaction was ongoing', {}],
    [ERROR, 'Response InitProducerId', { error: 'The coordinator is loading and hence can not process requests' }],
    [ERROR, 'Connection error: connect ECONNREFUSED', { broker: 'b:1' }],
    [WARN, 'Limiting retries for the idempotent producer may invalidate EoS guarantees', {}],
    [INFO, 'Consumer has joined the group', {}],
  ])('hides what is expected: %s %s', (level, message, more) => {
    expect(levelOf(entry(level, message, more))).toBe('debug');
  });

  it('shows the rest, retried errors as warnings', () => {
    expect(levelOf(entry(ERROR, 'Not authorized'))).toBe('error');
    expect(levelOf(entry(ERROR, 'Not authorized', { retryCount: 1 }))).toBe('warn');
    expect(levelOf(entry(WARN, 'Consumer group received unsubscribed topics'))).toBe('warn');
  });
});

describe('stopIdleTimers', () => {
  it('arms no timer while nothing waits, and still does when something does', () => {
    expect([stopIdleTimers(), stopIdleTimers()]).toEqual([true, true]);
    const load = createRequire(import.meta.url);
    const Queue = load('kafkajs/src/network/requestQueue/index.js') as new (options: object) => {
      pending: unknown[];
      throttleCheckTimeoutId: unknown;
      scheduleCheckPendingRequests(): void;
      destroy(): void;
    };
    const queue = new Queue({ maxInFlightRequests: 1, requestTimeout: 1000, clientId: 'x', broker: 'x', logger: {} });
    queue.scheduleCheckPendingRequests();
    expect(queue.throttleCheckTimeoutId).toBeNull();
    queue.pending.push({});
    queue.scheduleCheckPendingRequests();
    expect(queue.throttleCheckTimeoutId).not.toBeNull();
    queue.destroy();
  });
});

describe('StickyPartitions', () => {
  const partitionMetadata = [0, 1, 2].map((partitionId) => ({ partitionId, leader: 1 })) as never;
  const answer = (...partitions: number[]) => partitions.map((partition) => ({ partition })) as never;

  it('keeps the partition of a message without key when it is sent again', () => {
    const choose = new StickyPartitions().createPartitioner();
    const messages = Array.from({ length: 20 }, () => ({ key: null, value: 'x' }));
    const once = messages.map((message) => choose({ topic: 't', partitionMetadata, message }));
    expect(messages.map((message) => choose({ topic: 't', partitionMetadata, message }))).toEqual(once);
    expect(new Set(once).size).toBe(3);
  });

  it('accepts an answer only if each partition is in it once', () => {
    const partitions = new StickyPartitions();
    const choose = partitions.createPartitioner();
    for (let partition = 0; partition < 2; partition++) {
      choose({ topic: 't', partitionMetadata, message: { value: 'x', partition } });
    }
    expect(() => partitions.verify(answer(1, 0))).not.toThrow();
    expect(() => partitions.verify(answer(1))).toThrow('acknowledged [1]');
    expect(() => partitions.verify(answer(0, 1, 1))).toThrow();
    partitions.forget();
    expect(() => partitions.verify(answer())).not.toThrow();
  });
});

describe('tlsOptions', () => {
  it('leaves out what is not given', () => {
    expect(tlsOptions({})).toEqual({});
    expect(tlsOptions({ ca: 'A', cert: 'B', key: 'C' })).toEqual({ ca: ['A'], cert: 'B', key: 'C' });
  });
});

describe('clientConfig', () => {
  const log = { debug: () => {}, info: () => {}, warn: () => {}, error: () => {} };
  const config = (settings: Partial<KafkaSettings>) =>
    clientConfig({ brokers: ['b:1'], clientId: 'c', ssl: null, sasl: null, ...settings }, log);

  it('hands TLS and login on to kafkajs', () => {
    const sasl = { mechanism: 'scram-sha-512', username: 'u', password: 'p' } as const;
    expect(config({ ssl: { ca: 'A' }, sasl })).toMatchObject({ ssl: { ca: ['A'] }, sasl });
  });

  it('asks for TLS without any of its options', () => {
    expect(config({ ssl: {} }).ssl).toEqual({});
  });

  it('says nothing of what is off', () => {
    expect(config({})).not.toHaveProperty('ssl');
    expect(config({})).not.toHaveProperty('sasl');
  });
});
