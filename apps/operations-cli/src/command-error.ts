import { isOfKafka } from '#kafka';
import { EXIT_CONFIG, SettingsError } from '#settings';

/** How a command ends (contract 8). */
export const EXIT = { done: 0, failed: 1, usage: 2, notFound: 3, endedEarly: 4 } as const;
export type Exit = (typeof EXIT)[keyof typeof EXIT];

/** What the operator has to be told instead of an answer; `code` is for programs. */
export class CommandError extends Error {
  constructor(
    readonly code: string,
    message: string,
    readonly exit: Exit = EXIT.failed,
  ) {
    super(message);
    this.name = 'CommandError';
  }
}

export function usageError(message: string): CommandError {
  return new CommandError('USAGE', message, EXIT.usage);
}

export function notFound(message: string): CommandError {
  return new CommandError('NOT_FOUND', message, EXIT.notFound);
}

/** `… | head` closes the pipe: that is no failure. Half an answer on a full disk is one. */
export function exitOfBrokenOutput({ code }: NodeJS.ErrnoException): Exit {
  return code === 'EPIPE' ? EXIT.done : EXIT.failed;
}

interface ToldError {
  code: string;
  message: string;
  exit: number;
}

/** What is said of anything that was thrown. A lost connection has its text in a cause, or only a code. */
export function tellError(error: unknown): ToldError {
  if (error instanceof CommandError) return { code: error.code, message: error.message, exit: error.exit };
  if (error instanceof SettingsError) return { code: error.code, message: error.message, exit: EXIT_CONFIG };
  if (!(error instanceof Error)) return { code: 'FAILED', message: String(error), exit: EXIT.failed };
  const code =
    'code' in error && typeof error.code === 'string' && /^[A-Z][A-Z_]+$/.test(error.code) ? error.code : null;
  // What is thrown by kafkajs names no broker and no Kafka; the ledger's errors say what they are of.
  const parts = [...(isOfKafka(error) ? ['Kafka'] : []), error.message, ...causesOf(error)].filter(
    (text) => text !== '',
  );
  return { code: code ?? 'FAILED', message: [...new Set(parts)].join(': ') || (code ?? error.name), exit: EXIT.failed };
}

function causesOf(error: Error): string[] {
  const causes = error instanceof AggregateError ? (error.errors as unknown[]).slice(0, 1) : [error.cause];
  return causes.flatMap((cause) => (cause instanceof Error ? [cause.message, ...causesOf(cause)] : []));
}
