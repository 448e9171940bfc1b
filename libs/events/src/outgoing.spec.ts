import { Kafka } from 'cloudevents';
import { describe, expect, it } from 'vitest';
import { customerCreatedEvent, customerRejectedEvent, type OutgoingEvent } from './outgoing.js';

const envelope = {
  id: '0f0e7c9e-32a8-5d76-8a1c-6a6f6d7b8c9d',
  source: '/customer-onboarding',
  time: new Date('2026-01-02T03:04:05.678Z'),
  correlationId: 'c-1',
  causationId: 'e-1',
  traceparent: '00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01',
};
const created = {
  correlationId: 'c-1',
  customerId: 't-1',
  tenantId: 't-1',
  commerceId: null,
  domain: 'northbakery42.onmicrosoft.com',
  companyName: 'North Bakery',
  createdAt: '2026-01-02T03:04:05.678Z',
  recovered: false,
  credentials: 'discarded',
} as const;
const dataOf = (event: OutgoingEvent): unknown => JSON.parse(event.value.toString());

describe('outgoing events', () => {
  it('carry the headers of contract 3', () => {
    expect(Object.fromEntries(customerCreatedEvent(created, envelope).headers)).toEqual({
      ce_specversion: '1.0',
      ce_type: 'CustomerCreated',
      ce_id: envelope.id,
      ce_source: '/customer-onboarding',
      ce_time: '2026-01-02T03:04:05.678Z',
      ce_correlationid: 'c-1',
      ce_causationid: 'e-1',
      'content-type': 'application/json',
      traceparent: envelope.traceparent,
    });
  });

  it('leave out cause and trace when there are none', () => {
    const names = customerCreatedEvent(created, { ...envelope, causationId: null, traceparent: null }).headers.map(
      ([n]) => n,
    );
    expect(names).not.toContain('ce_causationid');
    expect(names).not.toContain('traceparent');
  });

  it('are read by the CloudEvents SDK', () => {
    const { headers, value } = customerCreatedEvent(created, envelope);
    const event = Kafka.toEvent({
      headers: Object.fromEntries(headers),
      body: value.toString(),
      value: value.toString(),
    } as Parameters<typeof Kafka.toEvent>[0]);
    expect(event).toMatchObject({ type: 'CustomerCreated', id: envelope.id, correlationid: 'c-1' });
  });

  it('leave out members that are null or undefined and keep false', () => {
    const { commerceId: _none, ...present } = created;
    expect(dataOf(customerCreatedEvent({ ...created, userName: undefined }, envelope))).toEqual(present);
  });

  it('keep every optional member that is there', () => {
    const full = { ...created, customerReference: 'r', commerceId: 'c', relationshipToPartner: 'reseller' };
    const all = {
      ...full,
      associatedPartnerId: 'p',
      userName: 'admin',
      credentials: 'sealed',
      sealedCredentials: 'jwe',
    } as const;
    expect(dataOf(customerCreatedEvent(all, envelope))).toEqual(all);
  });

  it('CustomerRejected says what was wrong in at most 512 characters', () => {
    const rejected = {
      correlationId: 'c-1',
      customerReference: '001',
      code: 'PARTNER_CENTER_27100',
      message: 'x'.repeat(600),
      fields: ['companyProfile.domain'],
      httpStatus: 409,
      requestId: 'r-1',
    } as const;
    const event = customerRejectedEvent(rejected, envelope);
    expect(dataOf(event)).toEqual({ ...rejected, message: `${'x'.repeat(511)}…` });
    expect(Object.fromEntries(event.headers)['ce_type']).toBe('CustomerRejected');
  });
});
