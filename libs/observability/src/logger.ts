import type { DynamicModule } from '@nestjs/common';
import { LoggerModule } from 'nestjs-pino';
import { pino, type DestinationStream, type Logger } from 'pino';
import { cutText } from './cut-text.js';
import { describeError } from './describe-error.js';
import { allowListed } from './log-fields.js';

export const LOG_LEVELS = ['fatal', 'error', 'warn', 'info', 'debug', 'trace', 'silent'] as const;
export type LogLevel = (typeof LOG_LEVELS)[number];
export type { Logger } from 'pino';

export interface LoggerOptions {
  level: LogLevel;
  /** Where lines go; standard output by default. */
  destination?: DestinationStream;
}

const MAX_MESSAGE_CHARACTERS = 1024;

/**
 * A pino logger that writes JSON lines with ISO times and only allow-listed fields, in child loggers too. An error given
 * alone or as `err` is reduced to type, code, message, frames and causes.
 */
export function createLogger({
  level,
  destination = pino.destination({ dest: 1, sync: true }),
}: LoggerOptions): Logger {
  const logger = pino(
    {
      level,
      base: { pid: process.pid },
      timestamp: pino.stdTimeFunctions.isoTime,
      formatters: { level: (label) => ({ level: label }), log: allowListed },
      serializers: { err: (error: unknown) => error },
      hooks: {
        logMethod(args, method) {
          method.apply(this, bounded(args) as Parameters<typeof method>);
        },
      },
    },
    destination,
  );
  return withAllowListedChildren(logger);
}

/** Makes Nest write its own lines with this logger: import it, then `app.useLogger(app.get(NestLogger))`. */
export function loggerModule(logger: Logger): DynamicModule {
  return LoggerModule.forRoot({ pinoHttp: { logger, autoLogging: false, quietReqLogger: true } });
}

/** pino takes the message from an error without a bound, and formats objects into it: both would pass the allow-list. */
function bounded(args: readonly unknown[]): unknown[] {
  const [first, message, ...values] = args;
  if (typeof first === 'string') return [textOf(first, args.slice(1))];
  const fields = first instanceof Error ? { err: first } : (first as { err?: unknown } | null | undefined);
  if (typeof message === 'string') return [fields, textOf(message, values)];
  return fields?.err instanceof Error ? [fields, describeError(fields.err).message] : [fields];
}

/** `%` placeholders take numbers and short texts only; arguments without a placeholder are left out. */
function textOf(message: string, values: readonly unknown[]): string {
  const rest = [...values];
  const text = message.replaceAll(/%[sdjoO]/g, (placeholder) => {
    if (rest.length === 0) return placeholder;
    const value = rest.shift();
    return typeof value === 'object' || typeof value === 'function' ? '[…]' : String(value);
  });
  return cutText(text, MAX_MESSAGE_CHARACTERS);
}

/** pino runs its formatters on the fields of a line, not on the bindings of a child. */
function withAllowListedChildren(logger: Logger): Logger {
  const { child } = logger;
  logger.child = function allowListedChild(this: Logger, bindings: object, options?: never) {
    return child.call(this, allowListed({ ...bindings }), options);
  } as Logger['child'];
  return logger;
}
