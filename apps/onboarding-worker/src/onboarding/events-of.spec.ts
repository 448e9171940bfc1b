import { createdEventId, rejectedEventId } from '#events';
import { rejected } from '#ledger';
import { describe, expect, it } from 'vitest';
import { aRecord, ANSWERS, claimed, context, headerOf, NOW_MS } from '../../test/claimed.js';
import { decideOutcome } from './outcome.js';

const failure = { code: 'PARTNER_CENTER_2000' as const, message: 'no', fields: ['a'], httpStatus: 400, requestId: 'r' };

describe('CustomerCreated', () => {
  it('is the same event, byte for byte, whenever it is made again', () => {
    const [first, second] = [1, 2].map(() => decideOutcome(claimed(), ANSWERS.created, context()).publish[0]);
    expect(second).toEqual(first);
    expect(headerOf(first, 'ce_id')).toBe(createdEventId('crm-42'));
    expect(headerOf(first, 'ce_time')).toBe(new Date(NOW_MS).toISOString());
  });

  it('has the key of the request, else the correlation id', () => {
    const keyOf = (key: Buffer | null): string =>
      String(decideOutcome(claimed({ record: aRecord({ key }) }), ANSWERS.created, context()).publish[0]!.key);
    expect(keyOf(Buffer.from('crm-key'))).toBe('crm-key');
    expect(keyOf(Buffer.alloc(0))).toBe('');
    expect(keyOf(null)).toBe('crm-42');
  });

  it('names the request’s event, trace and customer reference, if it had them', () => {
    const traceparent = '00-11111111111111111111111111111111-2222222222222222-01';
    const event = decideOutcome(claimed({ record: aRecord({ traceparent }) }), ANSWERS.created, context()).publish[0]!;
    expect(headerOf(event, 'ce_causationid')).toBe('ce-1');
    expect(headerOf(event, 'traceparent')).toBe(traceparent);
    expect(JSON.parse(event.value!)).toMatchObject({ correlationId: 'crm-42', customerReference: '001A' });
    const bare = aRecord({ causationId: null, traceparent: null });
    const names = decideOutcome(claimed({ record: bare }), ANSWERS.created, context()).publish[0]!.headers.map(
      ([n]) => n,
    );
    expect(names).not.toContain('ce_causationid');
    expect(names).not.toContain('traceparent');
  });

  it('is kept for a replay as it was published', () => {
    const { created, publish } = decideOutcome(claimed(), ANSWERS.created, context());
    expect(created!.announcement).toBe(publish[0]!.value);
    expect(JSON.parse(created!.announcementHeaders)).toEqual(publish[0]!.headers);
  });
});

describe('a dead letter of an onboarding and its CustomerRejected', () => {
  const onboarding = claimed({ deadLetters: 2, replays: 4, attemptsTotal: 5, firstFailedAtMs: NOW_MS - 1_000 });

  it('tell the whole life: first failure, attempts, replays', () => {
    const [letter] = rejected(onboarding, failure, context()).publish;
    expect(headerOf(letter, 'dead-letter-attempts')).toBe('5');
    expect(headerOf(letter, 'dead-letter-replays')).toBe('4');
    expect(headerOf(letter, 'dead-letter-first-failed-at')).toBe(new Date(NOW_MS - 1_000).toISOString());
    expect(headerOf(letter, 'dead-letter-failed-at')).toBe(new Date(NOW_MS).toISOString());
  });

  it('fail first when they fail for the first time', () => {
    const [letter] = rejected(claimed(), failure, context()).publish;
    expect(headerOf(letter, 'dead-letter-first-failed-at')).toBe(headerOf(letter, 'dead-letter-failed-at'));
  });

  it('name the record that failed last', () => {
    const [letter] = rejected(onboarding, failure, context()).publish;
    expect(headerOf(letter, 'dead-letter-original-topic')).toBe('requests');
    expect(headerOf(letter, 'dead-letter-original-partition')).toBe('3');
    expect(headerOf(letter, 'dead-letter-original-offset')).toBe('17');
    expect(headerOf(letter, 'dead-letter-original-timestamp')).toBe(String(NOW_MS - 60_000));
    expect(headerOf(letter, 'dead-letter-consumer-group')).toBe('group');
    expect(headerOf(letter, 'dead-letter-correlation-id')).toBe('crm-42');
  });

  it('have an event id that counts how often the onboarding was dead-lettered', () => {
    const [, event] = rejected(onboarding, failure, context()).publish;
    expect(headerOf(event, 'ce_id')).toBe(rejectedEventId('crm-42', 3));
  });
});
