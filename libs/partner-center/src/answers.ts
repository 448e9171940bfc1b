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
  /** An AADSTS number, else the OAuth error; null when the endpoint gave neither. */
  code: string | null;
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

/**
 * Why a read-only call has no answer. `refused` and `held` come again as long as request and configuration are what they
 * are; the others may pass.
 */
export type FailureReason = UnclearReason | 'refused' | 'held';

/** A read-only call without an answer: nothing is known, neither presence nor absence. */
export interface Failed {
  kind: 'failed';
  why: FailureReason;
  httpStatus: number | null;
  code: string | null;
  message: string;
}

/** Every way a read-only call can end. Only `answered` may be taken as evidence, of presence or of absence. */
export type QueryAnswer<T> =
  { kind: 'answered'; value: T } | Throttled | NotSent | Failed | AccountRefused | TokenFailed;

/**
 * 404 to a read of one thing. Of a customer it is no evidence of absence: a new tenant may be invisible for minutes
 * (reference 7.2).
 */
export interface NotFound {
  kind: 'not-found';
  httpStatus: 404;
  code: string | null;
  message: string;
}

/** What a probe of the token endpoint found. */
export type TokenCheck = { ok: true } | { ok: false; message: string; permanent: boolean };
