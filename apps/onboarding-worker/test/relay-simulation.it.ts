/**
 * The outbox relay on a real ledger and a Kafka of memory (P3): several relays at once whose publishers crash, are fenced
 * and lose acknowledgements at random, whose statements fail or succeed without an answer. The invariants are those of the
 * model behind the design: no row is on the topics twice, none is lost, and in the end every row is sent.
 */
import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type Database, registerWorker, writeOutbox } from '#ledger';
import { PublishError, type RelayPublisher } from '#kafka';
import { type Logger, Metrics } from '#observability';
import { eventually } from '#testing';
import { OutboxRelay } from '../src/relay/outbox-relay.js';
import type { Lease } from '../src/lease/lease.js';
import { openLedger, quiet } from './one-worker.js';

const RUNS = 200;
const ACKNOWLEDGEMENT_LOST = 0.2;
const TOPICS = { created: 'created', rejected: 'rejected', deadLetter: 'dead' };

/** Deterministic: a failing seed fails again. */
function randomOf(seed: number): () => number {
  let state = seed + 0x9e3779b9;
  return () => {
    state = Math.imul(state ^ (state >>> 15), state | 1);
    state ^= state + Math.imul(state ^ (state >>> 7), state | 61);
    return ((state ^ (state >>> 14)) >>> 0) / 4294967296;
  };
}

class Broken extends PublishError {
  constructor() {
    super('broken', { topic: null, cause: new Error('broken') });
  }
}

/** What is committed on the topics, the marker, and the epoch that the last fence began. */
class KafkaOfMemory {
  readonly log: string[] = [];
  marker: bigint | null = null;
  epoch = 0;
}

/** The publisher's contract: a fence ends all earlier publishers; a publish is all or nothing; either may lose its answer. */
class FaultyPublisher {
  private epoch = -1;
  constructor(
    private readonly kafka: KafkaOfMemory,
    private readonly faults: { happens: (chance: number) => boolean; pause: () => Promise<void> },
  ) {}

  async begin(): Promise<{ marker: { offset: bigint } | null }> {
    this.epoch = -1;
    await this.faults.pause();
    if (this.faults.happens(0.1)) throw new Broken();
    const epoch = ++this.kafka.epoch;
    await this.faults.pause();
    if (this.faults.happens(0.1)) throw new Broken();
    if (this.kafka.epoch !== epoch) throw new Broken();
    this.epoch = epoch;
    const marker = this.kafka.marker;
    return { marker: marker === null ? null : { offset: marker } };
  }

  async publish(batch: bigint, records: readonly { value: Buffer | null }[]): Promise<void> {
    const { epoch } = this;
    await this.faults.pause();
    if (epoch < 0 || this.faults.happens(0.15)) this.fail();
    await this.faults.pause();
    if (this.kafka.epoch !== epoch) this.fail();
    this.kafka.log.push(...records.map(({ value }) => String(value)));
    this.kafka.marker = batch;
    if (this.faults.happens(ACKNOWLEDGEMENT_LOST)) this.fail();
  }

  close(): Promise<void> {
    this.epoch = -1;
    return Promise.resolve();
  }

  private fail(): never {
    this.epoch = -1;
    throw new Broken();
  }
}

