import { setTimeout as delay } from 'node:timers/promises';
import { expect, it } from 'vitest';
import { type KafkaRecord, recordDigest } from '#kafka';
import type { Queryable } from '#ledger';
import type { LetterRecords } from './letter-records.js';
import { PlanInMaking } from './plan-in-making.js';

const LETTERS = 2_000;

const recordAt = (partition: number, offset: bigint): KafkaRecord => ({
  ...{ topic: 'dead-letter', partition, offset, timestampMs: 0, key: null, value: Buffer.from('x'), headers: [] },
});

/** Two pages of letters. Answers take a turn of the event loop, and statements are told when they begin. */
function ledgerOf(onStatement: (text: string) => void): Queryable {
  let fetched = 0;
  return {
    async query(text: string) {
      onStatement(text);
      await delay(1);
      const isPage = text.startsWith('FETCH') && fetched < LETTERS;
      return { rows: isPage ? Array.from({ length: 1_000 }, () => rowOf(fetched++)) : [], rowCount: 0 };
    },
  } as unknown as Queryable;
}

function rowOf(n: number): object {
  const at = { partition: 0, record_offset: String(n), newest_partition: 0, newest_offset: String(n) };
  const letter = {
    correlation_id: null,
    code: 'UNKNOWN',
    consumer_group: null,
    original_topic: 'x',
    replays: 0,
    bytes: 1,
  };
  return { ...at, ...letter, n: String(n + 1), total: String(LETTERS), digest: recordDigest(recordAt(0, BigInt(n))) };
}

it('a letter that cannot be read ends the making only when the ledger has answered: no statement follows', async () => {
  let hasEnded = false;
  const late: string[] = [];
  const written: string[] = [];
  const ledger = ledgerOf((text) => (hasEnded ? late : written).push(text));
  const at = (partition: number, offset: bigint): Promise<KafkaRecord> =>
    offset < 1_000n ? Promise.resolve(recordAt(partition, offset)) : Promise.reject(new Error('the broker is away'));
  const making = new PlanInMaking(ledger, {
    ...{ id: 'plan', patch: null, ours: { topic: 'requested', groupId: 'g' } },
    decode: { groupId: 'g', checkRules: () => [] },
    records: { at } as unknown as LetterRecords,
  });
  await expect(making.run()).rejects.toThrow('the broker is away');
  hasEnded = true;
  await delay(50);
  expect(written.some((text) => text.startsWith('INSERT'))).toBe(true);
  expect(late).toEqual([]);
});
