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

/** The new tenant as the service described it. `password` is here and nowhere else: never log this object. */
export interface CreatedCustomer {
  customerId: string;
  tenantId: string;
  commerceId?: string;
  domain: string;
  /** Of the company profile, else of the billing profile, else as requested. */
  companyName: string;
  relationshipToPartner?: string;
  associatedPartnerId?: string;
  userName?: string;
  password?: string;
}

export type NotSentReason = 'connection' | 'dns' | 'tls' | 'gate-closed';
export type UnclearReason = 'timeout' | 'connection-lost' | 'server-error' | 'damaged-answer';

/** A 2xx whose body contradicts the request: another domain than by case, or `id` differs from `tenantId`. */
export interface Contradicted {
  kind: 'contradicted';
  httpStatus: number;
  tenantId: string | null;
  message: string;
}

/** Definite: this event is wrong. `fields` are property paths of the request. */
export interface Refused {
  kind: 'refused';
  httpStatus: number;
  code: string | null;
  message: string;
  fields: string[];
}

/** 27100, or any other 409. Who owns the domain is unknown. */
export interface DomainTaken {
  kind: 'domain-taken';
  httpStatus: number;
  code: string | null;
  message: string;
}

/** 27002: the data are refused, and a tenant may have been made all the same (reference 7.1). */
export interface RefusedMaybeCreated {
  kind: 'refused-maybe-created';
  httpStatus: number;
  code: string;
  message: string;
  fields: string[];
}

/** Sent, outcome unknown. */
export interface Unclear {
  kind: 'unclear';
  why: UnclearReason;
  httpStatus: number | null;
  code: string | null;
  retryAfterMs: number | null;
  message: string;
}

/** 429, certainly not executed. `retryAfterMs` is what the service said, not clamped; null when it said nothing usable. */
export interface Throttled {
  kind: 'throttled';
  retryAfterMs: number | null;
}

/** Certainly not executed: no byte of the request was written. */
export interface NotSent {
  kind: 'not-sent';
  why: NotSentReason;
  message: string;
}

/** No token, so nothing was sent. `permanent`: the endpoint refused us and a person has to change the configuration. */
export interface TokenFailed {
  kind: 'token-failed';
  message: string;
  permanent: boolean;
}

/** A refusal of the whole account: 900420, 900421, MFA, quota, a second 401 after a renewed token. */
export interface AccountRefused {
  kind: 'account-refused';
  httpStatus: number;
  code: string | null;
  message: string;
}

/** 403, 404 and refusals about the configuration: this onboarding waits, others go on. */
export interface Held {
  kind: 'held';
  httpStatus: number;
  code: string | null;
  message: string;
}

/** Every way a create call can end (contract 2 and 5, reference 1.4, 3.2, 3.3). `message` never holds payload. */
export type CreateAnswer =
  | { kind: 'created'; httpStatus: number; customer: CreatedCustomer }
  | Contradicted
  | Refused
  | DomainTaken
  | RefusedMaybeCreated
  | Unclear
  | Throttled
  | NotSent
  | TokenFailed
  | AccountRefused
  | Held;

/** Every way a read-only call can end. Only `answered` may be taken as evidence, of presence or of absence. */
export type QueryAnswer<T> =
  | { kind: 'answered'; value: T }
  | Throttled
  | NotSent
  | { kind: 'failed'; httpStatus: number | null; message: string }
  | AccountRefused
  | TokenFailed;

/** What a probe of the token endpoint found. */
export type TokenCheck = { ok: true } | { ok: false; message: string; permanent: boolean };

/** One line of the customer list. The search is a prefix search: compare `domain` for equality afterwards. */
export interface CustomerSummary {
  customerId: string;
  tenantId: string;
  domain: string;
  companyName: string | null;
  relationshipToPartner: string | null;
}

/** A successful `add_customer` of the activity log. Members the service left out are empty strings: no evidence. */
export interface AddCustomerRecord {
  customerId: string;
  domain: string;
  /** Lower case. */
  correlationId: string;
  operationDate: string;
}
