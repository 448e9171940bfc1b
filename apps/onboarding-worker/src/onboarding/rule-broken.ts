import type { RuleViolation } from '#partner-center';

/** Certainly wrong, as a read told: no create call was made. */
export interface RuleBroken {
  kind: 'rule-broken';
  violation: RuleViolation;
}
