/** Who did what: told with the change that it tells, read from the newest to the oldest. */
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type Database, readAudit, writeAudit } from '../src/index.js';
import { openLedger } from './support.js';

let db: Database;
beforeAll(async () => {
  db = await openLedger();
});
afterAll(() => db.close());

describe('the audit', () => {
  it('is read page by page, the newest first', async () => {
    for (const subject of ['a', 'b', 'c']) {
      await writeAudit(db, { who: 'ops@host', what: 'plan made', subject, detail: { letters: 3 } });
    }
    const newest = await readAudit(db, { limit: 2 });
    expect(newest.map(({ subject }) => subject)).toEqual(['c', 'b']);
    expect(newest[0]).toMatchObject({ who: 'ops@host', what: 'plan made', detail: { letters: 3 } });
    expect(Date.parse(newest[0]!.at)).toBeGreaterThan(0);
    const older = await readAudit(db, { limit: 2, before: newest[1]!.id });
    expect(older.map(({ subject }) => subject)).toEqual(['a']);
  });

  it('tells nothing of what was rolled back', async () => {
    const broken = db.transaction(async (tx) => {
      await writeAudit(tx, { who: 'ops@host', what: 'resolved', subject: 'rolled back' });
      throw new Error('broken off');
    });
    await expect(broken).rejects.toThrow('broken off');
    const entries = await readAudit(db, { limit: 10 });
    expect(entries.map(({ subject }) => subject)).not.toContain('rolled back');
  });
});
