import {
  type ErrorCode,
  type IncomingRecord,
  customerRejectedEvent,
  deadLetterHeaders,
  rejectedRecordEventId,
} from '#events';
import { encodeHeaders } from '#kafka';
import type { OutboxEntry, Publisher } from '#ledger';

/** A record that never became an onboarding: its dead letter, and CustomerRejected where an id was found (contract 3, 4). */
export interface RefusedRecord {
  record: IncomingRecord;
  correlationId: string | null;
  customerReference: string | null;
  causationId: string | null;
  traceparent: string | null;
  code: ErrorCode;
  message: string;
  fields: string[];
  replays: number;
  /** No CustomerRejected for an id whose onboarding is open or created. */
  isTold: boolean;
}

export function refusalEntries(refused: RefusedRecord, nowMs: number, publisher: Publisher): OutboxEntry[] {
  const { record, code, message, fields, correlationId } = refused;
  const failedAt = new Date(nowMs).toISOString();
  const letter: OutboxEntry = {
    kind: 'dead-letter',
    correlationId,
    code,
    key: record.key,
    value: record.value,
    originalHeaders: encodeHeaders(record.headers),
    headers: JSON.stringify(
      deadLetterHeaders({
        original: record,
        consumerGroup: publisher.groupId,
        correlationId,
        code,
        message,
        fields,
        httpStatus: null,
        requestId: null,
        firstFailedAt: failedAt,
        failedAt,
        attempts: 0,
        replays: refused.replays,
      }),
    ),
    recordTimestampMs: null,
  };
  if (correlationId === null || !refused.isTold) return [letter];
  return [letter, rejectedEntry(refused, correlationId, failedAt, publisher)];
}

function rejectedEntry(refused: RefusedRecord, correlationId: string, time: string, publisher: Publisher): OutboxEntry {
  const { record, code, message, fields, customerReference, causationId, traceparent } = refused;
  const id = rejectedRecordEventId(record.topic, record.partition, record.offset, record.timestampMs);
  const event = customerRejectedEvent(
    { correlationId, customerReference, code, message, fields },
    { id, source: publisher.eventSource, time, correlationId, causationId, traceparent },
  );
  return {
    kind: 'rejected',
    correlationId,
    code,
    key: record.key ?? Buffer.from(correlationId),
    value: event.value,
    originalHeaders: null,
    headers: JSON.stringify(event.headers),
    recordTimestampMs: null,
  };
}
