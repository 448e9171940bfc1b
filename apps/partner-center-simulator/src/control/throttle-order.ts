import { RETRY_AFTER_FORMS } from '../faults/retry-after.js';
import type { ThrottleRule } from '../faults/throttle.js';
import { ControlError, type Json, Reader } from './read-json.js';

/** Reads the body of PUT and POST /control/throttle; a window and a rate in one order are two rules. */
export function readThrottleRules(json: Json, now: number): ThrottleRule[] {
  const reader = new Reader(json, '');
  const forMs = reader.optionalNumber('forMs');
  const perSecond = reader.optionalNumber('perSecond', 0.001);
  const perMinute = reader.optionalNumber('perMinute');
  const burst = reader.optionalNumber('burst', 1);
  const common = {
    operations: reader.operations('operation'),
    form: reader.oneOf('form', RETRY_AFTER_FORMS, 'seconds'),
    per: reader.oneOf('per', ['partner', 'customer'], 'partner'),
    everyCallCounts: reader.flag('everyCallCounts', false),
  } as const;
  reader.finish();
  const rules: ThrottleRule[] = [];
  if (forMs !== undefined) rules.push({ ...common, until: now + forMs });
  if (perSecond !== undefined) rules.push({ ...common, perSecond, ...(burst === undefined ? {} : { burst }) });
  if (perMinute !== undefined) rules.push({ ...common, perMinute });
  if (rules.length === 0) throw new ControlError('forMs or perSecond or perMinute is missing');
  return rules;
}
