import type { UnauthorizedVariant } from '../faults/faults.js';
import type { Settings } from '../settings.js';
import { type Answer, plain, refusal } from './answer.js';

const REALM = ['WWW-Authenticate', 'OAuth realm=urn:cpsvc:cpid:{simulator}'];
const INVALID_TOKEN = ['WWW-Authenticate', 'Bearer error="invalid_token"'];

/** The forms of 401 (reference 3.1, 3.3, 4.1): ordinary ones go away with a new token, the others are configuration. */
export function unauthorized(settings: Settings, variant: UnauthorizedVariant): Answer {
  switch (variant) {
    case 'missing':
      return refusal(settings, { status: 401, code: 800001, description: 'The partner token is missing.' }, REALM);
    case 'ordinary':
      return refusal(settings, { status: 401, code: 400, description: 'Access denied.', source: 'PartnerFD' }, REALM);
    case '900420':
      return refusal(settings, { status: 401, code: 900420, description: 'The token audience is no longer accepted.' });
    case '900421':
      return refusal(settings, {
        status: 401,
        code: 900421,
        description: 'MFA is required: the token has no MFA claim.',
      });
    case '10001':
      return {
        ...plain(401, '10001: Authentication failed. MFA required.', 'text/plain; charset=utf-8', INVALID_TOKEN),
      };
    case 'emptyMfa':
      return { ...plain(401, '', '', INVALID_TOKEN), reason: 'MFA required' };
  }
}
