import { Kafka, logLevel } from 'kafkajs';
import pg from 'pg';
import { describe, expect, inject, it } from 'vitest';
import { createTopic, startKafka, startPostgres } from '#testing';

function adminOf(brokers: string) {
  return new Kafka({
    brokers: [brokers],
    logLevel: logLevel.NOTHING,
    requestTimeout: 1_000,
    retry: { retries: 0 },
  }).admin();
}

async function topics(brokers: string): Promise<string[]> {
  const admin = adminOf(brokers);
  await admin.connect();
  try {
    return await admin.listTopics();
  } finally {
    await admin.disconnect();
  }
}

async function query(url: string, sql: string): Promise<unknown[]> {
  const client = new pg.Client({ connectionString: url });
  await client.connect();
  try {
    return (await client.query<Record<string, unknown>>(sql)).rows;
  } finally {
    await client.end();
  }
}

describe('the broker of the run', () => {
  it('is shared: a start without `own` gives the same one', async () => {
    const kafka = await startKafka();
    expect(kafka.brokers).toBe(inject('kafkaBrokers'));
    expect(kafka.kind).toBe('given');
    await expect(kafka.restart()).rejects.toThrow('own: true');
  });
});

describe('a broker of our own', () => {
  it('keeps its address and its topics over an outage, and answers nothing while frozen', async () => {
    const kafka = await startKafka({ own: true });
    try {
      expect(kafka.brokers).not.toBe(inject('kafkaBrokers'));
      const admin = adminOf(kafka.brokers);
      await admin.connect();
      await createTopic(admin, { topic: 'kept' });
      await admin.disconnect();

      await kafka.resume();
      await kafka.halt();
      await kafka.halt();
      await expect(topics(kafka.brokers)).rejects.toThrow();
      await kafka.start();
      expect(await topics(kafka.brokers)).toContain('kept');

      await kafka.pause();
      await expect(topics(kafka.brokers)).rejects.toThrow('timed out');
      await kafka.resume();
      expect(await topics(kafka.brokers)).toContain('kept');

      // A frozen broker can be halted, and stopped at the end.
      await kafka.pause();
      await kafka.restart();
      await kafka.pause();
    } finally {
      await kafka.stop();
    }
    await expect(topics(kafka.brokers)).rejects.toThrow();
  });
});

describe('a database server of our own', () => {
  it('gives empty databases and keeps their content over a restart', async () => {
    const postgres = await startPostgres({ own: true });
    try {
      const [one, two] = [await postgres.createDatabase(), await postgres.createDatabase('second')];
      await query(one, 'create table kept as select 42 as answer');
      await postgres.restart();
      expect(await query(one, 'select answer from kept')).toEqual([{ answer: 42 }]);
      expect(await query(two, "select * from pg_tables where tablename = 'kept'")).toEqual([]);
    } finally {
      await postgres.stop();
    }
    await expect(query(postgres.url, 'select 1')).rejects.toThrow();
  });
});
