import { randomBytes } from 'node:crypto';
import pg from 'pg';
import { eventually } from './eventually.js';

const START_TIMEOUT_MS = 60_000;
const CONNECT_TIMEOUT_MS = 5_000;

/** Waits until a query is answered. */
export async function waitForPostgres(url: string): Promise<void> {
  const what = `PostgreSQL at ${new URL(url).host}`;
  await eventually(() => run(url, 'select 1'), { what, timeoutMs: START_TIMEOUT_MS, intervalMs: 50 });
}

/** Makes an empty database beside the one of `url` and returns its URL; without a name a random one. */
export async function createDatabase(url: string, name = `test_${randomBytes(6).toString('hex')}`): Promise<string> {
  // template0: template1 cannot be copied while anyone is connected to it.
  await run(url, `create database ${pg.escapeIdentifier(name)} template template0`);
  const made = new URL(url);
  made.pathname = `/${name}`;
  return made.href;
}

/** Removes a database that `createDatabase` made, whoever is connected to it; `url` is that of the server. */
export async function dropDatabase(url: string, database: string): Promise<void> {
  const name = decodeURIComponent(new URL(database).pathname.slice(1));
  await run(url, `drop database if exists ${pg.escapeIdentifier(name)} with (force)`);
}

/** A copy of a database beside it, as a backup would be; nobody may be connected to the original. Returns its URL. */
export async function copyDatabase(url: string): Promise<string> {
  const copy = new URL(url);
  const original = copy.pathname.slice(1);
  copy.pathname = '/postgres';
  const name = `${original}_copy_${randomBytes(3).toString('hex')}`;
  const sql = `create database ${pg.escapeIdentifier(name)} template ${pg.escapeIdentifier(original)}`;
  // The server notices that a killed client is gone a moment later.
  await eventually(() => run(copy.href, sql), { what: `${original} to be left by everyone`, intervalMs: 100 });
  copy.pathname = `/${name}`;
  return copy.href;
}

/** Rows of one query on a connection of its own: for looks into the ledger that nothing outside shows. */
export async function queryDatabase<Row extends pg.QueryResultRow>(url: string, sql: string): Promise<Row[]> {
  return (await run<Row>(url, sql)).rows;
}

async function run<Row extends pg.QueryResultRow>(url: string, sql: string): Promise<pg.QueryResult<Row>> {
  const client = new pg.Client({ connectionString: url, connectionTimeoutMillis: CONNECT_TIMEOUT_MS });
  // A server that ends under an open connection must not end this process.
  client.on('error', () => undefined);
  await client.connect();
  try {
    return await client.query<Row>(sql);
  } finally {
    await client.end();
  }
}
