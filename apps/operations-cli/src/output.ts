import { styleText } from 'node:util';
import Table from 'cli-table3';

type Style = Parameters<typeof styleText>[0];

/** Columns are set apart by blanks only: what is printed can be cut, searched and pasted. */
const NO_LINES = {
  ...{ top: '', 'top-mid': '', 'top-left': '', 'top-right': '', bottom: '', 'bottom-mid': '', 'bottom-left': '' },
  ...{ 'bottom-right': '', left: '', 'left-mid': '', mid: '', 'mid-mid': '', right: '', 'right-mid': '', middle: '  ' },
};
const CELL_MAX_CHARACTERS = 100;

/**
 * Where answers go: with `--json` one document on stdout and nothing else, else text and tables for people. What is not the
 * answer goes to stderr. Colours only on a terminal; letters may hold anything, so nothing they hold reaches it as a
 * control character.
 */
export class Output {
  constructor(
    readonly isJson: boolean,
    private readonly streams: { stdout: NodeJS.WriteStream; stderr: NodeJS.WriteStream } = process,
  ) {}

  /** The answer of a command: the document, or what `forPeople` makes of it. */
  answer(document: unknown, forPeople: () => string): void {
    this.streams.stdout.write(this.isJson ? `${JSON.stringify(document)}\n` : `${forPeople()}\n`);
  }

  failure(code: string, message: string): void {
    if (this.isJson) this.streams.stdout.write(`${JSON.stringify({ error: { code, message } })}\n`);
    else this.note(styleText('red', printable(message), { stream: this.streams.stderr }));
  }

  /** For the person at the terminal, beside the answer. */
  note(text: string): void {
    this.streams.stderr.write(`${text}\n`);
  }

  styled(style: Style, text: string): string {
    return styleText(style, text, { stream: this.streams.stdout });
  }

  table(head: string[], rows: (string | number | null)[][]): string {
    const table = new Table({
      head: head.map((title) => this.styled('bold', title)),
      chars: NO_LINES,
      style: { head: [], border: [], 'padding-left': 0, 'padding-right': 0 },
    });
    table.push(...rows.map((row) => row.map((cell) => cut(printable(String(cell ?? '–'))))));
    return withoutTrailingBlanks(table.toString());
  }

  /** Text that others wrote, as it may be shown. */
  foreign(text: string): string {
    return printable(text);
  }

  /** Name and value, one pair a line. */
  facts(pairs: [string, string | number | null][]): string {
    const width = Math.max(...pairs.map(([name]) => name.length));
    return pairs
      .map(([name, value]) => `${this.styled('bold', name.padEnd(width))}  ${printable(String(value ?? '–'))}`)
      .join('\n');
  }
}

/** Without control and direction-changing characters: foreign text must not move the cursor or hide what it says. */
function printable(text: string): string {
  return text.replaceAll(/[\u0000-\u0009\u000b-\u001f\u007f-\u009f\u200e\u200f\u202a-\u202e\u2066-\u2069]/g, '\uFFFD');
}

function cut(text: string): string {
  const line = text.replaceAll('\n', ' ');
  return line.length <= CELL_MAX_CHARACTERS ? line : `${line.slice(0, CELL_MAX_CHARACTERS - 1).toWellFormed()}…`;
}

function withoutTrailingBlanks(text: string): string {
  return text.replaceAll(/ +$/gm, '');
}
