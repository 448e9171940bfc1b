import type { StartOptions } from './documents.js';

/** What stands in the fields of the start form. */
export interface StartFields {
  ramp: string;
  rate: string;
  stopAtPercent: string;
  force: boolean;
}

export const START_DEFAULTS: StartFields = { ramp: '1, 2, 5, 20, 50', rate: '', stopAtPercent: '20', force: false };

export type Faults = Partial<Record<keyof StartFields, string>>;

/** The options of contract 8, or one sentence for each field that has none. */
export function startOptionsOf(fields: StartFields): { options: StartOptions } | { faults: Faults } {
  const faults: Faults = {};
  const ramp = fields.ramp.split(',').map((size) => Number(size.trim() || NaN));
  if (!ramp.every((size) => Number.isInteger(size) && size > 0)) {
    faults.ramp = 'Whole numbers above 0 with commas between them, for example 1, 2, 5, 20, 50.';
  }
  const rate = fields.rate.trim() === '' ? null : Number(fields.rate);
  if (rate !== null && !(Number.isFinite(rate) && rate > 0)) {
    faults.rate = 'A number above 0, or nothing for no limit.';
  }
  const stopAt = Number(fields.stopAtPercent.trim() || NaN) / 100;
  if (!(stopAt > 0 && stopAt <= 1)) faults.stopAtPercent = 'A number above 0 and up to 100; 100 never stops.';
  if (Object.keys(faults).length > 0) return { faults };
  return { options: { ramp, stopAt, ...(rate === null ? {} : { rate }), ...(fields.force ? { force: true } : {}) } };
}
