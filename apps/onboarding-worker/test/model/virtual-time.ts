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
    await this.tell(db);
  }

  async reset(db: Queryable): Promise<void> {
    this.aheadMs = 0;
    this.jumps = [{ atMs: 0, aheadMs: 0 }];
    await this.tell(db);
  }

  private async tell(db: Queryable): Promise<void> {
    await db.query(`SELECT setval('virtual.ahead_us', $1)`, [Math.round(this.aheadMs * 1_000)]);
  }
}

const CONNECT_MAX_MS = 60_000;

/** How far ahead stands in a sequence: read without a snapshot, written without a dead row. */
const SCHEMA = `
  CREATE SCHEMA virtual;
  CREATE SEQUENCE virtual.ahead_us MINVALUE 0 START 0;
  SELECT setval('virtual.ahead_us', 0);
  CREATE FUNCTION virtual.now() RETURNS timestamptz STABLE LANGUAGE sql
    AS $$SELECT pg_catalog.now() + pg_sequence_last_value('virtual.ahead_us') * interval '1 microsecond'$$;
  CREATE FUNCTION virtual.clock_timestamp() RETURNS timestamptz VOLATILE LANGUAGE sql
    AS $$SELECT pg_catalog.clock_timestamp() + pg_sequence_last_value('virtual.ahead_us') * interval '1 microsecond'$$;
  CREATE SCHEMA ledger`;

/** A migrated ledger in a database of its own whose time is virtual; a crash of the server is not part of the model. */
export async function openVirtualLedger(poolMax: number): Promise<Database> {
  const url = await (await startPostgres()).createDatabase();
  const plain = new Database({ url, poolMax: 1 });
  await plain.query(SCHEMA);
  await plain.close();
  const options = [
    'search_path=ledger,virtual,pg_catalog',
    'synchronous_commit=off',
    'plan_cache_mode=force_generic_plan',
  ];
  const asked = encodeURIComponent(options.map((option) => `-c ${option}`).join(' '));
  const db = new Database({ url: `${url}?options=${asked}`, poolMax });
  // Real time, for a machine that does much else: a connection that comes late is none of the faults.
  Object.assign(db['pool'].options, { connectionTimeoutMillis: CONNECT_MAX_MS, idleTimeoutMillis: 0 });
  planOnce(db);
  await db.migrate();
  return db;
}

/** Each connection plans a statement once: to plan the same few again and again would take most of the time. */
function planOnce(db: Database): void {
  const names = new Map<string, string>();
  db['pool'].on('connect', (client) => {
    const query = client.query.bind(client) as (...of: unknown[]) => unknown;
    const named = (text: string, values: unknown[] = [], ...callback: unknown[]): unknown => {
      if (values.length === 0) return query(text, values, ...callback);
      if (!names.has(text)) names.set(text, `statement ${names.size}`);
      return query({ name: names.get(text), text, values }, ...callback);
    };
    Object.assign(client, { query: named });
  });
}
