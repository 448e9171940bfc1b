import kafkajs from 'kafkajs';
import { describe, expect, it } from 'vitest';
import { newProducer, newTopic, readTopic } from './support.js';

const { GZIP, Snappy, LZ4, ZSTD } = kafkajs.CompressionTypes;

describe('codecs on a real broker', () => {
  it.each([
    ['gzip', GZIP],
    ['snappy', Snappy],
    ['lz4', LZ4],
    ['zstd', ZSTD],
  ])('reads what was written with %s, through a broker that checks it', async (_name, compression) => {
    const topic = await newTopic();
    const producer = await newProducer();
    const values = Array.from({ length: 50 }, (_, i) => `${i}-${'onboarding '.repeat(500)}`);
    await producer.send({ topic, compression, messages: values.map((value) => ({ value })) });
    await producer.disconnect();
    expect((await readTopic(topic, 50)).map(({ value }) => String(value))).toEqual(values);
  });
});
