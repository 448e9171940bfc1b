/**
 * The ledger's half of the relay (P3): statements of two relays in any order, against the model of design 2. The whole
 * relay with its publisher is simulated in the worker's tests.
 */
import { randomUUID } from 'node:crypto';
import fc from 'fast-check';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import {
  type Database,
  type NumberingOptions,
  numberBatch,
  readOverview,
  registerWorker,
  releaseRelay,
  setRowAside,
  settleBatch,
  takeRelay,
  writeOutbox,
} from '../src/index.js';
import { openLedger } from './support.js';

let db: Database;
let workers: string[];

beforeAll(async () => {
  db = await openLedger();
});

beforeEach(async () => {
  await db.query(`DELETE FROM outbox`);
  await db.query(`DELETE FROM worker`);
  await db.query(`UPDATE relay SET worker_id = NULL, batch_id = NULL`);
  workers = [randomUUID(), randomUUID()];
  for (const worker of workers) await registerWorker(db, worker);
});

afterAll(() => db.close());

type Entry = Parameters<typeof writeOutbox>[1][number];

const entry = (text: string, with_: Partial<Entry> = {}): Entry => ({
  ...{ kind: 'created', correlationId: text, code: null, key: null, value: Buffer.from(text), originalHeaders: null },
  ...{ headers: '[]', recordTimestampMs: null },
  ...with_,
});

function number(term: bigint, batch: bigint, with_: Partial<NumberingOptions> = {}): ReturnType<typeof numberBatch> {
  const options = { term, batch, sent: null, maxRows: 10, maxBytes: 1_000_000, blockedFirst: false };
  const nothing = { exceptKinds: [], exceptTopics: [] };
  return numberBatch(db, { ...options, ...nothing, ...with_ });
}

const textsOf = (rows: { value: Buffer | null }[] | null): string[] | null =>
  rows?.map(({ value }) => String(value)) ?? null;

async function lead(): Promise<bigint> {
  return (await takeRelay(db, workers[0]!))!.term;
}

describe('the lease of the relay', () => {
  it('belongs to one living worker, and every beginning is a new term', async () => {
    const first = await takeRelay(db, workers[0]!);
    expect(await takeRelay(db, workers[1]!)).toBeNull();
    expect((await takeRelay(db, workers[0]!))!.term).toBe(first!.term + 1n);
  });

  it('is free when its worker gave it back, was taken for dead, or is gone', async () => {
    await lead();
    await releaseRelay(db, workers[1]!);
    expect(await takeRelay(db, workers[1]!)).toBeNull();
    await releaseRelay(db, workers[0]!);
    expect(await takeRelay(db, workers[1]!)).not.toBeNull();
    await db.query(`UPDATE worker SET expired_at = now() WHERE id = $1`, [workers[1]]);
    expect(await takeRelay(db, workers[1]!)).toBeNull();
    expect(await takeRelay(db, workers[0]!)).not.toBeNull();
  });

  it('goes to one of many that ask at once', async () => {
    const many = await Promise.all(
      Array.from({ length: 12 }, async () => {
        const worker = randomUUID();
        await registerWorker(db, worker);
        return worker;
      }),
    );
    const terms = await Promise.all(many.map((worker) => takeRelay(db, worker)));
    expect(terms.filter((term) => term !== null)).toHaveLength(1);
  });
});

