import type { ErrorCode } from './codes.js';
import { cutText, MESSAGE_MAX_CHARACTERS } from './text.js';

/**
 * CustomerCreated and CustomerRejected as CloudEvents in binary mode (contract 3). Members that are null or undefined
 * are left out, so the same data always give the same bytes.
 */
export interface OutgoingEvent {
  headers: [string, string][];
  value: Buffer;
}

/** What is said about an event; `source` is `EVENT_SOURCE`, `causationId` the request's `ce_id`. */
export interface Envelope {
  id: string;
  source: string;
  time: Date | string;
  correlationId: string;
  causationId: string | null;
  traceparent: string | null;
}

type Optional<T> = T | null | undefined;

export interface CustomerCreatedData {
  correlationId: string;
  customerReference?: Optional<string>;
  customerId: string;
  tenantId: string;
  commerceId?: Optional<string>;
  domain: string;
  companyName: string;
  relationshipToPartner?: Optional<string>;
  associatedPartnerId?: Optional<string>;
  userName?: Optional<string>;
  /** ISO 8601 UTC */
  createdAt: Date | string;
  recovered: boolean;
  credentials: 'sealed' | 'unavailable' | 'discarded';
  /** Compact JWE; never the password itself. */
  sealedCredentials?: Optional<string>;
}

export interface CustomerRejectedData {
  correlationId: string;
  customerReference?: Optional<string>;
  code: ErrorCode;
  /** For a person; cut to 512 characters. */
  message: string;
  fields: readonly string[];
  httpStatus?: Optional<number>;
  requestId?: Optional<string>;
}

export function customerCreatedEvent(data: CustomerCreatedData, envelope: Envelope): OutgoingEvent {
  return {
    headers: cloudEventHeaders('CustomerCreated', envelope),
    value: jsonOf({
      correlationId: data.correlationId,
      customerReference: data.customerReference,
      customerId: data.customerId,
      tenantId: data.tenantId,
      commerceId: data.commerceId,
      domain: data.domain,
      companyName: data.companyName,
      relationshipToPartner: data.relationshipToPartner,
      associatedPartnerId: data.associatedPartnerId,
      userName: data.userName,
      createdAt: isoTime(data.createdAt),
      recovered: data.recovered,
      credentials: data.credentials,
      sealedCredentials: data.sealedCredentials,
    }),
  };
}

export function customerRejectedEvent(data: CustomerRejectedData, envelope: Envelope): OutgoingEvent {
  return {
    headers: cloudEventHeaders('CustomerRejected', envelope),
    value: jsonOf({
      correlationId: data.correlationId,
      customerReference: data.customerReference,
      code: data.code,
      message: cutText(data.message, MESSAGE_MAX_CHARACTERS),
      fields: data.fields,
      httpStatus: data.httpStatus,
      requestId: data.requestId,
    }),
  };
}

function cloudEventHeaders(type: string, envelope: Envelope): [string, string][] {
  const headers: [string, string][] = [
    ['ce_specversion', '1.0'],
    ['ce_type', type],
    ['ce_id', envelope.id],
    ['ce_source', envelope.source],
    ['ce_time', isoTime(envelope.time)],
    ['ce_correlationid', envelope.correlationId],
    ['content-type', 'application/json'],
  ];
  if (envelope.causationId !== null) headers.push(['ce_causationid', envelope.causationId]);
  if (envelope.traceparent !== null) headers.push(['traceparent', envelope.traceparent]);
  return headers;
}

function isoTime(time: Date | string): string {
  return typeof time === 'string' ? time : time.toISOString();
}

function jsonOf(data: Record<string, unknown>): Buffer {
  return Buffer.from(
    JSON.stringify(data, (_name, value: unknown) => value ?? undefined),
    'utf8',
  );
}
