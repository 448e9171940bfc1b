/**
 * Intake on a real ledger, with every batch at will (P1): what was taken before is dropped, what the ledger cannot hold
 * stops nothing, and of two workers that read the same only one takes it.
 */
import { Metrics } from '#observability';
import { afterAll, beforeEach, describe, expect, it } from 'vitest';
import type { BatchContext, BatchResult, KafkaRecord, RecordBatch } from '#kafka';
import { type Database, lockPosition } from '#ledger';
import { customerData, eventually } from '#testing';
import { type IntakeParts, IntakeService } from '../src/intake/intake.service.js';
import { RecordTaker } from '../src/intake/record-taker.js';
import { openLedger, quiet, statesOf } from './one-worker.js';

const databases: Database[] = [];
let db: Database;
/** What lies on the partition, as far as it was fetched. */
let log: Map<bigint, KafkaRecord>;
let lookUps: number;

beforeEach(async () => {
  db = await openLedger();
  log = new Map();
  lookUps = 0;
  databases.push(db);
});

afterAll(() => Promise.all(databases.map((each) => each.close())));

const BOUNDS = new Map([[0, { start: 0n, end: 100n }]]);

function aWorker(with_: Partial<IntakeParts> = {}): IntakeService {
  const publisher = { eventSource: '/s', groupId: 'g' };
  const decode = { groupId: 'g', checkRules: () => [] };
  return new IntakeService({
    db,
    taker: new RecordTaker({ decode, publisher, databaseNowMs: () => 0 }),
    logBounds: () => Promise.resolve(BOUNDS),
    recordAt: (_, offset) => {
      lookUps += 1;
      return Promise.resolve(log.get(offset) ?? null);
    },
    seek: () => undefined,
    settings: { pendingMax: 1_000 },
    metrics: new Metrics(),
    log: quiet(),
    nowMs: () => performance.now(),
    onTaken: () => undefined,
    ...with_,
  });
}

/** The record at this offset of the log: a request named after it. */
function requestAt(offset: number, with_: Partial<KafkaRecord> = {}): KafkaRecord {
  return {
    ...{ topic: 't', partition: 0, offset: BigInt(offset), timestampMs: 1_000, key: null },
    value: Buffer.from(JSON.stringify(customerData(`at${offset}`))),
    headers: [['correlation-id', Buffer.from(`at-${offset}`)]],
    ...with_,
  };
}

const poisonAt = (offset: number): KafkaRecord => requestAt(offset, { value: Buffer.from('poison') });

function take(worker: IntakeService, records: KafkaRecord[], generation = 1, isCurrent = true): Promise<BatchResult> {
  for (const record of records) log.set(record.offset, record);
  const fetchOffset = records[0]!.offset;
  const nextOffset = records.at(-1)!.offset + 1n;
  const batch: RecordBatch = { topic: 't', partition: 0, fetchOffset, nextOffset, records, highWatermark: nextOffset };
  return worker.take(batch, { generation, isCurrent: () => isCurrent } as BatchContext);
}

async function published(): Promise<string[]> {
  const { rows } = await db.query<{ text: string }>(
    `SELECT kind || ' ' || code || ' ' || correlation_id AS text FROM outbox ORDER BY id`,
  );
  return rows.map(({ text }) => text);
}

async function nextOffset(): Promise<bigint | undefined> {
  return (await db.transaction((tx) => lockPosition(tx, 't', 0)))?.nextOffset;
}

describe('a record with a value that the ledger cannot hold', () => {
  const unstorable = { timestampMs: 1e30 };

  it('is refused alone: the records around it are taken, and the position moves on', async () => {
    const records = [requestAt(0), requestAt(1, unstorable), requestAt(2)];
    expect(await take(aWorker(), records)).toEqual({ kind: 'taken', nextOffset: 3n });
    expect(await statesOf(db)).toEqual({ 'at-0': 'open', 'at-2': 'open' });
    expect(await published()).toEqual(['dead-letter EVENT_INVALID at-1', 'rejected EVENT_INVALID at-1']);
    expect(await nextOffset()).toBe(3n);
  });

  it('is known again when it was the last one taken: the log is still the same', async () => {
    await take(aWorker(), [requestAt(0), requestAt(1, unstorable)]);
    const again = await take(aWorker(), [requestAt(1, unstorable), requestAt(2)], 2);
    expect(again).toEqual({ kind: 'taken', nextOffset: 3n });
    expect(await published()).toHaveLength(2);
  });
});

describe('a batch that was taken before', () => {
  it('is dropped, and of one that overlaps only the rest is taken', async () => {
    const worker = aWorker();
    await take(worker, [poisonAt(0), poisonAt(1)]);
    await take(worker, [poisonAt(0), poisonAt(1)]);
    expect(await published()).toHaveLength(4);
    expect(await take(aWorker(), [poisonAt(1), poisonAt(2)], 2)).toEqual({ kind: 'taken', nextOffset: 3n });
    expect(await published()).toHaveLength(6);
  });

  it('is taken once when several workers read it first at the same moment', async () => {
    const results = await Promise.all(Array.from({ length: 6 }, () => take(aWorker(), [poisonAt(0), requestAt(1)])));
    expect(results).toEqual(results.map(() => ({ kind: 'taken', nextOffset: 2n })));
    expect(await published()).toEqual(['dead-letter EVENT_UNDECODABLE at-0', 'rejected EVENT_UNDECODABLE at-0']);
  });
});

