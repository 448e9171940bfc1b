/** A part of an expression: its translation, and bounds of what matching it can cost. */
export interface PatternPart {
  /** The same in JavaScript, for the flag `u`. */
  script: string;
  /** In how many ways it can match any text: what a backtracking matcher may have to try. */
  ways: number;
  /** Steps of one way. */
  steps: number;
  /** Begins with `^` on every branch. */
  isAnchored: boolean;
}

/** .NET's classes in JavaScript's words, for use within brackets. */
const CLASSES: Readonly<Record<string, string>> = {
  d: String.raw`\p{Nd}`,
  w: String.raw`\p{L}\p{Mn}\p{Nd}\p{Pc}`,
  s: String.raw`\f\n\r\t\v\x85\p{Z}`,
};

class Unsupported extends Error {}

/** Parses a .NET expression of a small, safe subset; null for every other. `maxText` bounds what `*` and `+` repeat. */
export function parsePattern(source: string, maxText: number): PatternPart | null {
  try {
    const parser = new PatternParser(source, maxText);
    return parser.parse();
  } catch (error) {
    if (error instanceof Unsupported) return null;
    throw error;
  }
}

class PatternParser {
  readonly #source: string;
  readonly #maxText: number;
  #at = 0;

  constructor(source: string, maxText: number) {
    this.#source = source;
    this.#maxText = maxText;
  }

  parse(): PatternPart {
    const part = this.#branches();
    if (this.#at < this.#source.length) throw new Unsupported();
    return part;
  }

  #branches(): PatternPart {
    const branches = [this.#sequence()];
    while (this.#take('|')) branches.push(this.#sequence());
    return {
      script: branches.map(({ script }) => script).join('|'),
      ways: sum(branches.map(({ ways }) => ways)),
      steps: sum(branches.map(({ steps }) => steps)),
      isAnchored: branches.every(({ isAnchored }) => isAnchored),
    };
  }

  #sequence(): PatternPart {
    const sequence: PatternPart = { script: '', ways: 1, steps: 1, isAnchored: false };
    for (let isFirst = true; !this.#isAtAny('', '|', ')'); isFirst = false) {
      const part = this.#repeated();
      sequence.script += part.script;
      sequence.ways *= part.ways;
      sequence.steps += part.steps;
      if (isFirst) sequence.isAnchored = part.isAnchored;
    }
    return sequence;
  }

  #repeated(): PatternPart {
    const anchor = this.#takeAny('^', '$');
    if (anchor !== '') return { script: anchor, ways: 1, steps: 1, isAnchored: anchor === '^' };
    const part = this.#take('(') ? this.#group() : this.#character();
    const { least, most } = this.#quantifier();
    if (least === 1 && most === 1) return part;
    const isLazy = this.#take('?');
    const script = `${part.script}{${least},${most ?? ''}}${isLazy ? '?' : ''}`;
    const times = most ?? Math.max(this.#maxText, least);
    return { script, ways: waysOf(part.ways, least, times), steps: part.steps * (times + 1), isAnchored: false };
  }

  #group(): PatternPart {
    if (this.#take('?') && !this.#take(':')) throw new Unsupported();
    const part = this.#branches();
    if (!this.#take(')')) throw new Unsupported();
    return { ...part, script: `(?:${part.script})` };
  }

  #character(): PatternPart {
    return { script: this.#characterScript(), ways: 1, steps: 1, isAnchored: false };
  }

  #characterScript(): string {
    if (this.#take('[')) return `[${this.#bracketed()}]`;
    if (this.#take('.')) return String.raw`[^\n]`;
    if (this.#isAtAny('*', '+', '?', '{', '}', ']')) throw new Unsupported();
    return `[${this.#single()}]`;
  }

  /** Ranges that make no sense, and classes taken out of classes, are left to the constructor to refuse. */
  #bracketed(): string {
    if (this.#isAtAny('^', ']')) throw new Unsupported();
    let script = '';
    while (!this.#take(']')) {
      script += this.#single();
      const isRange = this.#isAtAny('-') && this.#source[this.#at + 1] !== ']';
      if (isRange && this.#take('-')) script += `-${this.#single()}`;
    }
    return script;
  }

  /** One character or class of characters, escaped for use within brackets. */
  #single(): string {
    const isEscaped = this.#take('\\');
    const code = this.#source.codePointAt(this.#at);
    if (code === undefined) throw new Unsupported();
    const character = String.fromCodePoint(code);
    this.#at += character.length;
    const named = isEscaped ? CLASSES[character] : undefined;
    if (named !== undefined) return named;
    if (isEscaped && /[\p{L}\p{N}]/u.test(character)) throw new Unsupported();
    return `\\u{${code.toString(16)}}`;
  }

  /** `most` null: without end. */
  #quantifier(): { least: number; most: number | null } {
    if (this.#take('?')) return { least: 0, most: 1 };
    if (this.#take('*')) return { least: 0, most: null };
    if (this.#take('+')) return { least: 1, most: null };
    const counted = /^\{(\d{1,3})(?:(,)(\d{1,3})?)?\}/.exec(this.#source.slice(this.#at, this.#at + 9));
    if (counted === null) return { least: 1, most: 1 };
    const [{ length }, least = '', comma, most] = counted;
    this.#at += length;
    return { least: Number(least), most: most === undefined ? (comma ? null : Number(least)) : Number(most) };
  }

  /** The empty text stands for the end. */
  #isAtAny(...characters: string[]): boolean {
    return characters.includes(this.#source.charAt(this.#at));
  }

  #take(character: string): boolean {
    return this.#takeAny(character) !== '';
  }

  #takeAny(...characters: string[]): string {
    if (this.#at >= this.#source.length || !this.#isAtAny(...characters)) return '';
    this.#at += 1;
    return this.#source.charAt(this.#at - 1);
  }
}

function sum(numbers: readonly number[]): number {
  return numbers.reduce((total, each) => total + each, 0);
}

/** Each number of repetitions has its ways, and each repetition multiplies them. */
function waysOf(ways: number, least: number, most: number): number {
  if (ways === 1) return most - least + 1;
  let total = 0;
  for (let times = least; times <= most && total < Number.MAX_SAFE_INTEGER; times += 1) total += ways ** times;
  return total;
}
