import * as oauth from 'oauth4webapi';
import { parseBody } from './answer-body.js';
import { CLOUD_ADDRESSES } from './clouds.js';
import type { AnswerHeaders, WireAnswer } from './exchange.js';
import type { PartnerCenterOptions } from './options.js';
import { TokenError, toTokenError } from './token-error.js';
import { Transport } from './transport.js';

const TOKEN_TIMEOUT_MS = 30_000;

export interface TokenGrant {
  accessToken: string;
  /** Null when the endpoint did not say. */
  expiresInSeconds: number | null;
  /** A rotated refresh token, if one came. */
  refreshToken: string | null;
}

/**
 * Asks Entra for tokens: client credentials (App-only), or the refresh token (App+User); v1 endpoint with `resource`,
 * v2 with `scope` (reference 4.1). The grants are oauth4webapi's, the bytes go through our own transport. Errors are
 * {@link TokenError}; their messages hold the OAuth error, an AADSTS number and the status, never a description.
 */
export class TokenEndpoint {
  readonly #options: PartnerCenterOptions;
  readonly #server: oauth.AuthorizationServer;
  readonly #client: oauth.Client;
  readonly #transport: Transport;

  constructor(options: PartnerCenterOptions) {
    const authority = (options.authorityUrl ?? CLOUD_ADDRESSES[options.cloud].authorityUrl).replace(/\/+$/, '');
    const base = `${authority}/${encodeURIComponent(options.tenantId)}`;
    this.#options = options;
    this.#server = { issuer: base, token_endpoint: `${base}/oauth2${this.#isV2 ? '/v2.0' : ''}/token` };
    this.#client = { client_id: options.clientId };
    this.#transport = new Transport({
      baseUrl: new URL(authority).origin,
      connections: 1,
      timeoutMs: TOKEN_TIMEOUT_MS,
      onFinished: (name, answer, seconds) => options.observe?.(name, statusLabel(answer), seconds),
    });
  }

  async request(refreshToken: string | undefined): Promise<TokenGrant> {
    try {
      const grant = refreshToken === undefined ? await this.#clientCredentials() : await this.#refresh(refreshToken);
      const { access_token: accessToken, expires_in: expiresIn, refresh_token: rotated } = grant;
      return { accessToken, expiresInSeconds: expiresIn ?? null, refreshToken: rotated ?? null };
    } catch (error) {
      throw toTokenError(error);
    }
  }

  close(): Promise<void> {
    return this.#transport.close();
  }

  get #isV2(): boolean {
    return this.#options.tokenVersion === 'v2';
  }

  #audience(): Record<string, string> {
    const { tokenResource } = CLOUD_ADDRESSES[this.#options.cloud];
    return this.#isV2 ? { scope: `${tokenResource}/.default` } : { resource: tokenResource };
  }

  async #clientCredentials(): Promise<oauth.TokenEndpointResponse> {
    const auth = oauth.ClientSecretPost(this.#options.clientSecret);
    const { response, settings } = this.#exchange();
    await oauth.clientCredentialsGrantRequest(this.#server, this.#client, auth, this.#audience(), settings);
    return oauth.processClientCredentialsResponse(this.#server, this.#client, response());
  }

  async #refresh(refreshToken: string): Promise<oauth.TokenEndpointResponse> {
    const auth = oauth.ClientSecretPost(this.#options.clientSecret);
    const { response, settings } = this.#exchange();
    const additionalParameters = { ...(this.#isV2 ? {} : { scope: 'openid' }), ...this.#audience() };
    await oauth.refreshTokenGrantRequest(this.#server, this.#client, auth, refreshToken, {
      ...settings,
      additionalParameters,
    });
    return oauth.processRefreshTokenResponse(this.#server, this.#client, response());
  }

  #exchange(): { response: () => Response; settings: oauth.TokenEndpointRequestOptions } {
    let received: Response | null = null;
    const settings: oauth.TokenEndpointRequestOptions = {
      // Deprecated only as a warning sign: http is for addresses that were configured so (contract 6).
      // eslint-disable-next-line @typescript-eslint/no-deprecated
      [oauth.allowInsecureRequests]: this.#server.token_endpoint?.startsWith('http:') === true,
      [oauth.customFetch]: async (url, init) => (received = await this.#post(url, init.headers, init.body)),
    };
    return { settings, response: () => received ?? fail('no answer') };
  }

  async #post(url: string, headers: Record<string, string>, form: URLSearchParams): Promise<Response> {
    const { pathname, search } = new URL(url);
    const request = { method: 'POST' as const, path: pathname + search, body: form.toString() };
    const flat = Object.entries(headers).flat();
    const answer = await this.#transport.send('token', { ...request, headers: flat }, { mayStart: () => true });
    if (answer.kind === 'not-sent') return fail(answer.message);
    if (answer.kind === 'lost' || answer.damage !== null) return fail('its answer did not arrive');
    if (answer.status >= 500) return fail(`the token endpoint failed (HTTP ${answer.status})`);
    return toResponse(answer.status, answer.headers, answer.text);
  }
}

/** Only what oauth4webapi needs: no challenge header, and no `id_token`, whose issuer differs from the endpoint's. */
function toResponse(status: number, headers: AnswerHeaders, text: string): Response {
  const body = parseBody(text);
  const { id_token: _, ...members } = body.kind === 'object' ? body.value : {};
  return new Response(body.kind === 'object' ? JSON.stringify(members) : 'no JSON', {
    status,
    headers: { 'content-type': body.kind === 'object' ? 'application/json' : String(headers['content-type'] ?? '') },
  });
}

export function statusLabel(answer: WireAnswer): string {
  if (answer.kind === 'lost') return answer.why;
  if (answer.kind === 'not-sent') return 'not-sent';
  return String(answer.status);
}

function fail(what: string): never {
  throw new TokenError(`No token: ${what}.`);
}