describe('what comes after intake', () => {
  it('is hurried when a batch brought something for it, and let be when all of it was taken before', async () => {
    let hurries = 0;
    const worker = aWorker({ onTaken: () => void (hurries += 1) });
    await take(worker, [requestAt(0)]);
    expect(hurries).toBe(1);
    await take(worker, [poisonAt(1)]);
    expect(hurries).toBe(2);
    await take(worker, [requestAt(0), poisonAt(1)]);
    expect(hurries).toBe(2);
  });
});

describe('a batch that begins beyond the position', () => {
  it('is not taken: what lies between comes first', async () => {
    const worker = aWorker();
    await take(worker, [requestAt(0)]);
    expect(await take(worker, [requestAt(2)])).toEqual({ kind: 'seek', offset: 1n });
    expect(await nextOffset()).toBe(1n);
    expect(await statesOf(db)).toEqual({ 'at-0': 'open' });
  });
});

describe('a batch of an assignment that is over', () => {
  it('is left to the worker that has the partition now', async () => {
    expect(await take(aWorker(), [requestAt(0)], 1, false)).toEqual({ kind: 'seek', offset: 0n });
    expect(await statesOf(db)).toEqual({});
  });
});

describe('a batch of another log', () => {
  it('is not taken: the log is read from its start', async () => {
    const [worker, later] = [aWorker(), aWorker()];
    await take(worker, [requestAt(0), requestAt(1)]);
    const other = requestAt(1, { headers: [['correlation-id', Buffer.from('other')]] });
    expect(await take(later, [requestAt(2)], 2)).toEqual({ kind: 'seek', offset: 1n });
    expect(await take(later, [other, requestAt(2)], 2)).toEqual({ kind: 'seek', offset: 0n });
    await take(later, [requestAt(0), other, requestAt(2)], 2);
    expect(await statesOf(db)).toEqual({ 'at-0': 'open', 'at-1': 'open', 'at-2': 'open', other: 'open' });
  });
});

describe('a log that was made anew while a fetch waited', () => {
  it('is read from its start, although the batch begins where the position is', async () => {
    const worker = aWorker();
    await take(worker, [requestAt(0), requestAt(1)]);
    log = new Map([0, 1].map((offset) => [BigInt(offset), requestAt(offset, { timestampMs: 2_000 })]));
    const results = [await take(worker, [requestAt(2)]), await take(worker, [requestAt(1, { timestampMs: 2_000 })])];
    expect(results).toEqual([
      { kind: 'seek', offset: 1n },
      { kind: 'seek', offset: 0n },
    ]);
  });
});

describe('bounds of the log that were asked for', () => {
  it('before another worker took what came after them are not believed: the log goes on', async () => {
    const other = aWorker();
    await take(other, [requestAt(0), requestAt(1)]);
    const logBounds = async (): Promise<typeof BOUNDS> => {
      if (lookUps > 0) return BOUNDS;
      await take(other, [requestAt(2)]);
      return new Map([[0, { start: 0n, end: 2n }]]);
    };
    const taken = await take(aWorker({ logBounds }), [requestAt(1), requestAt(2), requestAt(3)], 2);
    expect(taken).toEqual({ kind: 'taken', nextOffset: 4n });
    expect(await nextOffset()).toBe(4n);
  });

  it('in vain for one partition do not hold up the others', async () => {
    const sought: number[] = [];
    let rounds = 0;
    const logBounds = (): Promise<typeof BOUNDS> => {
      rounds += 1;
      return Promise.resolve(rounds < 5 ? BOUNDS : new Map([...BOUNDS, [1, { start: 0n, end: 0n }]]));
    };
    const worker = aWorker({ logBounds, seek: ({ partition }) => sought.push(partition) });
    const begun = worker.begin(
      [1, 0].map((partition) => ({ topic: 't', partition })),
      1,
    );
    await eventually(() => sought.length > 0, { what: 'the other partition to be read' });
    expect(sought).toEqual([0]);
    await begun;
    expect(sought).toEqual([0, 1]);
  });
});

describe('a batch that there is no room for', () => {
  it('is not proven before there is', async () => {
    const worker = aWorker({ settings: { pendingMax: 1 } });
    await take(worker, [requestAt(0), requestAt(1)]);
    expect(await take(worker, [requestAt(2)])).toMatchObject({ kind: 'partial-pause', nextOffset: 2n });
    expect(lookUps).toBe(0);
    await db.query(`DELETE FROM onboarding`);
    await eventually(async () => (await take(worker, [requestAt(2)])).kind === 'taken', { what: 'room' });
    expect(lookUps).toBe(1);
  });
});