describe('relays that crash, freeze and lose acknowledgements', () => {
  let db: Database;

  beforeAll(async () => {
    db = await openLedger();
  });

  afterAll(() => db.close());

  /** A database whose answers get lost now and then, before or after the statement took effect. */
  function unreliable(happens: (chance: number) => boolean): Database {
    const lost = (): never => {
      throw Object.assign(new Error('Connection terminated unexpectedly'), { code: 'ECONNRESET' });
    };
    const query = async (text: string, values: unknown[]): Promise<unknown> => {
      if (happens(0.05)) lost();
      const result = await db.query(text, values);
      if (happens(0.05)) lost();
      return result;
    };
    return { query } as unknown as Database;
  }

  async function run(seed: number): Promise<{ written: string[]; log: string[] }> {
    const random = randomOf(seed);
    let isFaulty = true;
    const happens = (chance: number): boolean => isFaulty && random() < chance;
    const pause = (): Promise<void> =>
      random() < 0.5 ? Promise.resolve() : new Promise((resolve) => setTimeout(resolve, Math.floor(random() * 4)));
    const kafka = new KafkaOfMemory();
    await db.query(`DELETE FROM outbox`);
    await db.query(`UPDATE relay SET batch_id = NULL, worker_id = NULL`);
    const relays = await Promise.all([1, 2].map(() => aRelay(kafka, { happens, pause })));
    const written: string[] = [];
    for (let n = 0; n < 4; n++) {
      const values = Array.from({ length: 1 + Math.floor(random() * 4) }, (_, k) => `${seed}/${n}/${k}`);
      written.push(...values);
      await writeOutbox(db, values.map(aRow));
      for (const { relay } of relays) relay.hurry();
      await pause();
      // The lease of the relay runs out: the other one may take over while this one still believes in it.
      if (random() < 0.5) await db.query(`UPDATE relay SET worker_id = NULL`);
    }
    isFaulty = false;
    await eventually(
      async () => {
        for (const { relay } of relays) relay.hurry();
        return (await db.query(`SELECT 1 FROM outbox`)).rowCount === 0;
      },
      { what: `every row of seed ${seed} to be sent`, intervalMs: 5, timeoutMs: 20_000 },
    );
    await Promise.all(relays.map(({ relay }) => relay.close()));
    return { written, log: kafka.log };
  }

  async function aRelay(
    kafka: KafkaOfMemory,
    faults: { happens: (chance: number) => boolean; pause: () => Promise<void> },
    log: Logger = quiet(),
  ): Promise<{ relay: OutboxRelay }> {
    const workerId = randomUUID();
    await registerWorker(db, workerId);
    const relay = new OutboxRelay({
      db: unreliable(faults.happens),
      lease: { workerId, databaseNowMs: () => Date.now() } as unknown as Lease,
      log,
      metrics: new Metrics(),
      nowMs: () => performance.now(),
      settings: {
        topics: TOPICS,
        createPublisher: () => new FaultyPublisher(kafka, faults) as unknown as RelayPublisher,
      },
    });
    relay.start();
    return { relay };
  }

  it(`send every row exactly once, in ${RUNS} seeded runs`, async () => {
    for (let seed = 0; seed < RUNS; seed++) {
      const { written, log } = await run(seed);
      expect(log.toSorted(), `seed ${seed}`).toEqual(written.toSorted());
    }
  });

  it('send a batch again, and say so, when Kafka lost its marker while nobody knew of it', async () => {
    await db.query(`DELETE FROM outbox`);
    await db.query(`UPDATE relay SET batch_id = NULL, worker_id = NULL`);
    const kafka = new KafkaOfMemory();
    const warned: unknown[] = [];
    const log = { info: () => undefined, warn: (fields: { code?: string }) => warned.push(fields.code) };
    // The first batch is committed, its acknowledgement is lost, and with it the marker.
    const happens = (chance: number): boolean => {
      if (chance !== ACKNOWLEDGEMENT_LOST || kafka.log.length !== 1) return false;
      kafka.marker = null;
      return true;
    };
    const { relay } = await aRelay(kafka, { happens, pause: () => Promise.resolve() }, log as unknown as Logger);
    await writeOutbox(db, [aRow('a')]);
    relay.hurry();
    await eventually(async () => (await db.query(`SELECT 1 FROM outbox`)).rowCount === 0, {
      what: 'the row to be sent',
    });
    await relay.close();
    expect(kafka.log).toEqual(['a', 'a']);
    expect(warned.filter((code) => code !== undefined)).toEqual(['RELAY_MARKER_LOST']);
  });
});

function aRow(value: string): Parameters<typeof writeOutbox>[1][number] {
  return {
    ...{ kind: 'created', correlationId: value, code: null, key: null, value: Buffer.from(value) },
    ...{ originalHeaders: null, headers: '[]', recordTimestampMs: null },
  };
}
