import type { AnswerHeaders } from './exchange.js';

/**
 * `Retry-After` in milliseconds, as seconds or as an HTTP date. A date is taken relative to the answer's own `Date`, so
 * that a wrong clock on either side does not matter; `nowMs` stands in where there is none. Not clamped (contract 5);
 * null when absent or unreadable.
 */
export function retryAfterMs(headers: AnswerHeaders, nowMs: number): number | null {
  const value = first(headers['retry-after'])?.trim();
  if (value === undefined || value === '') return null;
  if (/^\d+(\.\d+)?$/.test(value)) return Math.min(Number(value) * 1000, Number.MAX_SAFE_INTEGER);
  const until = Date.parse(value);
  if (!/[A-Za-z]/.test(value) || Number.isNaN(until)) return null;
  const sentAt = Date.parse(first(headers['date']) ?? '');
  return Math.max(0, until - (Number.isNaN(sentAt) ? nowMs : sentAt));
}

function first(value: string | string[] | undefined): string | undefined {
  return Array.isArray(value) ? value[0] : value;
}
