import { readFileSync } from 'node:fs';

export interface NumberRange {
  default: number;
  min: number;
  max: number;
}

/**
 * Reads typed values from environment variables and collects every fault instead of stopping at the first (contract 6).
 * An empty variable counts as not set. After a fault a stand-in is returned: the caller must not use any value before it
 * has looked at `faults`. Faults name the setting and what would be right; values of secrets are never shown.
 */
export class Environment {
  readonly faults: string[] = [];
  readonly warnings: string[] = [];

  constructor(private readonly env: NodeJS.ProcessEnv) {}

  fault(name: string, message: string): void {
    this.faults.push(`${name} ${message}`);
  }

  warn(name: string, message: string): void {
    this.warnings.push(`${name} ${message}`);
  }

  optional(name: string): string | null {
    const value = this.env[name]?.trim();
    return value === undefined || value === '' ? null : value;
  }

  required(name: string): string {
    const value = this.optional(name);
    if (value === null) this.fault(name, 'is required');
    return value ?? '';
  }

  /** A value or, with `<NAME>_FILE`, what a file holds; one line break at its end is not part of it. */
  secret(name: string): string | null {
    const fileName = `${name}_FILE`;
    const value = this.env[name] ?? '';
    const path = this.optional(fileName);
    if (path === null) return value === '' ? null : value;
    if (value !== '') this.fault(name, `and ${fileName} are both given; give one of them`);
    const content = this.read(fileName, path)?.replace(/\r?\n$/, '') ?? null;
    if (content !== '') return content;
    this.fault(fileName, 'names a file that is empty');
    return null;
  }

  requiredSecret(name: string): string {
    const faultsBefore = this.faults.length;
    const value = this.secret(name);
    if (value === null && this.faults.length === faultsBefore) this.fault(name, `(or ${name}_FILE) is required`);
    return value ?? '';
  }

  /** The content of the file that a setting names. */
  file(name: string): string | null {
    const path = this.optional(name);
    return path === null ? null : this.read(name, path);
  }

  integer(name: string, range: NumberRange): number {
    return this.number(name, range, /^\d{1,15}$/, 'a whole number');
  }

  decimal(name: string, range: NumberRange): number {
    return this.number(name, range, /^\d{1,15}(\.\d{1,15})?$/, 'a number');
  }

  boolean(name: string): boolean | null {
    const value = this.optional(name)?.toLowerCase() ?? null;
    if (value === null) return null;
    if (value !== 'true' && value !== 'false') this.fault(name, 'must be true or false');
    return value === 'true';
  }

  oneOf<T extends string>(name: string, choices: readonly [T, ...T[]]): T | null {
    const value = this.optional(name)?.toLowerCase();
    if (value === undefined) return null;
    const choice = choices.find((candidate) => candidate === value);
    if (choice === undefined) this.fault(name, `must be one of ${choices.join(', ')}`);
    return choice ?? choices[0];
  }

  private number(name: string, range: NumberRange, form: RegExp, kind: string): number {
    const text = this.optional(name);
    if (text === null) return range.default;
    const value = Number(text);
    if (form.test(text) && value >= range.min && value <= range.max) return value;
    this.fault(name, `must be ${kind} from ${range.min} to ${range.max}`);
    return range.default;
  }

  private read(name: string, path: string): string | null {
    try {
      return readFileSync(path, 'utf8');
    } catch (error) {
      const code = error instanceof Error && 'code' in error ? String(error.code) : 'unknown error';
      this.fault(name, `names a file that cannot be read (${code})`);
      return null;
    }
  }
}
