import { randomBytes } from 'node:crypto';
import type { Settings } from '../settings.js';

const KEPT_MAX = 10_000;

/**
 * Refresh tokens as the token endpoint knows them. Every use gives a new one; whether the old one stays good is
 * `refreshTokenRotation`. After a revocation only tokens from a new consent are good.
 */
export class RefreshTokens {
  readonly #issued = new Set<string>();
  readonly #used = new Set<string>();
  /** The configured token at the time of the revocation: only another one is a new consent. */
  #revoked: { readonly configured: string | null } | undefined;

  accepts(given: string | null, { refreshToken, refreshTokenRotation }: Settings): boolean {
    if (!given) return false;
    if (refreshTokenRotation === 'revokesOld' && this.#used.has(given)) return false;
    if (this.#issued.has(given)) return true;
    if (this.#revoked && (refreshToken === null || refreshToken === this.#revoked.configured)) return false;
    return refreshToken === null || refreshToken === given;
  }

  /** A new refresh token in place of `used`; null after a consent. */
  rotate(used: string | null): string {
    if (used) remember(this.#used, used);
    const fresh = `simr.${randomBytes(32).toString('base64url')}`;
    remember(this.#issued, fresh);
    return fresh;
  }

  /** No refresh token given out or configured so far is good any more. */
  revokeAll({ refreshToken }: Settings): void {
    this.#revoked = { configured: refreshToken };
    this.#issued.clear();
  }
}

function remember(tokens: Set<string>, token: string): void {
  tokens.add(token);
  for (const oldest of tokens) {
    if (tokens.size <= KEPT_MAX) break;
    tokens.delete(oldest);
  }
}
