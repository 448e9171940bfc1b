import { type Call, header } from '../call.js';
import type { Answer } from './answer.js';

/**
 * The service's own errors, not the gateway's, in the language of `X-Locale` (reference 1.2). Whatever the language, the text is another
 * one: it is only marked, since what matters is that nobody can go by the words of a message.
 */
export function localised(call: Call, answer: Answer): Answer {
  if (answer.status < 400 || answer.status === 429) return answer;
  const locale = header(call.req, 'x-locale');
  if (!locale || /^en\b/i.test(locale) || call.target.operation === 'token') return answer;
  return {
    ...answer,
    body: answer.body.replace(/("(?:description|message)":")(?!\{)/g, `$1[${locale.replace(/[^\w-]/g, '')}] `),
  };
}
