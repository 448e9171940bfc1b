import { v5 } from 'uuid';

/**
 * Identifiers are derived, not drawn (contract 9): every worker, and a ledger restored from an old backup too, comes to
 * the same id for the same onboarding, so that a repeated call or event is recognised as a repetition.
 */
const NAMESPACE = '109dd107-7f09-44c4-9db2-5d8c389dca8a';
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
  return isGuid(correlationId) ? correlationId.toLowerCase() : v5(`correlation/${correlationId}`, NAMESPACE);
}

/** `MS-RequestId` of the create call of a revision (from 1). */
export function createRequestId(correlationId: string, revision: number): string {
  return v5(`request/${normaliseCorrelationId(correlationId)}/${revision}`, NAMESPACE);
}

/** `ce_id` of the one CustomerCreated of an onboarding. */
export function createdEventId(correlationId: string): string {
  return v5(`created/${normaliseCorrelationId(correlationId)}`, NAMESPACE);
}

/** `ce_id` of CustomerRejected; `n` counts the dead letters of this onboarding, from 1. */
export function rejectedEventId(correlationId: string, n: number): string {
  return v5(`rejected/${normaliseCorrelationId(correlationId)}/${n}`, NAMESPACE);
}

/** `ce_id` of CustomerRejected for a record that never became an onboarding: its coordinates in Kafka. */
export function rejectedRecordEventId(topic: string, partition: number, offset: bigint, timestampMs: number): string {
  return v5(`rejected/${topic}/${partition}/${offset}/${timestampMs}`, NAMESPACE);
}
