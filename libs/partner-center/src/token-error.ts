import * as oauth from 'oauth4webapi';

/** No token, and why. The message holds the OAuth error, an AADSTS number and the status, never a description. */
export class TokenError extends Error {
  override readonly name = 'TokenError';
  /** Only a changed configuration or a new consent ends it. */
  readonly permanent: boolean;
  /** The refresh token is what the endpoint does not accept (any more). */
  readonly isAboutGrant: boolean;
  /** AADSTS number, else OAuth error. */
  readonly code: string | null;

  constructor(
    message: string,
    facts: { error?: string | undefined; number?: string | undefined; cause?: unknown } = {},
  ) {
    super(message, { cause: facts.cause });
    const { error = '' } = facts;
    this.isAboutGrant = GRANT_ERRORS.has(error) || HUMAN_NUMBERS.has(facts.number ?? '');
    this.permanent = this.isAboutGrant || CONFIGURATION_ERRORS.has(error);
    this.code = facts.number ?? (error === '' ? null : error);
  }
}

/** A person has to sign in and consent again (reference 4.1). */
const GRANT_ERRORS = new Set(['invalid_grant', 'interaction_required', 'login_required', 'consent_required']);
/** MFA and consent are demanded, whatever error comes with them (reference 4.1). */
const HUMAN_NUMBERS = new Set(['AADSTS50076', 'AADSTS65001']);
const CONFIGURATION_ERRORS = new Set(
  (
    'invalid_client invalid_request invalid_resource invalid_scope invalid_target unauthorized_client ' +
    'unsupported_grant_type access_denied'
  ).split(' '),
);

const CONSENT_AGAIN =
  'A person has to consent again, with multi-factor authentication, and give the new refresh token.';
const CHECK_SETTINGS = 'Check tenant, client id, client secret and the rights of the application.';

/** Any error of a token request as a TokenError. 429 and 5xx pass by themselves, whatever they say. */
export function toTokenError(error: unknown): TokenError {
  if (error instanceof TokenError) return error;
  if (!(error instanceof oauth.ResponseBodyError)) {
    return new TokenError('The token endpoint gave an answer that cannot be read.', { cause: error });
  }
  const name = /^[a-z_]{1,40}$/.test(error.error) ? error.error : undefined;
  const number = /AADSTS\d{1,8}/.exec(error.error_description ?? '')?.[0];
  const details = [name ?? 'unknown error', number, `HTTP ${error.status}`]
    .filter((part) => part !== undefined)
    .join(', ');
  const message = `The token endpoint refused to give a token (${details}).`;
  if (error.status >= 500 || error.status === 429) return new TokenError(message, { cause: error });
  const refusal = new TokenError(message, { error: name, number, cause: error });
  if (!refusal.permanent) return refusal;
  const remedy = refusal.isAboutGrant ? CONSENT_AGAIN : CHECK_SETTINGS;
  return new TokenError(`${message} ${remedy}`, { error: name, number, cause: error });
}
