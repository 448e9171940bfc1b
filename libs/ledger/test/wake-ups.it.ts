/** Wake-ups of other workers: heard when the statement commits, and again after the connection was lost. */
import { eventually, startPostgres } from '#testing';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { Database, WakeUpListener, writeOutbox } from '../src/index.js';
import { open } from './support.js';

let db: Database;
let listener: WakeUpListener;
const heard: string[] = [];

beforeAll(async () => {
  const url = await (await startPostgres()).createDatabase();
  db = new Database({ url, poolMax: 5 });
  await db.migrate();
  listener = new WakeUpListener(url, (what) => void heard.push(what));
  await listener.start();
});

afterAll(async () => {
  await listener.close();
  await db.close();
});

describe('a listener', () => {
  it('hears of new work and of records to publish, once they are committed', async () => {
    await db.transaction(async (tx) => {
      await writeOutbox(tx, [entry('a')]);
      await db.query(`SELECT pg_notify('onboarding_wake_up', 'pause')`);
      await eventually(() => heard.includes('pause'), { what: 'what was told meanwhile' });
      expect(heard).not.toContain('outbox');
    });
    await open(db, 'a');
    await eventually(() => heard.includes('work') && heard.includes('outbox'), { what: 'both' });
  });

  it('hears again after its connection was cut', async () => {
    const { rowCount } = await db.query(
      `SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = current_database() AND query LIKE 'LISTEN%'`,
    );
    expect(rowCount).toBe(1);
    heard.length = 0;
    const hears = async (): Promise<boolean> => {
      await writeOutbox(db, [entry('b')]);
      return heard.includes('outbox');
    };
    await eventually(hears, { what: 'a wake-up' });
  });
});

function entry(correlationId: string): Parameters<typeof writeOutbox>[1][number] {
  return {
    ...{ kind: 'created', correlationId, code: null, key: null, value: null, originalHeaders: null },
    ...{ headers: '[]', recordTimestampMs: null },
  };
}