describe('a batch', () => {
  it('takes rows in their order, bounded by rows and by all of their bytes, but never none', async () => {
    const term = await lead();
    await writeOutbox(
      db,
      ['a', 'b', 'c', 'd'].map((text) => entry(text)),
    );
    expect(textsOf(await number(term, 1n, { maxRows: 2 }))).toEqual(['a', 'b']);
    await settleBatch(db, term, 1n, false);
    expect(textsOf(await number(term, 2n, { maxBytes: 1 }))).toEqual(['a']);
    await settleBatch(db, term, 2n, true);
    const heavy = Buffer.alloc(3_000);
    await writeOutbox(db, [entry('e', { originalHeaders: heavy }), entry('f', { key: heavy }), entry('g')]);
    expect(textsOf(await number(term, 3n, { maxBytes: 4_000 }))).toEqual(['b', 'c', 'd', 'e']);
  });

  it('leaves no batch in doubt when there is nothing to send', async () => {
    const term = await lead();
    expect(await number(term, 1n)).toEqual([]);
    expect((await takeRelay(db, workers[0]!))!.batchInDoubt).toBeNull();
  });

  it('leaves out kinds whose topic is out of reach, also among those that were set aside', async () => {
    const term = await lead();
    await writeOutbox(db, [entry('a', { kind: 'rejected' }), entry('b')]);
    expect(textsOf(await number(term, 1n, { exceptKinds: ['rejected'] }))).toEqual(['b']);
    await settleBatch(db, term, 1n, true);
    await db.query(`UPDATE outbox SET blocked_until = now()`);
    expect(await number(term, 2n, { exceptKinds: ['rejected'], blockedFirst: true })).toEqual([]);
  });

  it('leaves out replays whose topic is out of reach, and tells where the others go', async () => {
    const term = await lead();
    await db.query(
      `INSERT INTO outbox (kind, headers, topic, value)
       VALUES ('replay', '[]', 'gone', 'a'), ('replay', '[]', 'there', 'b'), ('created', '[]', NULL, 'c')`,
    );
    const rows = await number(term, 1n, { exceptTopics: ['gone'] });
    expect(rows?.map(({ kind, topic, value }) => [kind, topic, String(value)])).toEqual([
      ['replay', 'there', 'b'],
      ['created', null, 'c'],
    ]);
    await settleBatch(db, term, 1n, true);
    await db.query(`UPDATE outbox SET blocked_until = now()`);
    expect(await number(term, 2n, { exceptTopics: ['gone'], blockedFirst: true })).toEqual([]);
    expect(textsOf(await number(term, 3n, { blockedFirst: true }))).toEqual(['a']);
  });

  it('is not numbered while the answer to the last numbering got lost: that batch is in doubt', async () => {
    const term = await lead();
    await writeOutbox(db, [entry('a')]);
    await number(term, 1n);
    expect(await number(term, 2n)).toBeNull();
    expect((await takeRelay(db, workers[0]!))!.batchInDoubt).toBe(1n);
  });

  it('of a relay that was replaced keeps its rows, whatever that one says it sent', async () => {
    const term = await lead();
    await writeOutbox(db, [entry('a')]);
    await number(term, 1n);
    await takeRelay(db, workers[0]!);
    expect(await number(term, 2n, { sent: 1n })).toBeNull();
    expect(await readOverview(db, 't')).toMatchObject({ outboxUnsent: 1 });
  });

  it('leaves out a row that was set aside until it is asked for, alone and when its time has come', async () => {
    const term = await lead();
    await writeOutbox(
      db,
      ['a', 'b'].map((text) => entry(text)),
    );
    const [a] = (await number(term, 1n, { maxRows: 1 }))!;
    await settleBatch(db, term, 1n, false);
    await setRowAside(db, a!.id, 60_000);
    expect(await readOverview(db, 't')).toMatchObject({ outboxUnsent: 2, outboxBlocked: 1 });
    expect(textsOf(await number(term, 2n))).toEqual(['b']);
    await settleBatch(db, term, 2n, true);
    expect(await number(term, 3n, { blockedFirst: true })).toEqual([]);
    await db.query(`UPDATE outbox SET blocked_until = now()`);
    expect(textsOf(await number(term, 4n, { blockedFirst: true }))).toEqual(['a']);
  });
});

describe('statements of two relays in any order', () => {
  type Action = { kind: 'take' | 'number' | 'settle-sent' | 'settle-freed' | 'write'; relay: 0 | 1 };
  const actions = fc.array(
    fc.record<Action>({
      kind: fc.constantFrom('take', 'number', 'number', 'settle-sent', 'settle-freed', 'write'),
      relay: fc.constantFrom(0, 1),
    }),
    { minLength: 5, maxLength: 30 },
  );

  it('number a row for one batch at a time, and delete only rows of a batch that the current relay says was sent', async () => {
    let nextBatch = 1n;
    await fc.assert(
      fc.asyncProperty(actions, async (all) => {
        await db.query(`DELETE FROM outbox`);
        await db.query(`UPDATE relay SET batch_id = NULL, worker_id = NULL`);
        const model = { term: -1n, doubt: null as bigint | null, free: 0, numbered: 0 };
        const terms: [bigint, bigint] = [-2n, -2n];
        const batches: [bigint | null, bigint | null] = [null, null];
        for (const { kind, relay } of all) {
          const isCurrent = terms[relay] === model.term;
          switch (kind) {
            case 'write':
              await writeOutbox(db, [entry('x')]);
              model.free += 1;
              break;
            case 'take': {
              await db.query(`UPDATE relay SET worker_id = NULL`);
              const taken = await takeRelay(db, workers[relay]!);
              expect(taken!.batchInDoubt).toBe(model.doubt);
              terms[relay] = model.term = taken!.term;
              batches[relay] = taken!.batchInDoubt;
              break;
            }
            case 'number': {
              const batch = nextBatch++;
              const rows = await number(terms[relay], batch, { sent: batches[relay], maxRows: 2 });
              const mayNumber = isCurrent && batches[relay] === model.doubt;
              expect(rows === null).toBe(!mayNumber);
              if (rows === null) break;
              expect(rows).toHaveLength(Math.min(2, model.free));
              model.free -= rows.length;
              model.numbered = rows.length;
              model.doubt = batches[relay] = rows.length > 0 ? batch : null;
              break;
            }
            default: {
              const batch = batches[relay] ?? 0n;
              const wasSent = kind === 'settle-sent';
              const maySettle = isCurrent && batches[relay] !== null && batch === model.doubt;
              expect(await settleBatch(db, terms[relay], batch, wasSent)).toBe(maySettle);
              if (!maySettle) break;
              if (!wasSent) model.free += model.numbered;
              model.numbered = 0;
              model.doubt = batches[relay] = null;
            }
          }
          const { rows } = await db.query<{ free: string; numbered: string; batches: string }>(
            `SELECT count(*) FILTER (WHERE batch_id IS NULL) AS free, count(batch_id) AS numbered,
                    count(DISTINCT batch_id) AS batches FROM outbox`,
          );
          expect(Number(rows[0]!.free)).toBe(model.free);
          expect(Number(rows[0]!.numbered)).toBe(model.numbered);
          expect(Number(rows[0]!.batches)).toBeLessThanOrEqual(1);
        }
      }),
      { numRuns: 60 },
    );
  });
});
