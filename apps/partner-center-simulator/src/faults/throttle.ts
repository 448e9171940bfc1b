import type { Operation } from '../operation.js';
import { plain, type Answer } from '../api/answer.js';
import { errorBody } from '../api/error-body.js';

export type RetryAfterForm = 'seconds' | 'date' | 'absent' | 'absurd';
export const RETRY_AFTER_FORMS: readonly RetryAfterForm[] = ['seconds', 'date', 'absent', 'absurd'];

export interface ThrottleRule {
  readonly operations: readonly Operation[] | undefined;
  readonly form: RetryAfterForm;
  /** Epoch milliseconds at which a window ends; absent for a token bucket. */
  readonly until?: number;
  readonly perSecond?: number;
  readonly burst?: number;
}

/** The gateway's throttling: a window in which every call is refused, or a token bucket, or both (reference 3.4). */
export class Throttle {
  readonly #rules: ThrottleRule[] = [];
  readonly #levels = new Map<ThrottleRule, { level: number; at: number }>();

  add(rule: ThrottleRule): void {
    this.#rules.push(rule);
  }

  lift(): void {
    this.#rules.length = 0;
    this.#levels.clear();
  }

  rules(): readonly ThrottleRule[] {
    return this.#rules;
  }

  /** The refusal of a call now, or undefined; a call that passes takes its token from every bucket. */
  refusal(operation: Operation, now: number): Answer | undefined {
    if (this.#rules.length === 0) return undefined;
    for (const rule of this.#rules) {
      if (rule.operations && !rule.operations.includes(operation)) continue;
      const waitMs = rule.until === undefined ? this.#take(rule, now) : rule.until - now;
      if (waitMs > 0) return throttled(rule.form, Math.ceil(waitMs / 1000), now);
    }
    return undefined;
  }

  #take(rule: ThrottleRule, now: number): number {
    const perSecond = rule.perSecond ?? 1;
    const burst = rule.burst ?? Math.max(1, perSecond);
    const last = this.#levels.get(rule) ?? { level: burst, at: now };
    const level = Math.min(burst, last.level + ((now - last.at) / 1000) * perSecond);
    this.#levels.set(rule, { level: level >= 1 ? level - 1 : level, at: now });
    return level >= 1 ? 0 : ((1 - level) / perSecond) * 1000;
  }
}

/** 429 in the gateway's shape D. `absurd` names a wait of some 31 years. */
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
  }
}
