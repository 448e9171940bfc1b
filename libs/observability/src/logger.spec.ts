import { Logger as Log, Module } from '@nestjs/common';
import { NestFactory } from '@nestjs/core';
import fc from 'fast-check';
import { Logger as NestLogger } from 'nestjs-pino';
import { describe, expect, it } from 'vitest';
import { createLogger, loggerModule, type Logger } from './logger.js';

function capture(): { logger: Logger; lines: () => Record<string, unknown>[]; text: () => string } {
  let written = '';
  const destination = { write: (chunk: string): void => void (written += chunk) };
  const text = (): string => written;
  const lines = (): Record<string, unknown>[] =>
    written
      .split('\n')
      .filter(Boolean)
      .map((line) => JSON.parse(line) as Record<string, unknown>);
  return { logger: createLogger({ level: 'debug', destination }), lines, text };
}

const SECRET = 'hunter2-secret';

describe('the logger', () => {
  it('writes allowed fields as one JSON line with an ISO time', () => {
    const { logger, lines } = capture();
    logger.info({ correlationId: 'c-1', partition: 3, offset: 42n, fields: ['a.b'], dueAt: new Date(0) }, 'created');
    expect(lines()).toEqual([
      expect.objectContaining({
        level: 'info',
        time: expect.stringMatching(/^\d{4}-\d\d-\d\dT.*Z$/) as string,
        msg: 'created',
        correlationId: 'c-1',
        partition: 3,
        offset: '42',
        fields: ['a.b'],
        dueAt: '1970-01-01T00:00:00.000Z',
      }),
    ]);
  });

  it('drops every field that is not on the list, at every place a field can be given', () => {
    const names = fc.string({ minLength: 3 }).map((name) => `x${name}`);
    fc.assert(
      fc.property(names, fc.constantFrom<unknown>(SECRET, [SECRET], { a: SECRET }), (name, value) => {
        const { logger, text } = capture();
        logger.info({ [name]: value, password: SECRET, state: { deep: SECRET } }, 'line');
        logger.child({ [name]: value, req: { headers: SECRET } }).info({ topics: [{ deep: SECRET }] }, 'line');
        logger
          .child({ correlationId: 'c' })
          .child({ [name]: value })
          .warn('line');
        logger.info('with %s and %j', { deep: SECRET }, [SECRET]);
        logger.info({ code: 'x' }, 'surplus', SECRET);
        expect(text()).not.toContain(SECRET);
        expect(text().trim().split('\n')).toHaveLength(5);
      }),
    );
  });

  it('keeps the allowed bindings of a child and of its child', () => {
    const { logger, lines } = capture();
    logger.child({ component: 'relay' }).child({ term: 4 }).info('elected');
    expect(lines()[0]).toMatchObject({ component: 'relay', term: 4, msg: 'elected' });
  });

  it('fills placeholders with plain values and leaves percent signs alone', () => {
    const { logger, lines } = capture();
    logger.info.call(logger, '%s took %d ms, 100% of %s', 'create', 12);
    expect(lines()[0]).toMatchObject({ msg: 'create took 12 ms, 100% of %s' });
  });

  it('reduces an error to type, code, bounded message, frames and cause', () => {
    const { logger, lines, text } = capture();
    const cause = Object.assign(new RangeError('inner'), { payload: SECRET });
    const error = Object.assign(new Error('x'.repeat(5_000), { cause }), {
      code: 'ECONNREFUSED',
      config: { key: SECRET },
    });
    logger.error({ err: error, correlationId: 'c-1' }, 'failed');
    logger.error(error);
    logger.error({ err: error });
    logger.error(error, 'with text');
    for (const line of lines()) {
      const { err, msg } = line as {
        err: { type: string; code: string; message: string; stack: string[]; cause: object };
        msg: string;
      };
      expect(err).toMatchObject({
        type: 'Error',
        code: 'ECONNREFUSED',
        cause: { type: 'RangeError', message: 'inner' },
      });
      expect(err.message).toHaveLength(512);
      expect(msg.length).toBeLessThanOrEqual(512);
      expect(err.stack.every((frame) => frame.startsWith('at '))).toBe(true);
    }
    expect(lines()).toHaveLength(4);
    expect(lines()[2]).not.toHaveProperty('correlationId');
    expect(text()).not.toContain(SECRET);
  });

  it('takes no line of a message for a frame of the stack', () => {
    const { logger, lines } = capture();
    logger.error({ err: new Error('first\n    at line two') }, 'failed');
    const { err } = lines()[0] as { err: { stack: string[] } };
    expect(err.stack).not.toContain('at line two');
    expect(err.stack.length).toBeGreaterThan(0);
  });

  it('shows nothing of the data that JSON.parse or PostgreSQL quotes in a message', () => {
    const { logger, text } = capture();
    try {
      JSON.parse(`{"password": ${SECRET}}`);
    } catch (error) {
      logger.error({ err: error }, 'not JSON');
      logger.error(error as Error);
    }
    const message = `invalid input syntax for type uuid: "${SECRET}"`;
    const refused = Object.assign(new Error(message), { code: '22P02', detail: SECRET });
    logger.error({ err: refused }, 'refused');
    logger.error(refused);
    expect(text()).not.toContain(SECRET);
    expect(text()).toContain('SyntaxError');
  });

  it('writes the lines of Nest itself, with their context', async () => {
    const { logger, lines, text } = capture();
    class Root {}
    Module({ imports: [loggerModule(logger)] })(Root);
    const app = await NestFactory.createApplicationContext(Root, { bufferLogs: true });
    app.useLogger(app.get(NestLogger));
    new Log('Intake').warn('paused');
    new Log('Intake').error('broken', new Error(SECRET.replace('secret', 'fault')).stack);
    await app.close();
    expect(lines()).toContainEqual(expect.objectContaining({ context: 'InstanceLoader', level: 'info' }));
    expect(lines()).toContainEqual(expect.objectContaining({ context: 'Intake', level: 'warn', msg: 'paused' }));
    expect(lines().at(-1)).toMatchObject({ context: 'Intake', level: 'error', err: { message: 'broken' } });
    expect(text()).not.toContain(SECRET);
  });
});
