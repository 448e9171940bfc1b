/**
 * Replays that are never taken, on a real ledger (P7): what is lost is given up, and nothing that may still come is. The
 * topic is one of memory, whose records, markers and bounds each test sets.
 */
import type { KafkaRecord } from '#kafka';
import { type Database, beginTurn, noteReplaysTaken, sendLetters, startPlan } from '#ledger';
import { insertPlan, requestRecord } from '#testing';
import { afterAll, beforeAll, beforeEach, expect, it } from 'vitest';
import { LostReplays } from '../src/replay/lost-replays.js';
import { openLedger, quiet } from './one-worker.js';

const TOPIC = 'requests';

/** One partition: records by offset, and how far it goes. */
interface Log {
  start: bigint;
  records: bigint[];
  /** Where an open transaction begins, if there is one. */
  stable: bigint | null;
  written: bigint;
}

let db: Database;
let log: Log | null;
let plan: string;
let lost: LostReplays;

const reader = {
  writtenEnds: () => Promise.resolve(new Map(log === null ? [] : [[0, log.written]])),
  bounds: () =>
    Promise.resolve(new Map(log === null ? [] : [[0, { start: log.start, end: log.stable ?? log.written }]])),
  async *read(_topic: string, _partition: number, from: bigint, to: bigint): AsyncGenerator<KafkaRecord[], void> {
    await Promise.resolve();
    if (log === null || from < log.start || to > (log.stable ?? log.written)) throw new Error('out of range');
    const found = log.records.filter((offset) => offset >= from && offset < to);
    if (found.length > 0) yield found.map((offset) => ({ offset }) as KafkaRecord);
  },
  close: () => Promise.resolve(),
};

beforeAll(async () => {
  db = await openLedger();
});
afterAll(() => db.close());

/** Intake stands at 5; the letter was sent as the record 7, whose marker is 8, behind the record 5 and its marker. */
beforeEach(async () => {
  await db.query(`TRUNCATE replay_plan, replay_letter, replay_lock, outbox, intake_position`);
  await intakeStandsAt(5);
  log = { start: 0n, records: [1n, 5n, 7n], stable: null, written: 9n };
  plan = await insertPlan(db.settings.url, [
    { record: requestRecord('a'), topic: TOPIC, correlationId: 'a', group: 'g' },
  ]);
  await startPlan(db, plan, { rate: null, ramp: [1], stopAt: 1, force: false }, 'ann');
  await db.transaction((tx) => sendLetters(tx, plan, 1, 1_000));
  await db.query(`DELETE FROM outbox`);
  lost = new LostReplays({ db, reader, topic: TOPIC, log: quiet() });
});

async function intakeStandsAt(offset: number): Promise<void> {
  await db.query(
    `INSERT INTO intake_position (topic, partition, next_offset) VALUES ($1, 0, $2)
     ON CONFLICT (topic, partition) DO UPDATE SET next_offset = excluded.next_offset`,
    [TOPIC, offset],
  );
}

async function lookThen(): Promise<string | undefined> {
  await lost.look(0);
  await db.transaction((tx) => beginTurn(tx, plan, TOPIC));
  const { rows } = await db.query<{ state: string }>(`SELECT state FROM replay_letter`);
  return rows[0]?.state;
}

it('a replay that intake has still to read is waited for, however long', async () => {
  expect([await lookThen(), await lookThen()]).toEqual(['sent', 'sent']);
  await intakeStandsAt(6);
  expect(await lookThen()).toBe('sent');
});

it('one that was deleted before it was read is given up, also where nothing comes after it', async () => {
  log = { start: 9n, records: [], stable: null, written: 9n };
  expect(await lookThen()).toBe('nothing');
});

it('one that intake has passed without a note is given up; markers behind it are passed by nobody', async () => {
  await intakeStandsAt(8);
  expect(await lookThen()).toBe('nothing');
});

it('what is written after the letter is no matter, however far behind intake stays', async () => {
  expect(await lookThen()).toBe('sent');
  log = { start: 8n, records: [9n, 10n, 11n], stable: null, written: 12n };
  expect(await lookThen()).toBe('nothing');
});

it('nothing is given up while a transaction is open, or while the topic is not there', async () => {
  log = { start: 6n, records: [], stable: 6n, written: 9n };
  expect(await lookThen()).toBe('sent');
  log = null;
  expect(await lookThen()).toBe('sent');
});

it('a topic that was made anew is read to where it ended before a letter is given up', async () => {
  await intakeStandsAt(900);
  log = { start: 0n, records: [0n, 1n], stable: null, written: 2n };
  expect(await lookThen()).toBe('sent');
  await intakeStandsAt(2);
  expect(await lookThen()).toBe('nothing');
});

it('a letter watched in the old topic ends with the new one, though that is shorter', async () => {
  expect(await lookThen()).toBe('sent');
  log = { start: 0n, records: [0n], stable: null, written: 1n };
  expect(await lookThen()).toBe('sent');
  log = { start: 0n, records: [0n, 1n, 2n], stable: null, written: 3n };
  await intakeStandsAt(1);
  expect(await lookThen()).toBe('nothing');
});

it('a note that comes while Kafka is asked counts', async () => {
  log = { start: 9n, records: [], stable: null, written: 9n };
  const taken = { takenAs: 'refused', correlationId: 'a', revision: null, code: 'EVENT_INVALID' } as const;
  const asked = new LostReplays({
    ...{ db, topic: TOPIC, log: quiet() },
    reader: {
      ...reader,
      bounds: async () => {
        await db.transaction((tx) => noteReplaysTaken(tx, [{ ...taken, replayId: `${plan}/1` }]));
        return reader.bounds();
      },
    },
  });
  await asked.look(0);
  expect(await lookThen()).toBe('failed');
});
