import { randomBytes } from 'node:crypto';
import type { Settings } from '../settings.js';
import { type Answer, plain } from './answer.js';
import { isRetiredAudience } from './clouds.js';
import { RefreshTokens } from './refresh-tokens.js';
import { type TokenRefusal, tokenRefusal } from './token-refusals.js';

const TOKENS_MAX = 10_000;

export interface Token {
  readonly expiresAt: number;
  readonly isAppUser: boolean;
  readonly hasMfa: boolean;
  readonly audience: string;
  readonly hasRetiredAudience: boolean;
  readonly clientId: string;
}

export interface Grant {
  readonly settings: Settings;
  readonly form: URLSearchParams;
  readonly version: 'v1' | 'v2';
  /** The directory named in the path. */
  readonly tenantId: string;
  readonly now: number;
}

/** The token endpoint (reference 4.1): opaque bearer tokens, known here only; refresh tokens rotate with every use. */
export class TokenIssuer {
  readonly #tokens = new Map<string, Token>();
  readonly refreshTokens = new RefreshTokens();

  find(bearer: string): Token | undefined {
    return this.#tokens.get(bearer);
  }

  /** Every token issued so far is unknown from now on: the next call of its owner gets an ordinary 401. */
  expireAll(): void {
    this.#tokens.clear();
  }

  answer(grant: Grant): Answer {
    const refusal = this.#refusal(grant);
    return refusal ? tokenRefusal(refusal, grant.now) : plain(200, JSON.stringify(this.#issue(grant)));
  }

  #refusal({ settings, form, version, tenantId }: Grant): TokenRefusal | undefined {
    if (settings.tenantId !== null && tenantId.toLowerCase() !== settings.tenantId.toLowerCase())
      return 'unknownTenant';
    const type = form.get('grant_type');
    if (type === 'password') return 'passwordGrant';
    if (type !== 'client_credentials' && type !== 'refresh_token' && type !== 'authorization_code') {
      return 'unsupportedGrant';
    }
    if (version === 'v1' && !form.get('resource')) return 'missingResource';
    if (version === 'v2' && !form.get('scope')) return 'missingScope';
    const clientId = form.get('client_id');
    if (!clientId || (settings.clientId !== null && clientId !== settings.clientId)) return 'unauthorizedClient';
    if (settings.clientSecret !== null && form.get('client_secret') !== settings.clientSecret) return 'invalidClient';
    if (type === 'authorization_code') return form.get('code') ? undefined : 'missingCode';
    if (type === 'client_credentials') return undefined;
    return this.refreshTokens.accepts(form.get('refresh_token'), settings) ? undefined : 'invalidGrant';
  }

  #issue({ settings, form, version, now }: Grant): Record<string, unknown> {
    const type = form.get('grant_type');
    const isAppUser = type !== 'client_credentials';
    const audience = audienceOf(form, version);
    const bearer = `sim.${randomBytes(32).toString('base64url')}`;
    const seconds = settings.tokenLifetimeSeconds;
    this.#remember(bearer, {
      expiresAt: now + seconds * 1000,
      isAppUser,
      hasMfa: type !== 'refresh_token' || settings.refreshTokenHasMfa,
      audience,
      hasRetiredAudience: isRetiredAudience(audience),
      clientId: form.get('client_id') ?? '',
    });
    const times = version === 'v1' ? stringTimes(now, seconds, audience) : numberTimes(seconds);
    return {
      token_type: 'Bearer',
      ...times,
      access_token: bearer,
      ...(isAppUser ? { refresh_token: this.refreshTokens.rotate(form.get('refresh_token')), id_token: 'sim.id' } : {}),
    };
  }

  #remember(bearer: string, token: Token): void {
    this.#tokens.set(bearer, token);
    for (const oldest of this.#tokens.keys()) {
      if (this.#tokens.size <= TOKENS_MAX) break;
      this.#tokens.delete(oldest);
    }
  }
}

/** v1 names the resource itself; v2 lists scopes, of which the one ending in `/.default` names it. */
function audienceOf(form: URLSearchParams, version: 'v1' | 'v2'): string {
  if (version === 'v1') return (form.get('resource') ?? '').replace(/\/$/, '');
  const scopes = (form.get('scope') ?? '').split(' ');
  const scope = scopes.find((name) => name.endsWith('/.default')) ?? scopes[0] ?? '';
  return scope.replace(/\/+\.default$/, '');
}

function stringTimes(now: number, seconds: number, audience: string) {
  const epoch = Math.floor(now / 1000);
  return {
    expires_in: String(seconds),
    ext_expires_in: String(seconds),
    expires_on: String(epoch + seconds),
    not_before: String(epoch - 300),
    resource: audience,
  };
}

function numberTimes(seconds: number) {
  return { expires_in: seconds, ext_expires_in: seconds };
}
