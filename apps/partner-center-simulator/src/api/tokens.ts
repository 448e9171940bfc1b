import { randomBytes } from 'node:crypto';
import type { Settings } from '../settings.js';
import { type Answer, plain } from './answer.js';
import { errorBody } from './error-body.js';

const TOKENS_MAX = 10_000;
const RETIRED_AUDIENCES = ['https://graph.windows.net', 'https://graph.chinacloudapi.cn'];
const DEFAULT_AUDIENCE = 'https://api.partnercenter.microsoft.com';

export interface Token {
  readonly expiresAt: number;
  readonly isAppUser: boolean;
  readonly hasMfa: boolean;
  readonly hasRetiredAudience: boolean;
}

interface Grant {
  readonly settings: Settings;
  readonly form: URLSearchParams;
  readonly version: 'v1' | 'v2';
  readonly now: number;
}

/** The token endpoint (reference 4.1): opaque bearer tokens, known here only; refresh tokens rotate with every use. */
export class TokenIssuer {
  readonly #tokens = new Map<string, Token>();
  readonly #refreshTokens = new Set<string>();

  find(bearer: string): Token | undefined {
    return this.#tokens.get(bearer);
  }

  /** Every token issued so far is unknown from now on: the next call of its owner gets an ordinary 401. */
  expireAll(): void {
    this.#tokens.clear();
  }

  answer(grant: Grant): Answer {
    return this.#refusal(grant) ?? plain(200, JSON.stringify(this.#issue(grant)));
  }

  #refusal({ settings, form, version }: Grant): Answer | undefined {
    const type = form.get('grant_type');
    if (type !== 'client_credentials' && type !== 'refresh_token') {
      return oauth(400, 'unsupported_grant_type', 'AADSTS70003: The app requested an unsupported grant type.');
    }
    const audience = version === 'v1' ? 'resource' : 'scope';
    if (!form.get(audience)) {
      return oauth(400, 'invalid_request', `AADSTS900144: The request body must contain '${audience}'.`);
    }
    if (!form.get('client_id') || (settings.clientId !== null && form.get('client_id') !== settings.clientId)) {
      return oauth(400, 'unauthorized_client', 'AADSTS700016: The application was not found in the directory.');
    }
    if (settings.clientSecret !== null && form.get('client_secret') !== settings.clientSecret) {
      return oauth(401, 'invalid_client', 'AADSTS7000215: Invalid client secret provided.');
    }
    return type === 'refresh_token' ? this.#refreshRefusal(settings, form.get('refresh_token')) : undefined;
  }

  #refreshRefusal(settings: Settings, given: string | null): Answer | undefined {
    if (given && (settings.refreshToken === null || settings.refreshToken === given)) return undefined;
    if (given && this.#refreshTokens.has(given)) return undefined;
    return oauth(400, 'invalid_grant', 'AADSTS70000: The provided refresh token is not valid or has expired.');
  }

  #issue({ settings, form, version, now }: Grant): Record<string, unknown> {
    const isAppUser = form.get('grant_type') === 'refresh_token';
    const audience = form.get(version === 'v1' ? 'resource' : 'scope') ?? '';
    const bearer = `sim.${randomBytes(32).toString('base64url')}`;
    const seconds = settings.tokenLifetimeSeconds;
    remember(this.#tokens, bearer, {
      expiresAt: now + seconds * 1000,
      isAppUser,
      hasMfa: !isAppUser || settings.refreshTokenHasMfa,
      hasRetiredAudience: RETIRED_AUDIENCES.some((retired) => audience.startsWith(retired)),
    });
    const times = version === 'v1' ? stringTimes(now, seconds, audience) : numberTimes(seconds);
    return { token_type: 'Bearer', ...times, access_token: bearer, ...(isAppUser ? this.#rotated() : {}) };
  }

  #rotated() {
    const refresh = `simr.${randomBytes(32).toString('base64url')}`;
    this.#refreshTokens.add(refresh);
    for (const oldest of this.#refreshTokens) {
      if (this.#refreshTokens.size <= TOKENS_MAX) break;
      this.#refreshTokens.delete(oldest);
    }
    return { refresh_token: refresh, id_token: 'sim.id' };
  }
}

function remember(tokens: Map<string, Token>, bearer: string, token: Token): void {
  tokens.set(bearer, token);
  for (const oldest of tokens.keys()) {
    if (tokens.size <= TOKENS_MAX) break;
    tokens.delete(oldest);
  }
}

function stringTimes(now: number, seconds: number, audience: string) {
  const epoch = Math.floor(now / 1000);
  return {
    expires_in: String(seconds),
    ext_expires_in: String(seconds),
    expires_on: String(epoch + seconds),
    not_before: String(epoch - 300),
    resource: audience || DEFAULT_AUDIENCE,
  };
}

function numberTimes(seconds: number) {
  return { expires_in: seconds, ext_expires_in: seconds };
}

function oauth(status: number, code: string, description: string): Answer {
  const { body, contentType } = errorBody('oauth', { status, code, description });
  return plain(status, body, contentType);
}
