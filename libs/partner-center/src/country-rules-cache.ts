import { BUILT_IN_COUNTRY_RULES } from './country-rules.js';
import { mergeCountryRules, type CountryRules } from './merge-country-rules.js';
import type { CountryValidationRules } from './resources.js';

export interface CountryRulesCacheOptions {
  /** How long an answer is good. */
  ttlMs: number;
  /** How long to wait after a failed question, or for the answer to one; doubled while it fails, up to `ttlMs`. */
  retryMs: number;
}

/**
 * The rules by country as far as the service was asked (reference 2.1), and the decision when to ask it again. Does no I/O:
 * who checks requests asks `shouldAsk`, calls, and reports the end. A failure of any kind keeps the rules there are, and a
 * process that never asks has the built-in ones. Times are of any one clock, in ms, best a monotonic one.
 *
 *     if (cache.shouldAsk(country, nowMs)) … client.countryValidationRules.get(country) … cache.store(country, answer, nowMs)
 *     checkRules(data, { cloud, hasUserAuth, countryRules: cache.rules })
 */
export class CountryRulesCache {
  readonly #options: CountryRulesCacheOptions;
  #rules: CountryRules = BUILT_IN_COUNTRY_RULES;
  /** By country; at most as many as there are codes of two letters. */
  readonly #asked = new Map<string, { dueAtMs: number; failures: number }>();

  constructor(options: CountryRulesCacheOptions) {
    this.#options = options;
  }

  get rules(): CountryRules {
    return this.#rules;
  }

  /**
   * Whether the rules of this country (ISO 3166 alpha-2 in capitals) should be asked for now. True means that the caller
   * does: the next true comes when the answer is out of date, the failure is old enough, or no end was reported in time.
   */
  shouldAsk(country: string, nowMs: number): boolean {
    if (!/^[A-Z]{2}$/.test(country)) return false;
    const { dueAtMs, failures } = this.#asked.get(country) ?? { dueAtMs: nowMs, failures: 0 };
    if (nowMs < dueAtMs) return false;
    this.#asked.set(country, { dueAtMs: nowMs + this.#retryDelayMs(failures), failures });
    return true;
  }

  /** Takes an answer in. One of which nothing can be taken, e.g. about another country, counts as a failure. */
  store(country: string, answer: CountryValidationRules, nowMs: number): void {
    const rules = mergeCountryRules(this.#rules, country, answer);
    if (rules === this.#rules) return this.fail(country, nowMs);
    this.#rules = rules;
    this.#asked.set(country, { dueAtMs: nowMs + this.#options.ttlMs, failures: 0 });
  }

  /** There was no answer, or none that says anything. */
  fail(country: string, nowMs: number): void {
    const failures = this.#asked.get(country)?.failures ?? 0;
    this.#asked.set(country, { dueAtMs: nowMs + this.#retryDelayMs(failures), failures: failures + 1 });
  }

  #retryDelayMs(failures: number): number {
    const { retryMs, ttlMs } = this.#options;
    return Math.min(retryMs * 2 ** failures, ttlMs);
  }
}
