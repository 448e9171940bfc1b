import { randomBytes } from 'node:crypto';
import { once } from 'node:events';
import { type AddressInfo, createServer } from 'node:net';
import kafkajs, { type Producer } from 'kafkajs';
import { afterAll, describe, expect, it } from 'vitest';
import { type KafkaRecord, TopicReader } from '#kafka';
import { createTopic, eventually, startKafka } from '#testing';
import { kafka, newProducer, newTopic, recordingLog, settings, uniqueName } from './support.js';

async function readAll(reader: TopicReader, topic: string, from = 0n, to?: bigint): Promise<KafkaRecord[]> {
  const end = to ?? (await reader.bounds(topic)).get(0)?.end ?? 0n;
  const records: KafkaRecord[] = [];
  for await (const some of reader.read(topic, 0, from, end)) records.push(...some);
  return records;
}

const openSockets = (): number => process.getActiveResourcesInfo().filter((kind) => kind === 'TCPSocketWrap').length;
const texts = (records: KafkaRecord[]): string[] => records.map(({ value }) => String(value));

async function transact(producer: Producer, topic: string, values: string[], end: 'commit' | 'abort'): Promise<void> {
  const transaction = await producer.transaction();
  for (const value of values) await transaction.send({ topic, messages: [{ key: Buffer.alloc(4), value }] });
  await transaction[end]();
}

describe('TopicReader on a real broker', () => {
  const reader = new TopicReader({ settings, log: recordingLog() });
  afterAll(() => reader.close());

  /** Kafka answers the end of a transaction before its marker is on the topic. */
  const ended = (topic: string, end: bigint): Promise<boolean> =>
    eventually(async () => (await reader.bounds(topic)).get(0)?.end === end, { what: `${topic} to end at ${end}` });

  it('reads committed records only, and ends before a transaction that is still open', async () => {
    const topic = await newTopic();
    const producer = await newProducer({ transactionalId: uniqueName('tx') });
    await transact(producer, topic, ['a', 'b'], 'commit');
    await transact(producer, topic, ['lost', 'lost too'], 'abort');
    await transact(producer, topic, ['c'], 'commit');
    const open = await producer.transaction();
    await open.send({ topic, messages: [{ value: 'open' }] });
    // a, b, marker; two lost, marker; c, marker: the open one begins at 8.
    expect(await reader.bounds(topic)).toEqual(new Map([[0, { start: 0n, end: 8n }]]));
    expect(await reader.writtenEnds(topic)).toEqual(new Map([[0, 9n]]));
    expect(await reader.writtenEnds(uniqueName('missing'))).toEqual(new Map());
    const records = await readAll(reader, topic);
    expect(records.map(({ offset, value }) => [offset, String(value)])).toEqual([
      [0n, 'a'],
      [1n, 'b'],
      [6n, 'c'],
    ]);
    await open.commit();
    await ended(topic, 10n);
    expect(texts(await readAll(reader, topic))).toEqual(['a', 'b', 'c', 'open']);
    await producer.disconnect();
  });

  it('hides interleaved aborted transactions, whatever offset it begins at', async () => {
    const topic = await newTopic();
    const producers = await Promise.all([1, 2].map(() => newProducer({ transactionalId: uniqueName('tx') })));
    const [one, two] = [await producers[0]!.transaction(), await producers[1]!.transaction()];
    const send = (transaction: typeof one, value: string) =>
      transaction.send({ topic, messages: [{ key: Buffer.alloc(4), value }] });
    for (const n of [1, 2, 3]) {
      await send(one, `one ${n}`);
      await send(two, `two ${n}`);
    }
    await two.abort();
    await send(one, 'one 4');
    await one.abort();
    await transact(producers[0]!, topic, ['kept'], 'commit');
    await ended(topic, 11n);
    for (let from = 0n; from <= 9n; from += 1n) {
      expect(texts(await readAll(reader, topic, from)), `from ${from}`).toEqual(['kept']);
    }
    for (const producer of producers) await producer.disconnect();
  });

  it('begins and ends within a compressed batch', async () => {
    const topic = await newTopic();
    const producer = await newProducer();
    const messages = ['0', '1', '2', '3', '4'].map((value) => ({ value }));
    await producer.send({ topic, messages, compression: kafkajs.CompressionTypes.GZIP });
    await producer.disconnect();
    expect(texts(await readAll(reader, topic, 1n, 4n))).toEqual(['1', '2', '3']);
  });

  it('reads records larger than a fetch, in order', async () => {
    const topic = await newTopic({ config: { 'max.message.bytes': '4000000' } });
    const producer = await newProducer();
    const values = [randomBytes(3_000_000), Buffer.from('small'), randomBytes(1_000_000)];
    for (const value of values) await producer.send({ topic, messages: [{ value }] });
    await producer.disconnect();
    const records = await readAll(reader, topic);
    expect(records.map(({ value }, n) => value?.equals(values[n]!))).toEqual([true, true, true]);
  });

  it('knows where a log begins whose oldest records were deleted, and refuses to read before that', async () => {
    const topic = await newTopic();
    const producer = await newProducer();
    await producer.send({ topic, messages: ['0', '1', '2'].map((value) => ({ value })) });
    await producer.disconnect();
    const admin = kafka().admin();
    await admin.connect();
    await admin.fetchTopicOffsets(topic);
    await admin.deleteTopicRecords({ topic, partitions: [{ partition: 0, offset: '2' }] });
    await admin.disconnect();
    expect((await reader.bounds(topic)).get(0)).toEqual({ start: 2n, end: 3n });
    expect(texts(await readAll(reader, topic, 2n))).toEqual(['2']);
    await expect(readAll(reader, topic, 0n)).rejects.toMatchObject({ name: 'KafkaJSOffsetOutOfRange' });
  });

  it('finds one record by its offset, and none where nothing was committed or the log does not reach', async () => {
    const topic = await newTopic();
    const producer = await newProducer({ transactionalId: uniqueName('tx') });
    await transact(producer, topic, ['a', 'b'], 'commit');
    await transact(producer, topic, ['lost'], 'abort');
    await ended(topic, 5n);
    const valueAt = async (offset: bigint): Promise<string | null> => {
      const found = await reader.recordAt(topic, 0, offset);
      return found && `${found.offset} ${String(found.value)}`;
    };
    // a, b, marker; lost, marker; the end; beyond it.
    const values = [];
    for (const offset of [0n, 1n, 2n, 3n, 4n, 5n, 6n]) values.push(await valueAt(offset));
    expect(values).toEqual(['0 a', '1 b', null, null, null, null, null]);
    await producer.disconnect();
  });

  it('opens one connection for fetches, also when the first come at once', async () => {
    const topic = await newTopic();
    const socketsOf = async (lookUps: number): Promise<number> => {
      const own = new TopicReader({ settings, log: recordingLog() });
      const before = openSockets();
      await Promise.all(Array.from({ length: lookUps }, () => own.recordAt(topic, 0, 0n)));
      const opened = openSockets() - before;
      await own.close();
      return opened;
    };
    expect(await socketsOf(4)).toBe(await socketsOf(1));
  });

  it('finds a record within a large compressed batch', async () => {
    const topic = await newTopic();
    const producer = await newProducer();
    const messages = Array.from({ length: 1_000 }, (_, n) => ({ value: `${n} ${randomBytes(500).toString('hex')}` }));
    await producer.send({ topic, messages, compression: kafkajs.CompressionTypes.GZIP });
    await producer.disconnect();
    const found = await reader.recordAt(topic, 0, 998n);
    expect(String(found?.value)).toBe(messages[998]!.value);
  });

  it('finds no partition of a topic that does not exist, and does not create it', async () => {
    const topic = uniqueName('missing');
    expect(await reader.bounds(topic)).toEqual(new Map());
    const admin = kafka().admin();
    await admin.connect();
    expect(await admin.listTopics()).not.toContain(topic);
    await admin.disconnect();
  });
});

