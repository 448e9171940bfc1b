import type { Operation } from '../operation.js';
import type { Settings } from '../settings.js';
import type { Answer } from '../api/answer.js';
import { CallCounter } from './call-counter.js';
import { type RetryAfterForm, throttled } from './retry-after.js';

/** Exactly one of `until`, `perSecond` and `perMinute` is given. */
export interface ThrottleRule {
  readonly operations: readonly Operation[] | undefined;
  readonly form: RetryAfterForm;
  /** What is counted together: all calls, or those that name one customer (calls that name none are not counted). */
  readonly per: 'partner' | 'customer';
  /** Epoch milliseconds at which a window ends in which every call is refused. */
  readonly until?: number;
  /** A token bucket. */
  readonly perSecond?: number;
  readonly burst?: number;
  /** Windows of a minute; refused calls count as well. */
  readonly perMinute?: number;
  /** A refused call empties the bucket further, so that the time to wait grows with every call made too early. */
  readonly everyCallCounts: boolean;
}

export interface Throttled {
  readonly operation: Operation;
  /** The customer that the call names in its path, if any. */
  readonly customer: string;
  readonly now: number;
}

const MINUTE_MS = 60_000;

/** The gateway's throttling (reference 3.4): rules by order of the control API, and the limits of the settings. */
export class Throttle {
  readonly #rules: ThrottleRule[] = [];
  readonly #levels = new Map<string, { level: number; at: number }>();
  readonly #limits = new CallCounter(MINUTE_MS);
  #perRule = new CallCounter(MINUTE_MS);

  add(rule: ThrottleRule): void {
    this.#rules.push(rule);
  }

  lift(): void {
    this.#rules.length = 0;
    this.#levels.clear();
    this.#perRule = new CallCounter(MINUTE_MS);
  }

  rules(): readonly ThrottleRule[] {
    return this.#rules;
  }

  /** The refusal of a call now, or undefined; a call that passes counts for every rule that concerns it. */
  refusal(call: Throttled, settings: Settings): Answer | undefined {
    for (let index = 0; index < this.#rules.length; index++) {
      const rule = this.#rules[index];
      if (!rule || (rule.operations && !rule.operations.includes(call.operation))) continue;
      if (rule.per === 'customer' && !call.customer) continue;
      const waitMs = this.#waitMs(rule, `${index}/${rule.per === 'customer' ? call.customer : ''}`, call.now);
      if (waitMs > 0) return throttled(rule.form, Math.ceil(waitMs / 1000), call.now);
    }
    const waitMs = this.#limitWaitMs(call, settings);
    return waitMs > 0 ? throttled('seconds', Math.ceil(waitMs / 1000), call.now) : undefined;
  }

  #waitMs(rule: ThrottleRule, name: string, now: number): number {
    if (rule.until !== undefined) return rule.until - now;
    if (rule.perMinute !== undefined) return this.#perRule.count(name, rule.perMinute, now);
    return this.#take(rule, name, now);
  }

  /** The one published figure, read in either way, and the activity log's own limit. */
  #limitWaitMs({ operation, customer, now }: Throttled, settings: Settings): number {
    const { customerThrottling, customerCallsPerMinute, auditCallsPerMinute } = settings;
    if (operation === 'audit') {
      return auditCallsPerMinute === null ? 0 : this.#limits.count('audit', auditCallsPerMinute, now);
    }
    if (customerThrottling === 'none') return 0;
    if (customerThrottling === 'perCustomer') {
      return customer ? this.#limits.count(`customer/${customer}`, customerCallsPerMinute, now) : 0;
    }
    const isCustomerCall = customer !== '' || operation === 'create' || operation === 'search';
    return isCustomerCall ? this.#limits.count('customers', customerCallsPerMinute, now) : 0;
  }

  #take(rule: ThrottleRule, name: string, now: number): number {
    const perSecond = rule.perSecond ?? 1;
    const burst = rule.burst ?? Math.max(1, perSecond);
    const last = this.#levels.get(name) ?? { level: burst, at: now };
    const level = Math.min(burst, last.level + ((now - last.at) / 1000) * perSecond);
    const passes = level >= 1;
    const left = passes || rule.everyCallCounts ? Math.max(-burst, level - 1) : level;
    this.#levels.set(name, { level: left, at: now });
    return passes ? 0 : ((1 - left) / perSecond) * 1000;
  }
}
