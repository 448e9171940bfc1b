import { expect, it } from 'vitest';
import type { AuditEntry, Database } from '#ledger';
import { AuditController } from './audit.controller.js';

const entry = (id: number): object => ({
  id: String(id),
  at: new Date(0),
  who: 'x',
  what: 'y',
  subject: 'z',
  detail: {},
});
const ledger = (...answers: (object[] | Error)[]): Database => {
  const query = (): Promise<{ rows: object[] }> => {
    const answer = answers.shift() ?? [];
    return answer instanceof Error ? Promise.reject(answer) : Promise.resolve({ rows: answer });
  };
  return { query } as unknown as Database;
};

async function exported(db: Database): Promise<AuditEntry[]> {
  const file = await new AuditController(db).export();
  const text = (await file.getStream().toArray()).join('');
  return text
    .split('\n')
    .filter((line) => line !== '')
    .map((line) => JSON.parse(line) as AuditEntry);
}

it('an export goes on page by page to the end', async () => {
  const page = (first: number): object[] => Array.from({ length: 500 }, (_, n) => entry(first - n));
  const entries = await exported(ledger(page(1_001), page(501), [entry(1)]));
  expect(entries.map(({ id }) => Number(id))).toEqual(Array.from({ length: 1_001 }, (_, n) => 1_001 - n));
});

it('an export that cannot be read is refused before anything is sent', async () => {
  await expect(new AuditController(ledger(new Error('away'))).export()).rejects.toThrow('away');
});
