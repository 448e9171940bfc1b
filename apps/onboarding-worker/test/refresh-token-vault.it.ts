/** Where refresh tokens outlive a process (contract 6, LEDGER_KEY): sealed, shared by workers of one consent, and by no others. */
import { Database } from '#ledger';
import { type Logger, createLogger } from '#observability';
import { startPostgres } from '#testing';
import { randomBytes } from 'node:crypto';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { RefreshTokenVault, type VaultOptions } from '../src/credentials/refresh-token-vault.js';

const ledgerKey = randomBytes(32);
let db: Database;
let lines: { level: string; msg: string }[];
let log: Logger;

beforeAll(async () => {
  db = new Database({ url: await (await startPostgres()).createDatabase(), poolMax: 4 });
  await db.migrate();
});
beforeEach(async () => {
  await db.query('DELETE FROM refresh_token');
  lines = [];
  log = createLogger({ level: 'info', destination: { write: (line) => void lines.push(JSON.parse(line) as never) } });
});
afterAll(() => db.close());

function vault(with_: Partial<VaultOptions> = {}): RefreshTokenVault {
  const consent = { tenantId: 'tenant', clientId: 'client', refreshToken: 'configured' };
  return new RefreshTokenVault({ db, log, ledgerKey, ...consent, ...with_ });
}

describe('kept refresh tokens', () => {
  it('are read by every worker of the same settings, the newest only', async () => {
    expect(await vault().read()).toBeNull();
    await vault().keep('second');
    await vault().keep('thïrd');
    expect(await vault().read()).toBe('thïrd');
    expect(lines).toEqual([]);
  });

  it('stand in the ledger sealed, and nothing there tells the configured one', async () => {
    await vault().keep('second');
    const { rows } = await db.query<{ consent: string; sealed: string }>('SELECT * FROM refresh_token');
    expect(rows).toHaveLength(1);
    expect(JSON.stringify(rows)).not.toMatch(/second|configured|c2Vjb25k/);
    expect(rows[0]?.sealed).toMatch(/^[\w-]+\.\.[\w-]+\.[\w-]+\.[\w-]+$/);
  });

  it.each<[string, Partial<VaultOptions>]>([
    ['a new consent', { refreshToken: 'configured anew' }],
    ['another tenant', { tenantId: 'other' }],
    ['another application', { clientId: 'other' }],
    ['another key', { ledgerKey: randomBytes(32) }],
  ])('are not read for %s', async (_, with_) => {
    await vault().keep('second');
    expect(await vault(with_).read()).toBeNull();
    await vault(with_).keep('another');
    expect([await vault().read(), await vault(with_).read()]).toEqual(['second', 'another']);
  });

  it('are a line in the log and an error when they cannot be opened', async () => {
    await vault().keep('second');
    await db.query("UPDATE refresh_token SET sealed = overlay(sealed placing 'AAAA' from length(sealed) - 5)");
    await expect(vault().read()).rejects.toThrow();
    expect(lines).toMatchObject([{ level: 'warn', msg: 'the kept refresh token could not be read' }]);
  });

  it('cost no access token while the ledger is away: a line in the log says what is lost', async () => {
    const away = { query: () => Promise.reject(new Error('the ledger is away')) };
    await vault({ db: away }).keep('second');
    await expect(vault({ db: away }).read()).rejects.toThrow('away');
    expect(lines.map(({ msg }) => msg)).toEqual([
      'the new refresh token could not be kept yet: a restart now would lose it',
      'the kept refresh token could not be read',
    ]);
    expect(JSON.stringify(lines)).not.toContain('second');
  });
});
