import 'reflect-metadata';
import { Controller, Module, UseFilters } from '@nestjs/common';
import { NestFactory } from '@nestjs/core';
import { Ctx, EventPattern, Payload } from '@nestjs/microservices';
import { describe, expect, it } from 'vitest';
import { BatchContext, BatchErrorFilter, KafkaBatchServer, type BatchResult, type RecordBatch } from '#kafka';
import { createTopic } from '#testing';
import {
  eventually,
  kafka,
  newProducer,
  newTopic,
  recordingLog,
  settings,
  startServer,
  takeAll,
  uniqueName,
} from './support.js';

async function produce(topic: string, values: string[], partition = 0): Promise<void> {
  const producer = await newProducer();
  await producer.send({ topic, messages: values.map((value) => ({ value, partition })) });
  await producer.disconnect();
}

async function produceInTransaction(topic: string, values: string[], end: 'commit' | 'abort'): Promise<void> {
  const producer = await newProducer({ transactionalId: uniqueName('txn') });
  const transaction = await producer.transaction();
  await transaction.send({ topic, messages: values.map((value) => ({ value, partition: 0 })) });
  await transaction[end]();
  await producer.disconnect();
}

const valuesOf = (batch: RecordBatch): string[] => batch.records.map(({ value }) => String(value));

