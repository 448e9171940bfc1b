import type { TokenCheck, TokenFailed } from './answers.js';
import type { TokenGrant } from './token-endpoint.js';
import { TokenError, toTokenError } from './token-error.js';

/** A life that the endpoint did not state. */
const UNKNOWN_LIFE_MS = 300_000;
const RENEW_AHEAD_MS = 300_000;
/** Not served any more so shortly before its end: it must survive the way to the service (reference 4.1). */
const EXPIRY_MARGIN_MS = 30_000;
/** Between two failed renewals in the background. */
const RENEWAL_PAUSE_MS = 10_000;

export interface TokenSourceOptions {
  request: (refreshToken: string | undefined) => Promise<TokenGrant>;
  /** Turns App+User on. */
  refreshToken?: string | undefined;
  /** Keeps a new refresh token, before the access token is used; a failure of it does not cost the access token. */
  onRotated?: ((refreshToken: string) => Promise<void>) | undefined;
  /** The newest refresh token that was kept, by whomever; null if there is none. */
  storedRefreshToken?: (() => Promise<string | null>) | undefined;
  /** Milliseconds of a clock that never jumps. */
  now?: (() => number) | undefined;
}

interface Token {
  value: string;
  renewAt: number;
  endsAt: number;
}

export type TokenAnswer = { kind: 'token'; value: string } | TokenFailed;

/**
 * Keeps one access token. At most one request is under way, whoever waits; the renewal begins in the background five
 * minutes or a fifth of its life before the end (half of it for short ones), while the old token is still served.
 *
 * Of refresh tokens the newest is used: at start the one that was kept, then what each answer brings. If the endpoint
 * refuses it, another worker may have a newer one: the kept one is asked with, then the configured one, before the
 * refusal is believed.
 */
export class TokenSource {
  readonly #options: TokenSourceOptions;
  readonly #now: () => number;
  #refreshToken: string | undefined;
  #hasReadStored = false;
  #token: Token | null = null;
  #underWay: Promise<TokenAnswer> | null = null;
  #notBefore = -Infinity;

  constructor(options: TokenSourceOptions) {
    this.#options = options;
    this.#now = options.now ?? (() => performance.now());
    this.#refreshToken = options.refreshToken;
  }

  /** The token at hand, or null if one has to be asked for with {@link fetch}. Starts the renewal when it is due. */
  current(): string | null {
    const token = this.#token;
    const now = this.#now();
    if (token === null || now >= token.endsAt) return null;
    if (now >= token.renewAt && now >= this.#notBefore) void this.fetch();
    return token.value;
  }

  /** Asks the endpoint, or joins the request under way. Never rejects. */
  fetch(): Promise<TokenAnswer> {
    this.#underWay ??= this.#request().finally(() => (this.#underWay = null));
    return this.#underWay;
  }

  /** Forgets a token that the service did not accept; a newer one stays. */
  drop(value: string): void {
    if (this.#token?.value === value) this.#token = null;
  }

  /** Asks the endpoint even if a token is at hand: the probe of a failing endpoint. */
  async check(): Promise<TokenCheck> {
    const answer = await this.fetch();
    if (answer.kind === 'token') return { ok: true };
    return { ok: false, message: answer.message, permanent: answer.permanent };
  }

  async #request(): Promise<TokenAnswer> {
    // The life counts from the question: the answer may have been long on its way.
    const askedAt = this.#now();
    try {
      const grant = await (this.#refreshToken === undefined ? this.#options.request(undefined) : this.#refresh());
      this.#token = keep(grant, askedAt);
      return { kind: 'token', value: grant.accessToken };
    } catch (error) {
      this.#notBefore = this.#now() + RENEWAL_PAUSE_MS;
      const { message, permanent, code } = toTokenError(error);
      return { kind: 'token-failed', message, permanent, code };
    }
  }

  async #refresh(): Promise<TokenGrant> {
    if (!this.#hasReadStored) this.#refreshToken = (await this.#stored()) ?? this.#refreshToken;
    const refused = new Set<string | null | undefined>([null, undefined]);
    for (;;) {
      try {
        const grant = await this.#options.request(this.#refreshToken);
        await this.#rotate(grant.refreshToken);
        return grant;
      } catch (error) {
        if (!(error instanceof TokenError && error.isAboutGrant)) throw error;
        refused.add(this.#refreshToken);
        const next = [await this.#stored(), this.#options.refreshToken].find((token) => !refused.has(token));
        if (next == null) throw error;
        this.#refreshToken = next;
      }
    }
  }

  async #stored(): Promise<string | null> {
    try {
      const stored = (await this.#options.storedRefreshToken?.()) ?? null;
      this.#hasReadStored = true;
      return stored;
    } catch {
      return null;
    }
  }

  async #rotate(refreshToken: string | null): Promise<void> {
    if (refreshToken === null || refreshToken === this.#refreshToken) return;
    this.#refreshToken = refreshToken;
    await this.#options.onRotated?.(refreshToken).catch(() => undefined);
  }
}

function keep(grant: TokenGrant, askedAt: number): Token {
  const lifeMs = grant.expiresInSeconds === null ? UNKNOWN_LIFE_MS : grant.expiresInSeconds * 1000;
  const aheadMs = Math.min(Math.max(RENEW_AHEAD_MS, lifeMs / 5), lifeMs / 2);
  const marginMs = Math.min(EXPIRY_MARGIN_MS, lifeMs / 10);
  return { value: grant.accessToken, renewAt: askedAt + lifeMs - aheadMs, endsAt: askedAt + lifeMs - marginMs };
}
