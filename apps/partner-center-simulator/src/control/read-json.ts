import { OPERATIONS, type Operation } from '../operation.js';

export type Json = Record<string, unknown>;

/** A wish of the control API that cannot be met; answered with `status` and the message. */
export class ControlError extends Error {
  constructor(
    message: string,
    readonly status = 400,
  ) {
    super(message);
  }
}

/** Reads members of a JSON object by name, remembers which ones were asked for, and refuses the others. */
export class Reader {
  readonly #asked = new Set<string>();

  constructor(
    private readonly json: Json,
    private readonly where: string,
  ) {}

  number(name: string, fallback: number, min = 0, max = Number.MAX_SAFE_INTEGER): number {
    const value = this.#take(name);
    if (value === undefined) return fallback;
    if (typeof value === 'number' && value >= min && value <= max) return value;
    throw new ControlError(`${this.where}${name} must be a number from ${min} to ${max}`);
  }

  optionalNumber(name: string, min = 0, max = Number.MAX_SAFE_INTEGER): number | undefined {
    return this.json[name] === undefined || this.json[name] === null
      ? void this.#take(name)
      : this.number(name, 0, min, max);
  }

  text(name: string): string | undefined {
    const value = this.#take(name);
    if (value === undefined || typeof value === 'string') return value;
    throw new ControlError(`${this.where}${name} must be a string`);
  }

  oneOf<T extends string>(name: string, values: readonly T[], fallback: T): T {
    const value = this.#take(name) ?? fallback;
    if (values.includes(value as T)) return value as T;
    throw new ControlError(`${this.where}${name} must be one of ${values.join(', ')}`);
  }

  /** Epoch milliseconds, or a date in ISO 8601. */
  time(name: string, fallback: number): number {
    const value = this.#take(name);
    if (value === undefined) return fallback;
    const time = typeof value === 'number' ? value : Date.parse(String(value));
    if (Number.isFinite(time)) return time;
    throw new ControlError(`${this.where}${name} must be epoch milliseconds or an ISO 8601 date`);
  }

  /** One operation or a list; undefined for `any`. */
  operations(name: string): Operation[] | undefined {
    const value = this.#take(name);
    if (value === undefined || value === 'any') return undefined;
    const list: unknown[] = Array.isArray(value) ? value : [value];
    const known = list.filter((item): item is Operation => OPERATIONS.includes(item as Operation));
    if (known.length === list.length && known.length > 0) return known;
    throw new ControlError(`${this.where}${name} must be any or of ${OPERATIONS.join(', ')}`);
  }

  object(name: string): Json {
    return asObject(this.#take(name) ?? {}, `${this.where}${name}`);
  }

  any(name: string): unknown {
    return this.#take(name);
  }

  flag(name: string, fallback: boolean): boolean {
    const value = this.#take(name) ?? fallback;
    if (typeof value === 'boolean') return value;
    throw new ControlError(`${this.where}${name} must be true or false`);
  }

  /** Call last: a member that nobody asked for is a spelling mistake, not a wish to ignore. */
  finish(): void {
    const unknown = Object.keys(this.json).filter((name) => !this.#asked.has(name));
    if (unknown.length > 0) throw new ControlError(`${this.where}${unknown.join(', ')}: no such member`);
  }

  #take(name: string): unknown {
    this.#asked.add(name);
    return this.json[name] ?? undefined;
  }
}

export function asObject(value: unknown, what: string): Json {
  if (typeof value === 'object' && value !== null && !Array.isArray(value)) return value as Json;
  throw new ControlError(`${what} must be a JSON object`);
}
