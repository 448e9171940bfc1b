import { InvalidArgumentError } from 'commander';

/** Values of options; a value that is none is a usage error that says what would be right. */

const UNITS_MS = { ms: 1, s: 1_000, m: 60_000, h: 3_600_000, d: 86_400_000 } as const;
const GUID = /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/i;
const LIMIT_MAX = 1_000_000;
const RAMP_STEPS_MAX = 100;

export function limit(text: string): number {
  const value = /^\d{1,7}$/.test(text) ? Number(text) : 0;
  if (value < 1 || value > LIMIT_MAX)
    throw new InvalidArgumentError(`It must be a whole number from 1 to ${LIMIT_MAX}.`);
  return value;
}

/** `90s`, `15m`, `12h`, `7d`; in ms. */
export function duration(text: string): number {
  const [, amount, unit] = /^(\d{1,9}(?:\.\d{1,3})?)(ms|s|m|h|d)$/.exec(text) ?? [];
  if (amount === undefined) throw new InvalidArgumentError('It must be a number and a unit: 90s, 15m, 12h, 7d.');
  return Number(amount) * UNITS_MS[unit as keyof typeof UNITS_MS];
}

export function tenantId(text: string): string {
  if (!GUID.test(text)) throw new InvalidArgumentError('It must be a tenant id (GUID).');
  return text.toLowerCase();
}

/** `20/s`; letters a second. */
export function rate(text: string): number {
  const value = Number(/^(\d{1,6}(?:\.\d{1,3})?)(\/s)?$/.exec(text)?.[1] ?? 0);
  if (value === 0) throw new InvalidArgumentError('It must be letters a second, above 0: 20/s.');
  return value;
}

export function ramp(text: string): number[] {
  const sizes = text.split(',').map((size) => (/^[1-9]\d{0,6}$/.test(size.trim()) ? Number(size) : 0));
  if (sizes.includes(0) || sizes.length > RAMP_STEPS_MAX) {
    throw new InvalidArgumentError('It must be a comma list of whole numbers from 1: 1,2,5,20,50.');
  }
  return sizes;
}

export function share(text: string): number {
  const value = /^\d(\.\d{1,6})?$/.test(text) ? Number(text) : Number.NaN;
  if (!(value >= 0 && value <= 1)) throw new InvalidArgumentError('It must be a share from 0 to 1: 0.2.');
  return value;
}

export function collect(value: string, previous: string[] | undefined): string[] {
  return [...(previous ?? []), value];
}
