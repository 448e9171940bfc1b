import {
  type CustomerCreatedData,
  type CustomerData,
  type ErrorCode,
  createdEventId,
  customerCreatedEvent,
  customerRejectedEvent,
  deadLetterHeaders,
  rejectedEventId,
} from '#events';
import type { ClaimedOnboarding, RecordSource } from './claims.js';
import type { EventToPublish } from './transitions.js';

/** The records that tell an outcome (contract 3, 4): pure, so that publishing again gives the same bytes. */

export interface Publisher {
  eventSource: string;
  groupId: string;
}

export interface Failure {
  code: ErrorCode;
  message: string;
  fields: string[];
  httpStatus: number | null;
  requestId: string | null;
}

function customerReferenceOf(source: { data: string }): string | null {
  return (JSON.parse(source.data) as CustomerData).customerReference ?? null;
}

/** CustomerCreated of an onboarding; key of the request, else the correlation id. */
export function createdEvent(
  onboarding: ClaimedOnboarding,
  data: Omit<CustomerCreatedData, 'correlationId' | 'customerReference'>,
  publisher: Publisher,
): EventToPublish {
  const { record, correlationId } = onboarding;
  const event = customerCreatedEvent(
    { ...data, correlationId, customerReference: customerReferenceOf(record) },
    {
      id: createdEventId(correlationId),
      source: publisher.eventSource,
      time: data.createdAt,
      correlationId,
      causationId: record.causationId,
      traceparent: record.traceparent,
    },
  );
  return {
    kind: 'created',
    code: null,
    key: record.key ?? Buffer.from(correlationId),
    value: event.value.toString('utf8'),
    slot: 0,
    headers: event.headers,
    recordTimestampMs: record.timestampMs,
  };
}

/** The dead letter of the record in `slot`, with the whole life of its onboarding. */
export function deadLetterEvent(
  onboarding: ClaimedOnboarding,
  failure: Failure,
  context: { slot: 0 | 1; failedAtMs: number; attemptsTotal: number; publisher: Publisher },
): EventToPublish {
  const source = sourceOf(onboarding, context.slot);
  return {
    kind: 'dead-letter',
    code: failure.code,
    key: null,
    value: null,
    slot: context.slot,
    headers: deadLetterHeaders({
      original: {
        topic: source.topic,
        partition: source.partition,
        offset: source.offset,
        timestampMs: source.timestampMs,
      },
      consumerGroup: context.publisher.groupId,
      correlationId: onboarding.correlationId,
      ...failure,
      firstFailedAt: iso(onboarding.firstFailedAtMs ?? context.failedAtMs),
      failedAt: iso(context.failedAtMs),
      attempts: context.attemptsTotal,
      replays: onboarding.replays,
    }),
    recordTimestampMs: source.timestampMs,
  };
}

/** CustomerRejected beside the n-th dead letter of an onboarding. */
export function rejectedEvent(
  onboarding: ClaimedOnboarding,
  failure: Failure,
  context: { slot: 0 | 1; failedAtMs: number; n: number; publisher: Publisher },
): EventToPublish {
  const source = sourceOf(onboarding, context.slot);
  const { correlationId } = onboarding;
  const event = customerRejectedEvent(
    { correlationId, customerReference: customerReferenceOf(source), ...failure },
    {
      id: rejectedEventId(correlationId, context.n),
      source: context.publisher.eventSource,
      time: iso(context.failedAtMs),
      correlationId,
      causationId: source.causationId,
      traceparent: source.traceparent,
    },
  );
  return {
    kind: 'rejected',
    code: failure.code,
    key: source.key ?? Buffer.from(correlationId),
    value: event.value.toString('utf8'),
    slot: context.slot,
    headers: event.headers,
    recordTimestampMs: source.timestampMs,
  };
}

function sourceOf(onboarding: ClaimedOnboarding, slot: 0 | 1): RecordSource {
  return slot === 1 && onboarding.correction ? onboarding.correction : onboarding.record;
}

function iso(ms: number): string {
  return new Date(ms).toISOString();
}
