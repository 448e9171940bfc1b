import { type ArgumentsHost, Catch, type ExceptionFilter, HttpException } from '@nestjs/common';
import type { ServerResponse } from 'node:http';
import { EditError, SelectionError } from '#dead-letters';
import { isOfKafka } from '#kafka';
import { isTransient } from '#ledger';
import type { Logger } from '#observability';
import { Refusal } from './refusal.js';

/** What a caller is told for a status that the framework chose; its own messages repeat parts of the request. */
const OF_THE_FRAMEWORK = new Map([
  [404, () => new Refusal('NOT_FOUND', 'there is nothing at this address')],
  [413, () => new Refusal('TOO_LARGE', 'the request is too large')],
]);

/**
 * Turns whatever was thrown into `{"error":{"code","message"}}`. Only messages that were written for callers are
 * shown: of everything else they learn no more than its kind, and the log has the rest.
 */
@Catch()
export class ErrorFilter implements ExceptionFilter {
  constructor(private readonly log: Logger) {}

  catch(thrown: unknown, host: ArgumentsHost): void {
    const response = host.switchToHttp().getResponse<ServerResponse>();
    const refusal = refusalOf(thrown);
    if (refusal.status >= 500) this.log.error({ err: thrown, code: refusal.code }, 'a request failed');
    // An answer that had begun cannot be turned into another one: cut off, it is not taken for a whole one.
    if (response.headersSent) response.destroy();
    else answerRefusal(response, refusal);
  }
}

function answerRefusal(response: ServerResponse, { status, code, message }: Refusal): void {
  response.statusCode = status;
  if (code === 'UNAUTHENTICATED') response.setHeader('www-authenticate', 'Bearer');
  if (code === 'TOO_MANY_ATTEMPTS' || code === 'UNAVAILABLE') response.setHeader('retry-after', '1');
  response.setHeader('content-type', 'application/json; charset=utf-8');
  response.setHeader('cache-control', 'no-store');
  response.end(JSON.stringify({ error: { code, message } }));
}

function refusalOf(thrown: unknown): Refusal {
  if (thrown instanceof Refusal) return thrown;
  if (thrown instanceof SelectionError || thrown instanceof EditError) return new Refusal('USAGE', thrown.message);
  if (isOfKafka(thrown)) return new Refusal('UNAVAILABLE', 'Kafka cannot be reached', { cause: thrown });
  if (isTransient(thrown)) return new Refusal('UNAVAILABLE', 'the database cannot be reached', { cause: thrown });
  const status = statusOf(thrown);
  const known = OF_THE_FRAMEWORK.get(status);
  if (known) return known();
  if (status >= 400 && status < 500) return new Refusal('USAGE', 'the request cannot be read');
  return new Refusal('INTERNAL', 'the console failed; its log says why', { cause: thrown });
}

/** Nest's exceptions, and those of its body parser, tell the status that they stand for. */
function statusOf(thrown: unknown): number {
  if (thrown instanceof HttpException) return thrown.getStatus();
  return thrown instanceof Error && 'statusCode' in thrown ? Number(thrown.statusCode) : 0;
}
