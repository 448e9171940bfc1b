import pg from 'pg';
import { Kysely, Migrator, PostgresDialect } from 'kysely';
import { firstLedger } from './migrations/0001-ledger.js';
import { refreshToken } from './migrations/0002-refresh-token.js';
import { deadLetters } from './migrations/0003-dead-letters.js';
import { replaysLost } from './migrations/0004-replays-lost.js';
import { openedAt } from './migrations/0005-opened-at.js';

export interface DatabaseSettings {
  url: string;
  poolMax: number;
}

/** What a ledger statement is run on: the pool, or one connection inside a transaction. */
export interface Queryable {
  query<Row extends pg.QueryResultRow>(text: string, values?: unknown[]): Promise<pg.QueryResult<Row>>;
}

const MIGRATIONS = {
  '0001-ledger': firstLedger,
  '0002-refresh-token': refreshToken,
  '0003-dead-letters': deadLetters,
  '0004-replays-lost': replaysLost,
  '0005-opened-at': openedAt,
};
const CONNECT_TIMEOUT_MS = 5_000;
const STATEMENT_TIMEOUT_MS = 30_000;
/** Above the server's own limit: only a server that vanished without a word (no reset, no answer) meets this one. */
const ANSWER_TIMEOUT_MS = 35_000;
/** A worker that froze in a transaction must not keep the rows that it locked: the server ends it. */
const IDLE_IN_TRANSACTION_MAX_MS = 10_000;
const KEEP_ALIVE_AFTER_MS = 10_000;

/**
 * The pool and the few things that every ledger statement shares. All times come from the database (`now()`), never from
 * the clock of a worker; isolation is READ COMMITTED, and no statement rests on session state.
 */
export class Database implements Queryable {
  private readonly pool: pg.Pool;

  constructor(readonly settings: DatabaseSettings) {
    this.pool = new pg.Pool({
      connectionString: settings.url,
      max: settings.poolMax,
      connectionTimeoutMillis: CONNECT_TIMEOUT_MS,
      statement_timeout: STATEMENT_TIMEOUT_MS,
      idle_in_transaction_session_timeout: IDLE_IN_TRANSACTION_MAX_MS,
      query_timeout: ANSWER_TIMEOUT_MS,
      keepAlive: true,
      keepAliveInitialDelayMillis: KEEP_ALIVE_AFTER_MS,
      application_name: 'customer-onboarding',
    });
    // A broken connection is replaced by the pool and fails the statement on it; without listeners, also on connections
    // that are lent to a transaction, it would end the process.
    this.pool.on('error', () => undefined);
    this.pool.on('connect', (client) => client.on('error', () => undefined));
  }

  query<Row extends pg.QueryResultRow>(text: string, values: unknown[] = []): Promise<pg.QueryResult<Row>> {
    return this.pool.query<Row>(text, values);
  }

  /** Runs `work` in one transaction; rolls back and rethrows when it throws. */
  async transaction<Result>(work: (tx: Queryable) => Promise<Result>): Promise<Result> {
    const client = await this.pool.connect();
    let failure: Error | undefined;
    try {
      await client.query('BEGIN');
      const result = await work(client);
      await client.query('COMMIT');
      return result;
    } catch (error) {
      failure = error instanceof Error ? error : new Error(String(error));
      await client.query('ROLLBACK').then(
        () => (failure = isConnectionLoss(error) ? failure : undefined),
        () => undefined,
      );
      throw error;
    } finally {
      client.release(failure);
    }
  }

  /** Brings the schema up to date; safe when many workers start together (the migrator takes a lock). */
  async migrate(): Promise<void> {
    const kysely = new Kysely<unknown>({ dialect: new PostgresDialect({ pool: this.pool }) });
    const migrator = new Migrator({
      db: kysely,
      provider: { getMigrations: () => Promise.resolve(MIGRATIONS) },
    });
    const { error } = await migrator.migrateToLatest();
    if (error) throw new Error('the ledger could not be brought up to date', { cause: error });
  }

  async close(): Promise<void> {
    await this.pool.end();
  }
}

const CONNECTION_CODES = new Set(['ECONNREFUSED', 'ECONNRESET', 'EPIPE', 'ETIMEDOUT', 'ENOTFOUND', 'EAI_AGAIN']);

function codeOf(error: unknown): string {
  return error instanceof Error && 'code' in error ? String(error.code) : '';
}

/** Also for 25006: the server behind the connection became a standby, the one to write to is elsewhere. */
function isConnectionLoss(error: unknown): boolean {
  const code = codeOf(error);
  if (CONNECTION_CODES.has(code) || /^(08|57P|25P03|25006)/.test(code)) return true;
  return error instanceof Error && code === '' && /connection|timeout|terminated/i.test(error.message);
}

/**
 * True for what goes away without a change here: lost connections, restarts, fail-overs, deadlocks, serialisation failures,
 * full pools and disks, I/O errors (class 58).
 */
export function isTransient(error: unknown): boolean {
  return isConnectionLoss(error) || /^(40|53|55|58)/.test(codeOf(error)) || codeOf(error) === '57014';
}

/** True for an error that lies in the written values (SQLSTATE classes 22 and 23): the same values fail again. */
export function isDataError(error: unknown): boolean {
  return /^(22|23)/.test(codeOf(error));
}

/** True when two onboardings claim the same tenant id. */
export function isTenantConflict(error: unknown): boolean {
  return codeOf(error) === '23505' && error instanceof pg.DatabaseError && error.constraint === 'onboarding_tenant';
}
