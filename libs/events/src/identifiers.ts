import { hash } from 'node:crypto';

/**
 * Identifiers are derived, not drawn (contract 9): every worker, and a ledger restored from an old backup too, comes to
 * the same id for the same onboarding, so that a repeated call or event is recognised as a repetition.
 */
const NAMESPACE = Buffer.from('109dd1077f0944c49db25d8c389dca8a', 'hex');
const GUID = /^[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}$/i;
const CORRELATION_ID = /^[\u0020-\u007e]{1,128}$/;

/** 8-4-4-4-12 hexadecimal digits of either case, without braces (contract 2). */
export function isGuid(text: string): boolean {
  return GUID.test(text);
}

/** 1–128 characters U+0020–U+007E (contract 2). */
export function isCorrelationId(text: string): boolean {
  return CORRELATION_ID.test(text);
}

/** A GUID in lower case, anything else unchanged: two correlation ids are the same if these are equal (contract 2). */
export function normaliseCorrelationId(id: string): string {
  return isGuid(id) ? id.toLowerCase() : id;
}

/** `MS-CorrelationId` of every call made for this onboarding: the correlation id if it is a GUID, else derived. */
export function msCorrelationId(correlationId: string): string {
  return isGuid(correlationId) ? correlationId.toLowerCase() : nameBased(`correlation/${correlationId}`);
}

/** `MS-RequestId` of the create call of a revision (from 1). */
export function createRequestId(correlationId: string, revision: number): string {
  return nameBased(`request/${normaliseCorrelationId(correlationId)}/${revision}`);
}

/** `ce_id` of the one CustomerCreated of an onboarding. */
export function createdEventId(correlationId: string): string {
  return nameBased(`created/${normaliseCorrelationId(correlationId)}`);
}

/** `ce_id` of CustomerRejected; `n` counts the dead letters of this onboarding, from 1. */
export function rejectedEventId(correlationId: string, n: number): string {
  return nameBased(`rejected/${normaliseCorrelationId(correlationId)}/${n}`);
}

/** `ce_id` of CustomerRejected for a record that never became an onboarding: its coordinates in Kafka. */
export function rejectedRecordEventId(topic: string, partition: number, offset: bigint, timestampMs: number): string {
  return nameBased(`rejected/${topic}/${partition}/${offset}/${timestampMs}`);
}

/** UUID version 5 in our namespace (RFC 9562, 5.5). Four for every event: the one-shot hash is what makes them cheap. */
function nameBased(name: string): string {
  const sha1 = hash('sha1', Buffer.concat([NAMESPACE, Buffer.from(name)]), 'hex');
  const variant = ((Number.parseInt(sha1.slice(16, 18), 16) & 0x3f) | 0x80).toString(16);
  const last = sha1.slice(20, 32);
  return `${sha1.slice(0, 8)}-${sha1.slice(8, 12)}-5${sha1.slice(13, 16)}-${variant}${sha1.slice(18, 20)}-${last}`;
}
