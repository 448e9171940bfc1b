import { type Answer, plain } from './answer.js';
import { errorBody } from './error-body.js';

interface OauthRefusal {
  readonly status: number;
  readonly error: string;
  readonly description: string;
}

/**
 * What the token endpoint refuses with (reference 4.1). The last AADSTS number of the description is also its
 * `error_codes`. `mfaRequired`, `consentRequired`, `interactionRequired` and `invalidGrant` need a person.
 */
const REFUSALS = {
  invalidGrant: oauth(400, 'invalid_grant', 'AADSTS70000: The provided refresh token is not valid or has expired.'),
  mfaRequired: oauth(400, 'interaction_required', 'AADSTS50076: Multi-factor authentication must be used.'),
  passwordGrant: oauth(400, 'invalid_grant', 'AADSTS50076: Multi-factor authentication must be used.'),
  consentRequired: oauth(400, 'invalid_grant', 'AADSTS65001: The user or administrator has not consented.'),
  interactionRequired: oauth(400, 'interaction_required', 'The user has to sign in again: interaction required.'),
  invalidClient: oauth(401, 'invalid_client', 'AADSTS7000215: Invalid client secret provided.'),
  unauthorizedClient: oauth(
    400,
    'unauthorized_client',
    'AADSTS700016: The application was not found in the directory.',
  ),
  unknownTenant: oauth(400, 'invalid_request', 'AADSTS90002: The tenant was not found.'),
  missingResource: oauth(400, 'invalid_request', "AADSTS900144: The request body must contain 'resource'."),
  missingScope: oauth(400, 'invalid_request', "AADSTS900144: The request body must contain 'scope'."),
  missingCode: oauth(400, 'invalid_request', "AADSTS900144: The request body must contain 'code'."),
  unsupportedGrant: oauth(400, 'unsupported_grant_type', 'AADSTS70003: The app requested an unsupported grant type.'),
  temporarilyUnavailable: oauth(503, 'temporarily_unavailable', 'AADSTS90033: A transient error has occurred.'),
} satisfies Record<string, OauthRefusal>;

export type TokenRefusal = keyof typeof REFUSALS;
export const TOKEN_REFUSALS = Object.keys(REFUSALS) as TokenRefusal[];

/** `now` is told in the body, epoch milliseconds. */
export function tokenRefusal(name: TokenRefusal, now: number): Answer {
  const { status, error, description } = REFUSALS[name];
  const { body, contentType } = errorBody('oauth', { status, code: error, description, at: now });
  return plain(status, body, contentType);
}

function oauth(status: number, error: string, description: string): OauthRefusal {
  return { status, error, description };
}
