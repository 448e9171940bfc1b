import { Database, type Queryable } from '#ledger';
import { startPostgres } from '#testing';

/**
 * One time for ledger, worker and simulator: the machine's, plus how far the test has put it ahead. It is moved only while
 * nothing is under way. In the ledger `now()` and `clock_timestamp()` are those of a schema that stands before
 * pg_catalog in the search path, so the product's statements and column defaults run as they are.
 */
export class VirtualTime {
  private aheadMs = 0;
  private jumps: { atMs: number; aheadMs: number }[] = [{ atMs: 0, aheadMs: 0 }];

  readonly monotonicMs = (): number => performance.now() + this.aheadMs;
  readonly epochMs = (): number => performance.timeOrigin + performance.now() + this.aheadMs;

  /** How often the time was moved: what happened between two moves happened, for the model, in one turn. */
  get turn(): number {
    return this.jumps.length - 1;
  }

  /** A time of the machine, as the simulator's journal has it, in virtual milliseconds, and the turn it fell into. */
  placed(machineEpochMs: number): { atMs: number; turn: number } {
    const turn = this.jumps.findLastIndex(({ atMs }) => atMs <= machineEpochMs);
    return { atMs: machineEpochMs + (this.jumps[turn]?.aheadMs ?? 0), turn };
  }

  async advance(db: Queryable, ms: number): Promise<void> {
    this.aheadMs += ms;
    this.jumps.push({ atMs: performance.timeOrigin + performance.now(), aheadMs: this.aheadMs });
    await db.query(`UPDATE virtual.ahead SET by = $1 * interval '1 millisecond'`, [this.aheadMs]);
  }

  async reset(db: Queryable): Promise<void> {
    this.aheadMs = 0;
    this.jumps = [{ atMs: 0, aheadMs: 0 }];
    await db.query(`UPDATE virtual.ahead SET by = interval '0'`);
  }
}

const SCHEMA = `
  CREATE SCHEMA virtual;
  CREATE TABLE virtual.ahead (by interval NOT NULL) WITH (fillfactor = 10);
  INSERT INTO virtual.ahead VALUES (interval '0');
  CREATE FUNCTION virtual.now() RETURNS timestamptz STABLE LANGUAGE sql
    AS 'SELECT pg_catalog.now() + (SELECT by FROM virtual.ahead)';
  CREATE FUNCTION virtual.clock_timestamp() RETURNS timestamptz VOLATILE LANGUAGE sql
    AS 'SELECT pg_catalog.clock_timestamp() + (SELECT by FROM virtual.ahead)';
  CREATE SCHEMA ledger`;

/** A migrated ledger in a database of its own whose time is virtual; a crash of the server is not part of the model. */
export async function openVirtualLedger(poolMax: number): Promise<Database> {
  const url = await (await startPostgres()).createDatabase();
  const plain = new Database({ url, poolMax: 1 });
  await plain.query(SCHEMA);
  await plain.close();
  const options = '-c search_path=ledger,virtual,pg_catalog -c synchronous_commit=off';
  const db = new Database({ url: `${url}?options=${encodeURIComponent(options)}`, poolMax });
  await db.migrate();
  return db;
}
