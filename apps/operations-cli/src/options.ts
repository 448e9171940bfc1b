import { InvalidArgumentError } from 'commander';

/** Values of options; a value that is none is a usage error that says what would be right. */

const UNITS_MS = { ms: 1, s: 1_000, m: 60_000, h: 3_600_000, d: 86_400_000 } as const;
const GUID = /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/i;
const LIMIT_MAX = 1_000_000;

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
