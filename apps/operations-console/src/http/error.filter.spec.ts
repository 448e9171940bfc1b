import { type ArgumentsHost, HttpException, NotFoundException } from '@nestjs/common';
import { describe, expect, it } from 'vitest';
import { SelectionError } from '#dead-letters';
import { createLogger } from '#observability';
import { ErrorFilter } from './error.filter.js';
import { Refusal } from './refusal.js';

interface Answer {
  status: number;
  body: string;
  headers: Record<string, string>;
  isCutOff: boolean;
  log: string[];
}

function answerTo(thrown: unknown, headersSent = false): Answer {
  const answer: Answer = { status: 0, body: '', headers: {}, isCutOff: false, log: [] };
  const response = {
    headersSent,
    set statusCode(status: number) {
      answer.status = status;
    },
    setHeader: (name: string, value: string) => (answer.headers[name] = value),
    end: (body: string) => (answer.body = body),
    destroy: () => (answer.isCutOff = true),
  };
  const log = createLogger({ level: 'info', destination: { write: (line: string) => void answer.log.push(line) } });
  new ErrorFilter(log).catch(thrown, {
    switchToHttp: () => ({ getResponse: () => response }),
  } as unknown as ArgumentsHost);
  return answer;
}

const failure = (message: string, more: object): Error => Object.assign(new Error(message), more);

describe('an error', () => {
  it.each([
    ['a refusal', new Refusal('PLAN_STATE', 'plan 1 is done'), 409, 'PLAN_STATE', 'plan 1 is done'],
    ['a wrong selection', new SelectionError('group is none'), 400, 'USAGE', 'group is none'],
    [
      'an unknown address',
      new NotFoundException('Cannot GET /<b>'),
      404,
      'NOT_FOUND',
      'there is nothing at this address',
    ],
    [
      'a body that is no JSON',
      failure('Unexpected token <b>', { statusCode: 400 }),
      400,
      'USAGE',
      'the request cannot be read',
    ],
    ['a body that is too large', failure('x', { statusCode: 413 }), 413, 'TOO_LARGE', 'the request is too large'],
    ['an encoding nobody reads', new HttpException('<b>', 415), 400, 'USAGE', 'the request cannot be read'],
    [
      'a database that is away',
      failure('connect', { code: 'ECONNREFUSED' }),
      503,
      'UNAVAILABLE',
      'the database cannot be reached',
    ],
    [
      'a broker that is away',
      failure('10.0.0.1', { name: 'KafkaJSConnectionError' }),
      503,
      'UNAVAILABLE',
      'Kafka cannot be reached',
    ],
    ['anything else', failure('secret', { code: '42P01' }), 500, 'INTERNAL', 'the console failed; its log says why'],
    ['what is no error', 'secret', 500, 'INTERNAL', 'the console failed; its log says why'],
  ])('that is %s is told as such', (_what, thrown, status, code, message) => {
    const answer = answerTo(thrown);
    expect([answer.status, JSON.parse(answer.body)]).toEqual([status, { error: { code, message } }]);
    expect(answer.headers).toMatchObject({
      'content-type': 'application/json; charset=utf-8',
      'cache-control': 'no-store',
    });
    expect(answer.log).toHaveLength(status >= 500 ? 1 : 0);
  });

  it('in the midst of an answer cuts it off: what came is not taken for all', () => {
    expect(answerTo(new Error('lost'), true)).toMatchObject({ isCutOff: true, body: '', status: 0 });
  });

  it('that time mends says so', () => {
    expect(answerTo(new Refusal('TOO_MANY_ATTEMPTS', 'wait')).headers).toMatchObject({ 'retry-after': '1' });
    expect(answerTo(new Refusal('UNAUTHENTICATED', 'log in')).headers).toMatchObject({ 'www-authenticate': 'Bearer' });
  });
});
