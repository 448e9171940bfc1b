import { Refusal } from './refusal.js';

const MAX_NUMBERS = 100;

/**
 * Reads members of a body or of a query that anybody may have made up: every value is checked for its kind, and a member
 * that nobody asked for is refused rather than passed over, since it was meant to do something.
 */
export class Given {
  private constructor(
    private readonly what: string,
    private readonly members: Readonly<Record<string, unknown>>,
  ) {}

  /** An empty body is one without members. */
  static read(what: string, given: unknown, known: readonly string[]): Given {
    if (given !== undefined && !isObject(given)) throw new Refusal('USAGE', `${what} must be a JSON object`);
    const members = given ?? {};
    if (Object.keys(members).some((name) => !known.includes(name))) {
      throw new Refusal('USAGE', `${what} may have these members only: ${known.join(', ')}`);
    }
    return new Given(what, members);
  }

  text(name: string): string | undefined {
    const value = this.members[name];
    if (value === undefined || typeof value === 'string') return value;
    throw this.fault(name, 'a text');
  }

  /** A number, or digits of it in a query. */
  number(name: string, range: { min: number; max: number; whole?: boolean }): number | undefined {
    const value = this.members[name];
    if (value === undefined) return undefined;
    const number = typeof value === 'string' && /^\d{1,15}(\.\d{1,15})?$/.test(value) ? Number(value) : value;
    const isNumber = typeof number === 'number' && number >= range.min && number <= range.max;
    if (isNumber && (range.whole !== true || Number.isInteger(number))) return number;
    throw this.fault(name, `${range.whole === true ? 'a whole number' : 'a number'} from ${range.min} to ${range.max}`);
  }

  boolean(name: string): boolean | undefined {
    const value = this.members[name];
    if (value === undefined || typeof value === 'boolean') return value;
    if (value === 'true' || value === '1' || value === '') return true;
    if (value === 'false' || value === '0') return false;
    throw this.fault(name, 'true or false');
  }

  /** A list of texts; one text is a list of one, since a query cannot tell. */
  texts(name: string, maxItems: number): string[] | undefined {
    const value = this.members[name];
    if (value === undefined) return undefined;
    const list: unknown[] = Array.isArray(value) ? value : [value];
    const texts = list.filter((item) => typeof item === 'string');
    if (texts.length === list.length && list.length <= maxItems) return texts;
    throw this.fault(name, `a list of at most ${maxItems} texts`);
  }

  /** At most 100 of them; what they mean is for the reader to check. */
  numbers(name: string): number[] | undefined {
    const value = this.members[name];
    if (value === undefined) return undefined;
    const isList =
      Array.isArray(value) && value.length <= MAX_NUMBERS && value.every((item) => typeof item === 'number');
    if (isList) return value;
    throw this.fault(name, `a list of at most ${MAX_NUMBERS} numbers`);
  }

  object(name: string): Record<string, unknown> | undefined {
    const value = this.members[name];
    if (value === undefined || isObject(value)) return value;
    throw this.fault(name, 'a JSON object');
  }

  private fault(name: string, expected: string): Refusal {
    return new Refusal('USAGE', `${this.what}: ${name} must be ${expected}`);
  }
}

function isObject(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
