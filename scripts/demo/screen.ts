/**
 * What the demo prints: lines, and on a terminal one live line below them that is written over. Without a terminal, or
 * in CI, progress is a plain line from time to time. Colours only on a terminal, and never against NO_COLOR.
 */
import type { WriteStream } from 'node:tty';

const PLAIN_INTERVAL_MS = 3_000;
const CLEAR = '\r\u001b[2K';
const CODES = { bold: 1, dim: 2, red: 31, green: 32, yellow: 33, cyan: 36 } as const;

export type Colour = keyof typeof CODES;

export class Screen {
  readonly #out: WriteStream | NodeJS.WriteStream;
  readonly #isTerminal: boolean;
  readonly #hasColours: boolean;
  #live = '';
  #plainAtMs = Number.NEGATIVE_INFINITY;

  constructor(out: WriteStream | NodeJS.WriteStream, env: NodeJS.ProcessEnv) {
    this.#out = out;
    const isDumb = env['TERM'] === 'dumb';
    this.#isTerminal = out.isTTY && !isDumb && !env['CI'];
    this.#hasColours = out.isTTY && !isDumb && !env['NO_COLOR'];
  }

  line(text = ''): void {
    this.#out.write(this.#live === '' ? `${text}\n` : `${CLEAR}${text}\n${this.#live}`);
  }

  /** Shows progress; the next call takes its place. */
  progress(text: string): void {
    if (this.#isTerminal) {
      const shown = this.#live;
      this.#live = fit(text, this.#out.columns);
      this.#out.write((shown === '' ? '' : CLEAR) + this.#live);
    } else if (performance.now() - this.#plainAtMs >= PLAIN_INTERVAL_MS) {
      this.#plainAtMs = performance.now();
      this.#out.write(`${text}\n`);
    }
  }

  /** Takes the live line away. */
  endProgress(): void {
    if (this.#live !== '') this.#out.write(CLEAR);
    this.#live = '';
  }

  colour(text: string, colour: Colour): string {
    return this.#hasColours ? `\u001b[${CODES[colour]}m${text}\u001b[0m` : text;
  }
}

/** The live line must not wrap: only one line of the terminal is cleared. */
function fit(text: string, columns = 80): string {
  return text.length < columns ? text : text.slice(0, columns - 1);
}
