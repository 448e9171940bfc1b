import { cutText } from './cut-text.js';

/** What a log shows of an error; nothing else of it is written, whatever properties it carries. */
export interface ErrorDescription {
  type: string;
  code?: string | number;
  message: string;
  /** `at …` lines only: the head of a stack repeats the message, unbounded. */
  stack?: string[];
  cause?: ErrorDescription;
}

const MAX_MESSAGE_CHARACTERS = 512;
const MAX_NAME_CHARACTERS = 64;
const MAX_FRAMES = 12;
const MAX_FRAME_CHARACTERS = 300;
const MAX_CAUSES = 4;

/** Type, code, bounded message, frames and causes of whatever was thrown. */
export function describeError(thrown: unknown, causesLeft = MAX_CAUSES): ErrorDescription {
  if (!(thrown instanceof Error)) return { type: typeof thrown, message: 'not an Error' };
  const code = codeOf(thrown);
  const frames = framesOf(thrown);
  return {
    type: cutText(String(thrown.name), MAX_NAME_CHARACTERS),
    ...(code !== undefined && { code }),
    message: messageOf(thrown, code),
    ...(frames.length > 0 && { stack: frames }),
    ...(causesLeft > 0 && thrown.cause instanceof Error && { cause: describeError(thrown.cause, causesLeft - 1) }),
  };
}

function codeOf(error: Error): string | number | undefined {
  const { code } = error as { code?: unknown };
  if (typeof code === 'number') return code;
  return typeof code === 'string' ? cutText(code, MAX_NAME_CHARACTERS) : undefined;
}

/** JSON.parse and PostgreSQL's data errors (SQLSTATE 22, 23) quote the data they did not like: quotations are dropped. */
function messageOf(error: Error, code: string | number | undefined): string {
  const quotesData = error instanceof SyntaxError || (typeof code === 'string' && /^2[23]...$/.test(code));
  const message = String(error.message);
  return cutText(quotesData ? message.replace(/["'].*["']/s, '"…"') : message, MAX_MESSAGE_CHARACTERS);
}

function framesOf(error: Error): string[] {
  return String(error.stack ?? '')
    .replace(error.message, '')
    .split('\n')
    .map((line) => line.trim())
    .filter((line) => line.startsWith('at '))
    .slice(0, MAX_FRAMES)
    .map((line) => cutText(line, MAX_FRAME_CHARACTERS));
}
