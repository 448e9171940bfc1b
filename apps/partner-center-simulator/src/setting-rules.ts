/** Milliseconds, or a range of them. */
export type Latency = number | readonly [minMs: number, maxMs: number];

/** What a setting may be; `says` completes "… must be". */
export interface Rule<T> {
  readonly initial: T;
  readonly says: string;
  readonly accepts: (value: unknown) => boolean;
}

export const isNumber = (value: unknown): value is number => typeof value === 'number' && Number.isFinite(value);
const isDelay = (value: unknown): boolean => isNumber(value) && value >= 0 && value <= 86_400_000;

export function oneOf<const T>(initial: T, ...others: T[]): Rule<T> {
  const all: unknown[] = [initial, ...others];
  return { initial, says: `one of ${JSON.stringify(all)}`, accepts: (value) => all.includes(value) };
}

export function delay(initial: number): Rule<number> {
  return { initial, says: 'milliseconds, 0 to 86400000', accepts: isDelay };
}

export function flag(initial: boolean): Rule<boolean> {
  return { initial, says: 'true or false', accepts: (value) => typeof value === 'boolean' };
}

export function number(initial: number, min: number, max: number): Rule<number> {
  return { initial, says: `a number from ${min} to ${max}`, accepts: (v) => isNumber(v) && v >= min && v <= max };
}

export function numberOrNull(min: number, max: number): Rule<number | null> {
  const { says, accepts } = number(min, min, max);
  return { initial: null, says: `${says}, or null`, accepts: (value) => value === null || accepts(value) };
}

export function textOrNull(): Rule<string | null> {
  return { initial: null, says: 'a string or null', accepts: (value) => value === null || typeof value === 'string' };
}

export function pair(initial: readonly [number, number]): Rule<readonly [number, number]> {
  return { initial, says: 'two delays [first, second], first <= second', accepts: isPair };
}

function isPair(value: unknown): boolean {
  if (!Array.isArray(value) || value.length !== 2 || !value.every(isDelay)) return false;
  const [first, second] = value as [number, number];
  return first <= second;
}

export function latency(): Rule<Latency> {
  return { initial: 0, says: 'milliseconds or [min, max]', accepts: (value) => isDelay(value) || isPair(value) };
}

/** A value of its own kind; `says` and `accepts` tell which. */
export function custom<T>(initial: T, says: string, accepts: (value: unknown) => boolean): Rule<T> {
  return { initial, says, accepts };
}