describe('a broker that is away', () => {
  it('is waited for, which is told at once, and given up', async () => {
    const log = recordingLog();
    const reader = new TopicReader({ settings: { ...settings, brokers: ['127.0.0.1:1'] }, log });
    const asked = reader.bounds('t');
    const told = () => log.lines.filter(({ message }) => message.startsWith('Kafka does not answer'));
    await Promise.all([
      expect(asked).rejects.toThrow('ECONNREFUSED'),
      eventually(() => told().length === 1, { what: 'the wait to be told', timeoutMs: 15_000 }),
    ]);
    expect(told()).toMatchObject([
      { level: 'warn', fields: { errorTypes: expect.arrayContaining(['KafkaJSConnectionError']) as unknown } },
    ]);
    await reader.close();
  });
});

describe('a broker that accepts and does not answer', () => {
  it('holds up nobody who waits for one record', async () => {
    const silent = createServer().listen(0, '127.0.0.1');
    await once(silent, 'listening');
    const { port } = silent.address() as AddressInfo;
    const reader = new TopicReader({ settings: { ...settings, brokers: [`127.0.0.1:${port}`] }, log: recordingLog() });
    const askedAt = performance.now();
    await expect(reader.recordAt('t', 0, 7n)).rejects.toThrow('reading t[0] at 7 took more than 2000 ms');
    expect(performance.now() - askedAt).toBeLessThan(4_000);
    await reader.close();
    silent.close();
  });
});

describe('a broker that is restarted', () => {
  it('is found again by a reader that was connected before', async () => {
    const own = await startKafka({ own: true });
    const ownSettings = { ...settings, brokers: own.brokers.split(',') };
    const reader = new TopicReader({ settings: ownSettings, log: recordingLog() });
    const client = new kafkajs.Kafka({ brokers: ownSettings.brokers, logLevel: kafkajs.logLevel.NOTHING });
    const producer = client.producer({ createPartitioner: kafkajs.Partitioners.DefaultPartitioner });
    const admin = client.admin();
    await Promise.all([producer.connect(), admin.connect()]);
    await createTopic(admin, { topic: 't', numPartitions: 1 });
    await producer.send({ topic: 't', messages: [{ value: 'kept' }] });
    await Promise.all([producer.disconnect(), admin.disconnect()]);
    expect(texts(await readAll(reader, 't'))).toEqual(['kept']);
    await own.restart();
    expect(texts(await readAll(reader, 't'))).toEqual(['kept']);
    await reader.close();
    await own.stop();
  });
});
