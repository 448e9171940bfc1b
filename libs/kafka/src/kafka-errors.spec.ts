import { withDeadline } from './deadline.js';
import kafkajs from 'kafkajs';
import { describe, expect, it } from 'vitest';
import { errorFields, errorTypes, isFatal } from './kafka-errors.js';
import { PublishError } from './publish-error.js';

const { KafkaJSNonRetriableError, KafkaJSNumberOfRetriesExceeded, KafkaJSProtocolError } = kafkajs;
const protocol = (type: string, retriable = false): Error =>
  new KafkaJSProtocolError({ type, code: 1, message: type, retriable } as never);

describe('kafka errors', () => {
  it('are recognised behind what kafkajs wraps around them', () => {
    const cause = protocol('GROUP_AUTHORIZATION_FAILED');
    expect(isFatal(Object.assign(new KafkaJSNonRetriableError(cause), { cause }))).toBe(true);
    expect(errorTypes(new KafkaJSNumberOfRetriesExceeded(cause, { retryCount: 1, retryTime: 1 }))).toContain(
      'GROUP_AUTHORIZATION_FAILED',
    );
  });

  it.each([
    protocol('NOT_COORDINATOR_FOR_GROUP'),
    protocol('UNKNOWN_TOPIC_OR_PARTITION', true),
    new KafkaJSNonRetriableError('whatever'),
    new TypeError('a fault of the client'),
    'text',
    null,
  ])('are met with a new consumer unless it could not get past them: %s', (error) => {
    expect(isFatal(error)).toBe(false);
  });

  it('end with themselves when they are their own cause', () => {
    const error = new Error('x');
    error.cause = error;
    expect(errorTypes(error)).toContain('Error');
  });

  it('are logged without their message', () => {
    const fields = errorFields(new SyntaxError('Unexpected token in {"password":"geheim"}', { cause: protocol('X') }));
    expect(JSON.stringify(fields)).not.toContain('geheim');
    expect(fields).toMatchObject({ errorTypes: ['SyntaxError', 'KafkaJSProtocolError', 'X'] });
  });
});

describe('PublishError', () => {
  it.each([
    ['MESSAGE_TOO_LARGE', 'record', false],
    ['TOPIC_AUTHORIZATION_FAILED', 'topic', true],
    ['INVALID_PRODUCER_EPOCH', 'broker', true],
  ])('puts %s down to the %s', (type, fault, retriable) => {
    expect(new PublishError('x', { topic: 't', cause: protocol(type) })).toMatchObject({ fault, retriable });
  });

  it('blames no record for what failed outside a send', () => {
    expect(new PublishError('x', { topic: null, cause: new TypeError('x') })).toMatchObject({ fault: 'broker' });
  });

  it('is of the topic when its leader does not answer in time: the rows of other topics go on', async () => {
    const cause: unknown = await withDeadline(Promise.withResolvers<never>().promise, 1, 'sending').catch(
      (error: unknown) => error,
    );
    expect(new PublishError('x', { topic: 't', cause })).toMatchObject({ fault: 'topic', retriable: true });
  });
});