describe('KafkaBatchServer on a real broker', () => {
  it('calls an @EventPattern method with the batch and context, and uses what it returns and throws', async () => {
    const topic = await newTopic();
    const seen: unknown[] = [];
    let calls = 0;

    @Controller()
    @UseFilters(BatchErrorFilter)
    class Intake {
      @EventPattern<string>(topic)
      async take(@Payload() batch: RecordBatch, @Ctx() context: BatchContext): Promise<BatchResult> {
        calls += 1;
        if (calls === 1) throw new TypeError('first try fails');
        seen.push({
          values: valuesOf(batch),
          isContext: context instanceof BatchContext,
          generation: context.generation,
        });
        return { kind: 'taken', nextOffset: batch.nextOffset };
      }
    }
    @Module({ controllers: [Intake] })
    class Root {}

    const log = recordingLog();
    const groupId = uniqueName('group');
    const strategy = new KafkaBatchServer({ settings, log, groupId, onFatal: () => undefined });
    const app = await NestFactory.createMicroservice(Root, { strategy, logger: false });
    await app.listen();
    await produce(topic, ['a', 'b']);
    await eventually('the batch', () => seen.length > 0);
    expect(seen).toEqual([{ values: ['a', 'b'], isContext: true, generation: 1 }]);
    const failed = log.lines.find(({ level }) => level === 'error');
    expect(failed?.fields).toMatchObject({ topic, offset: '0', errorTypes: ['TypeError'] });
    await app.close();
    const admin = kafka().admin();
    await admin.connect();
    const [committed] = await admin.fetchOffsets({ groupId, topics: [topic] });
    expect(committed?.partitions[0]?.offset).toBe('2');
    await admin.disconnect();
  });

  it('delivers a batch whose handler throws again, and lets other partitions go on meanwhile', async () => {
    const topic = await newTopic({ partitions: 2 });
    const order: string[] = [];
    const tries: number[] = [];
    await using _server = startServer(topic, (batch, context) => {
      if (batch.partition === 0) tries.push(performance.now());
      if (batch.partition === 0 && tries.length <= 3) throw new RangeError('not now');
      order.push(...valuesOf(batch));
      return takeAll(batch, context);
    });
    await produce(topic, ['p0-a', 'p0-b'], 0);
    await produce(topic, ['p1'], 1);
    await eventually('all three', () => order.length >= 3);
    expect(order).toEqual(['p1', 'p0-a', 'p0-b']);
    const waits = tries.slice(1).map((at, i) => at - (tries[i] ?? 0));
    [250, 500, 1_000].forEach((atLeast, i) => expect(waits[i]).toBeGreaterThanOrEqual(atLeast - 5));
  });

  it('reads on from the offset a handler seeks to, backwards and forwards', async () => {
    const topic = await newTopic();
    const batches: string[] = [];
    const seeks = new Map([
      [1, 2n],
      [2, 0n],
    ]);
    await produce(topic, ['a', 'b', 'c']);
    await using _server = startServer(topic, async (batch, context) => {
      batches.push(`${batch.fetchOffset}:${valuesOf(batch).join('')}`);
      const offset = seeks.get(batches.length);
      return offset === undefined ? takeAll(batch, context) : { kind: 'seek', offset };
    });
    await eventually('three batches', () => batches.length >= 3);
    await produce(topic, ['d']);
    await eventually('the fourth', () => batches.length >= 4);
    expect(batches).toEqual(['0:abc', '2:c', '0:abc', '3:d']);
  });

  it('pauses a partition in the middle of a batch and fetches the rest after the given time', async () => {
    const topic = await newTopic();
    const taken: { values: string; at: number }[] = [];
    await produce(topic, ['a', 'b', 'c']);
    await using _server = startServer(topic, async (batch, context) => {
      taken.push({ values: valuesOf(batch).join(''), at: performance.now() });
      if (taken.length > 1) return takeAll(batch, context);
      return { kind: 'partial-pause', nextOffset: 1n, resumeAfterMs: 600 };
    });
    await eventually('the rest', () => taken.length >= 2);
    expect(taken.map(({ values }) => values)).toEqual(['abc', 'bc']);
    const waited = (taken[1]?.at ?? 0) - (taken[0]?.at ?? 0);
    expect(waited).toBeGreaterThanOrEqual(590);
    expect(waited).toBeLessThan(2_000);
  });

  it('accounts for transaction markers and aborted records, so that batches join without a gap', async () => {
    const topic = await newTopic();
    const spans: string[] = [];
    await using _server = startServer(topic, (batch, context) => {
      spans.push(`${batch.fetchOffset}-${batch.nextOffset}:${valuesOf(batch).join('')}`);
      return takeAll(batch, context);
    });
    await produceInTransaction(topic, ['a', 'b'], 'commit');
    await eventually('the first', () => spans.length >= 1);
    await produceInTransaction(topic, ['x', 'y', 'z'], 'abort');
    await produceInTransaction(topic, ['c'], 'commit');
    await eventually('the second', () => spans.length >= 2);
    await produce(topic, ['d']);
    await eventually('the third', () => spans.join().includes('d'));
    const edges = spans.flatMap((span) => span.split(':')[0]?.split('-') ?? []);
    expect(edges[0]).toBe('0');
    expect(edges.at(-1)).toBe('10');
    for (let i = 1; i < edges.length - 1; i += 2) expect(edges[i + 1]).toBe(edges[i]);
    expect(spans.map((span) => span.split(':')[1]).join('')).toBe('abcd');
  });

  it('delivers no record of aborted transactions that overlap, also with keys that look like a marker', async () => {
    const topic = await newTopic();
    const producers = await Promise.all([1, 2].map(() => newProducer({ transactionalId: uniqueName('txn') })));
    const [one, two] = await Promise.all(producers.map((producer) => producer.transaction()));
    for (const transaction of [one!, two!, one!, two!]) {
      await transaction.send({ topic, messages: [{ key: Buffer.alloc(4), value: 'aborted', partition: 0 }] });
    }
    await two!.abort();
    await one!.abort();
    await produce(topic, ['kept']);
    const values: string[] = [];
    await using _server = startServer(topic, (batch, context) => {
      values.push(...valuesOf(batch));
      return takeAll(batch, context);
    });
    await eventually('the record that was kept', () => values.includes('kept'));
    expect(values).toEqual(['kept']);
    for (const producer of producers) await producer.disconnect();
  });

  it('joins without a gap when the handler counts only records and not the markers behind them', async () => {
    const topic = await newTopic();
    const spans: string[] = [];
    await using _server = startServer(topic, async (batch) => {
      spans.push(`${batch.fetchOffset}:${valuesOf(batch).join('')}`);
      return { kind: 'taken', nextOffset: (batch.records.at(-1)?.offset ?? 0n) + 1n };
    });
    await produceInTransaction(topic, ['a'], 'commit');
    await eventually('the first', () => spans.length >= 1);
    await produceInTransaction(topic, ['b'], 'commit');
    await eventually('the second', () => spans.length >= 2);
    expect(spans).toEqual(['0:a', '1:b']);
  });

  it('delivers each partition once, in order, when a second member joins and leaves', async () => {
    const topic = await newTopic({ partitions: 4 });
    const groupId = uniqueName('group');
    const positions = new Map<number, bigint>();
    const seen: string[] = [];
    const generations: number[] = [];
    const handler = async (batch: RecordBatch): Promise<BatchResult> => {
      const position = positions.get(batch.partition) ?? 0n;
      if (batch.fetchOffset > position) return { kind: 'seek', offset: position };
      for (const record of batch.records) if (record.offset >= position) seen.push(String(record.value));
      if (batch.nextOffset > position) positions.set(batch.partition, batch.nextOffset);
      return { kind: 'taken', nextOffset: batch.nextOffset };
    };
    await using first = startServer(topic, handler, {
      groupId,
      onAssigned: (_partitions, generation) => generations.push(generation),
    });
    await eventually('the first member', () => first.assignment.length === 4);
    const producer = await newProducer();
    const send = (from: number): Promise<unknown> =>
      producer.send({
        topic,
        messages: Array.from({ length: 40 }, (_, i) => ({ value: String(from + i), partition: i % 4 })),
      });
    await send(0);
    const second = startServer(topic, handler, { groupId });
    await eventually('an even share', () => first.assignment.length === 2 && second.assignment.length === 2);
    await send(40);
    await eventually('80 records', () => seen.length >= 80);
    await second.close();
    await eventually('all partitions back', () => first.assignment.length === 4);
    await send(80);
    await eventually('120 records', () => seen.length >= 120);
    expect(seen).toHaveLength(120);
    expect(new Set(seen).size).toBe(120);
    expect(generations.length).toBeGreaterThanOrEqual(3);
    await producer.disconnect();
  });

  it('stays in the group while a handler works for longer than the session', async () => {
    const topic = await newTopic();
    let calls = 0;
    await using server = startServer(topic, async (batch, context) => {
      calls += 1;
      await new Promise((resolve) => setTimeout(resolve, 8_000));
      return takeAll(batch, context);
    });
    await produce(topic, ['slow']);
    await eventually('the call', () => calls === 1);
    await produce(topic, ['next']);
    await eventually('the next call', () => calls === 2);
    expect([calls, server.generation]).toEqual([2, 1]);
  });

  it('jumps to the start of the log, visibly, when the position lies before it', async () => {
    const topic = await newTopic();
    await produce(topic, ['a', 'b', 'c', 'd']);
    const admin = kafka().admin();
    await admin.connect();
    await admin.fetchTopicOffsets(topic);
    const fetched: bigint[] = [];
    await using server = startServer(topic, async (batch, context) => {
      fetched.push(batch.fetchOffset);
      if (fetched.length > 1) return takeAll(batch, context);
      await admin.deleteTopicRecords({ topic, partitions: [{ partition: 0, offset: '2' }] });
      return { kind: 'seek', offset: 1n };
    });
    await eventually('the batch behind the gap', () => fetched.length >= 2);
    expect(fetched).toEqual([0n, 2n]);
    expect(await server.logBounds(topic)).toEqual(new Map([[0, { start: 2n, end: 4n }]]));
    await admin.disconnect();
  });

  it('begins at the start of a topic that was deleted and made anew while it was read', async () => {
    const topic = await newTopic();
    const batches: string[] = [];
    await using server = startServer(topic, (batch, context) => {
      batches.push(`${batch.fetchOffset}:${valuesOf(batch).join('')}`);
      return takeAll(batch, context);
    });
    await produce(topic, ['a', 'b', 'c']);
    await eventually('the old topic', () => batches.length > 0);
    const admin = kafka().admin();
    await admin.connect();
    await admin.deleteTopics({ topics: [topic] });
    await eventually('down', () => server.consumerStatus !== 'running');
    await createTopic(admin, { topic, numPartitions: 1 });
    await admin.disconnect();
    await produce(topic, ['x']);
    await eventually('the new topic', () => batches.length > 1);
    expect(batches.at(-1)).toBe('0:x');
  });

  it('hands over a record within milliseconds of its being written', async () => {
    const topic = await newTopic({ partitions: 6 });
    let arrived = 0;
    await using server = startServer(topic, (batch, context) => {
      arrived = performance.now();
      return takeAll(batch, context);
    });
    await eventually('the assignment', () => server.assignment.length === 6);
    const producer = await newProducer();
    const times: number[] = [];
    for (let i = 0; i < 40; i++) {
      arrived = 0;
      const start = performance.now();
      await producer.send({ topic, messages: [{ value: 'x', partition: i % 6 }] });
      await eventually('the record', () => arrived > 0);
      times.push(arrived - start);
    }
    await producer.disconnect();
    times.sort((a, b) => a - b);
    console.info(`send to handler p50 ${times[20]?.toFixed(1)} ms, p95 ${times[38]?.toFixed(1)} ms`);
    expect(times[20]).toBeLessThan(100);
  });

  it('reports a topic that is missing as down and goes on when it appears', async () => {
    const topic = uniqueName('late');
    const values: string[] = [];
    let fatal: Error | null = null;
    await using server = startServer(
      topic,
      (batch, context) => {
        values.push(...valuesOf(batch));
        return takeAll(batch, context);
      },
      { onFatal: (error) => (fatal = error) },
    );
    await eventually('down', () => server.consumerStatus === 'down');
    const admin = kafka().admin();
    await admin.connect();
    await createTopic(admin, { topic, numPartitions: 1 });
    await admin.disconnect();
    await produce(topic, ['here']);
    await eventually('the record', () => values.length > 0);
    expect([values, fatal, server.consumerStatus]).toEqual([['here'], null, 'running']);
  });

  it('hands what no new consumer gets past to onFatal, once', async () => {
    const topic = await newTopic();
    const fatal: Error[] = [];
    const options = { sessionTimeoutMs: 1_000, onFatal: (error: Error) => void fatal.push(error) };
    await using server = startServer(topic, takeAll, options);
    await eventually('the fatal error', () => fatal.length > 0);
    expect(fatal[0]?.message).toContain('session timeout');
    expect([fatal.length, server.consumerStatus]).toEqual([1, 'down']);
  });

  it('closes in less than five seconds while a handler hangs', async () => {
    const topic = await newTopic();
    let isCalled = false;
    const server = startServer(topic, () => {
      isCalled = true;
      return new Promise(() => undefined);
    });
    await produce(topic, ['x']);
    await eventually('the call', () => isCalled);
    const start = performance.now();
    await server.close();
    expect(performance.now() - start).toBeLessThan(5_500);
  });

  it('closes at once when no broker answers', async () => {
    const topic = uniqueName('nowhere');
    const server = startServer(topic, takeAll, { settings: { ...settings, brokers: ['127.0.0.1:9'] } });
    await eventually('down', () => server.consumerStatus === 'down');
    const start = performance.now();
    await server.close();
    expect(performance.now() - start).toBeLessThan(2_000);
  });
});
