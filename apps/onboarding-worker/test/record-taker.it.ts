/**
 * The records of one chunk about the same correlation id, judged in order inside one transaction (contract 2, P1).
 */
import { afterAll, beforeEach, describe, expect, it } from 'vitest';
import type { KafkaRecord } from '#kafka';
import type { Database } from '#ledger';
import { customerData } from '#testing';
import { type TakenCounts, RecordTaker } from '../src/intake/record-taker.js';
import { openLedger, statesOf } from './one-worker.js';

const FAILED_AT_MS = Date.UTC(2026, 0, 1);
const REPLAY_ID = '11111111-1111-4111-8111-111111111111';
const databases: Database[] = [];
let db: Database;
let offset = 0n;

const taker = new RecordTaker({
  decode: { groupId: 'g', checkRules: () => [] },
  publisher: { eventSource: '/s', groupId: 'g' },
  databaseNowMs: () => FAILED_AT_MS,
});

beforeEach(async () => {
  db = await openLedger();
  databases.push(db);
});

afterAll(() => Promise.all(databases.map((each) => each.close())));

function record(correlationId: string, domain: string | null, with_: Partial<KafkaRecord> = {}): KafkaRecord {
  const data = domain === null ? { wrong: true } : customerData(domain, { domain: `${domain}.onmicrosoft.com` });
  return {
    ...{ topic: 't', partition: 0, offset: offset++, timestampMs: FAILED_AT_MS + 1_000, key: null },
    value: Buffer.from(JSON.stringify(data)),
    headers: [['correlation-id', Buffer.from(correlationId)]],
    ...with_,
  };
}

function take(...records: KafkaRecord[]): Promise<TakenCounts> {
  return db.transaction((tx) => taker.take(tx, taker.prepare(records)));
}

async function fail(correlationId: string): Promise<void> {
  await db.query(
    `UPDATE onboarding SET state = 'rejected', due_at = NULL, failed_at = $2, finished_at = $2 WHERE correlation_id = $1`,
    [correlationId, new Date(FAILED_AT_MS)],
  );
}

async function published(): Promise<string[]> {
  const { rows } = await db.query<{ kind: string; code: string }>(`SELECT kind, code FROM outbox ORDER BY id`);
  return rows.map(({ kind, code }) => `${kind} ${code}`);
}

async function domainOf(correlationId: string): Promise<string | undefined> {
  const { rows } = await db.query<{ domain: string }>(`SELECT domain FROM onboarding WHERE correlation_id = $1`, [
    correlationId,
  ]);
  return rows[0]?.domain;
}

const toHeader = ([name, text]: [string, string]): [string, Buffer] => [name, Buffer.from(text)];

describe('records of one correlation id in one chunk', () => {
  it('open one onboarding; the same data are a duplicate, other data are refused without CustomerRejected', async () => {
    const { results } = await take(record('a', 'one'), record('a', 'one'), record('a', 'two'));
    expect(results).toEqual({ opened: 1, duplicate: 1, refused: 1 });
    expect(await domainOf('a')).toBe('one.onmicrosoft.com');
    expect(await published()).toEqual(['dead-letter CORRELATION_ID_REUSED']);
  });

  it('that were refused before it opened are not told as rejected: it is open', async () => {
    await take(record('a', null), record('a', 'one'));
    expect(await statesOf(db)).toEqual({ a: 'open' });
    expect(await published()).toEqual(['dead-letter EVENT_INVALID']);
  });

  it('that were refused before one of them reopens it are not told as rejected: it is open', async () => {
    await take(record('a', 'one'));
    await fail('a');
    const { results } = await take(record('a', null), record('a', 'two'), record('a', 'two'), record('a', 'one'));
    expect(results).toEqual({ refused: 1, reopened: 1, duplicate: 2 });
    expect(await statesOf(db)).toEqual({ a: 'open' });
    expect(await published()).toEqual(['dead-letter EVENT_INVALID']);
  });

  it('that correct an unsettled call are one correction, however often it comes', async () => {
    await take(record('a', 'one'));
    await fail('a');
    await db.query(`UPDATE onboarding SET unsettled = true`);
    const { results } = await take(record('a', 'two'), record('a', 'two'), record('a', 'three'));
    expect(results).toEqual({ reopened: 1, duplicate: 1, refused: 1 });
    expect(await domainOf('a')).toBe('one.onmicrosoft.com');
  });

  it('announce a created one again, with the same event, when they are replays', async () => {
    await take(record('a', 'one'));
    await db.query(`UPDATE onboarding SET state = 'created', due_at = NULL, tenant_id = gen_random_uuid(),
                           announcement = 'the event', announcement_headers = '[["ce_id","7"]]'`);
    const plain = record('a', 'one', { key: Buffer.from('k') });
    const replay = { ...plain, headers: [...plain.headers, ['replay-id', Buffer.from(REPLAY_ID)] as const] };
    const { results } = await take(plain, replay);
    expect(results).toEqual({ duplicate: 1, 'announced-again': 1 });
    const { rows } = await db.query(`SELECT kind, key, value, headers FROM outbox`);
    const [key, value] = ['k', 'the event'].map((text) => Buffer.from(text));
    expect(rows).toEqual([{ kind: 'created', key, value, headers: '[["ce_id","7"]]' }]);
  });

  it('count the replays over its whole life, those before it opened too', async () => {
    const replays = async (): Promise<unknown> => (await db.query(`SELECT replays FROM onboarding`)).rows;
    const replay = (count: number): KafkaRecord => {
      const plain = record('a', 'one');
      const headers = { 'replay-id': REPLAY_ID, 'replay-count': String(count) };
      return { ...plain, headers: [...plain.headers, ...Object.entries(headers).map(toHeader)] };
    };
    await take(replay(2));
    expect(await replays()).toEqual([{ replays: 2 }]);
    for (const [count, expected] of [
      [5, 5],
      [1, 6],
    ] as const) {
      await fail('a');
      await take(replay(count));
      expect(await replays()).toEqual([{ replays: expected }]);
    }
  });

  it('that are refused for an onboarding that failed are told', async () => {
    await take(record('a', 'one'));
    await fail('a');
    await take(record('a', null));
    expect(await published()).toEqual(['dead-letter EVENT_INVALID', 'rejected EVENT_INVALID']);
  });
});
