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

const RETRY_MIN_MS = 1_000;
const RETRY_MAX_MS = 60_000;
const CLOSE_MAX_MS = 2_000;

/**
 * Keeps the newest refresh token in the ledger, sealed with `LEDGER_KEY` (contract 6), for all workers that were started
 * with the same configured token. After a new consent the configured token is another one and so is the row: what was
 * kept before is not read any more. A token that could not be kept is tried again until it is, or a newer one comes: a
 * crash before leaves the one before, which the service need not take for long.
 */
export class RefreshTokenVault {
  private readonly consent: string;
  /** The newest token, until it is kept. */
  private owed: { refreshToken: string; sealed: string | null } | null = null;
  private hasFailed = false;
  private isClosing = false;
  private retryMs = RETRY_MIN_MS;
  private timer: NodeJS.Timeout | undefined;
  /** One write after the other: an older token never replaces a newer one. */
  private lastTurn: Promise<void> = Promise.resolve();

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

  /** Replaces the kept token. A failure is logged, not thrown: the token lives in memory, and is kept later. */
  keep(refreshToken: string): Promise<void> {
    return this.inTurn(() => {
      this.owed = { refreshToken, sealed: null };
      this.retryMs = RETRY_MIN_MS;
      return this.write();
    });
  }

  /** Tries once more to keep what is not kept yet, for two seconds at most. */
  async close(): Promise<void> {
    this.isClosing = true;
    clearTimeout(this.timer);
    let bound: NodeJS.Timeout | undefined;
    const tooLong = new Promise<void>((resolve) => (bound = setTimeout(resolve, CLOSE_MAX_MS)));
    await Promise.race([this.inTurn(() => this.write()), tooLong]);
    clearTimeout(bound);
  }

  private inTurn(work: () => Promise<void>): Promise<void> {
    this.lastTurn = this.lastTurn.then(work);
    return this.lastTurn;
  }

  /** Never rejects. */
  private async write(): Promise<void> {
    const { owed } = this;
    if (owed === null) return;
    try {
      owed.sealed ??= await this.seal(owed.refreshToken);
      await keepRefreshToken(this.options.db, this.consent, owed.sealed);
    } catch (error) {
      return this.tryLater(error);
    }
    this.owed = null;
    if (this.hasFailed) this.options.log.info({}, 'the new refresh token is kept at last');
    this.hasFailed = false;
  }

  private tryLater(error: unknown): void {
    const message = 'the new refresh token could not be kept yet: a restart now would lose it';
    if (!this.hasFailed) this.options.log.warn({ err: error }, message);
    this.hasFailed = true;
    clearTimeout(this.timer);
    if (this.isClosing) return;
    this.timer = setTimeout(() => void this.inTurn(() => this.write()), this.retryMs).unref();
    this.retryMs = Math.min(this.retryMs * 2, RETRY_MAX_MS);
  }

  private seal(refreshToken: string): Promise<string> {
    return new CompactEncrypt(Buffer.from(refreshToken, 'utf8'))
      .setProtectedHeader({ alg: 'dir', enc: 'A256GCM' })
      .encrypt(this.options.ledgerKey);
  }
}
