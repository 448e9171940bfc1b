/** Every operation by name, as in `observe` and in {@link CallFacts}. The paths are those of reference 5 and 2. */
export const OPERATIONS = [
  'customers.create',
  'customers.get',
  'customers.search',
  'domains.isAvailable',
  'countryValidationRules.get',
  'addresses.validate',
  'auditRecords.search',
  'relationships.indirectResellers',
] as const;
export type Operation = (typeof OPERATIONS)[number];

/** Ids of one call: `MS-RequestId` (the idempotency key) and `MS-CorrelationId` (tracing, evidence in the activity log). */
export interface CallIds {
  requestId: string;
  correlationId: string;
}

/**
 * How one call is made. `mayStart` is asked when token and socket are ready, immediately before the first byte is
 * written; `false` means nothing is sent. An aborted `signal` ends the call: before the first byte as not sent, after it
 * as unclear.
 */
export interface CallOptions {
  ids: CallIds;
  mayStart: () => boolean;
  signal?: AbortSignal;
}

/**
 * What was called and what came back, for a log line or a support case: part of every answer, whatever its kind. Nothing
 * in it is free text of the service. Of a list these are the facts of the last page asked for.
 */
export interface CallFacts extends CallIds {
  operation: Operation;
  /** Null when no answer of Partner Center came. */
  httpStatus: number | null;
  /** Of the error body; of the token endpoint (an AADSTS number or an OAuth error) where there was no token. */
  code: string | null;
  /** `MS-CV` of the answer. */
  msCv: string | null;
}

/** An answer together with the facts of the call that it ends. */
export type WithFacts<A> = A & { call: CallFacts };
