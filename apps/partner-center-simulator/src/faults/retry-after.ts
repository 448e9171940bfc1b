import { plain, type Answer } from '../api/answer.js';
import { errorBody } from '../api/error-body.js';

/** `absurd` names a wait of some 31 years, `past` a date that is over, `garbage` no time at all. */
export const RETRY_AFTER_FORMS = ['seconds', 'date', 'absent', 'absurd', 'zero', 'past', 'garbage'] as const;
export type RetryAfterForm = (typeof RETRY_AFTER_FORMS)[number];

/** 429 in the gateway's shape D (reference 3.4). */
export function throttled(form: RetryAfterForm, seconds: number, now: number): Answer {
  const description = `Rate limit is exceeded. Try again in ${seconds} seconds.`;
  const { body, contentType } = errorBody('D', { status: 429, description });
  return plain(429, body, contentType, retryAfter(form, seconds, now));
}

function retryAfter(form: RetryAfterForm, seconds: number, now: number): string[] {
  switch (form) {
    case 'seconds':
      return ['Retry-After', String(seconds)];
    case 'date':
      return ['Retry-After', new Date(now + seconds * 1000).toUTCString()];
    case 'absent':
      return [];
    case 'absurd':
      return ['Retry-After', '999999999'];
    case 'zero':
      return ['Retry-After', '0'];
    case 'past':
      return ['Retry-After', new Date(now - 3_600_000).toUTCString()];
    case 'garbage':
      return ['Retry-After', 'soon'];
  }
}
