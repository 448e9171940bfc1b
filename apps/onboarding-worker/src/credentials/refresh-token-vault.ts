import { type Queryable, keepRefreshToken, readRefreshToken } from '#ledger';
import type { Logger } from '#observability';
import { CompactEncrypt, compactDecrypt } from 'jose';
import { createHmac } from 'node:crypto';

export interface VaultOptions {
  db: Queryable;
  log: Logger;
  /** 32 bytes. */
  ledgerKey: Buffer;
  /** Whose tokens: a token of another account or application is another consent. */
  tenantId: string;
  clientId: string;
  /** The refresh token of the settings, from which all later ones descend. */
  refreshToken: string;
}

/**
 * Keeps the newest refresh token in the ledger, sealed with `LEDGER_KEY` (contract 6), for all workers that were started
 * with the same configured token. After a new consent the configured token is another one and so is the row: what was
 * kept before is not read any more. A crash between getting a token and keeping it leaves the one before, which the
 * service still takes for a while.
 */
export class RefreshTokenVault {
  private readonly consent: string;

  constructor(private readonly options: VaultOptions) {
    const name = JSON.stringify([options.tenantId, options.clientId, options.refreshToken]);
    this.consent = createHmac('sha256', options.ledgerKey).update(name).digest('hex');
  }

  /** The kept token; null if there is none. Rejects when the ledger cannot be asked or the row cannot be opened. */
  async read(): Promise<string | null> {
    try {
      const sealed = await readRefreshToken(this.options.db, this.consent);
      if (sealed === null) return null;
      const { plaintext } = await compactDecrypt(sealed, this.options.ledgerKey);
      return Buffer.from(plaintext).toString('utf8');
    } catch (error) {
      this.options.log.warn({ err: error }, 'the kept refresh token could not be read');
      throw error;
    }
  }

  /** Replaces the kept token. A failure is logged, not thrown: the token lives in memory, and the next one is kept again. */
  async keep(refreshToken: string): Promise<void> {
    try {
      const sealed = await new CompactEncrypt(Buffer.from(refreshToken, 'utf8'))
        .setProtectedHeader({ alg: 'dir', enc: 'A256GCM' })
        .encrypt(this.options.ledgerKey);
      await keepRefreshToken(this.options.db, this.consent, sealed);
    } catch (error) {
      this.options.log.warn({ err: error }, 'the new refresh token could not be kept: it is lost at a restart');
    }
  }
}
