import type {
  AddCustomerRecord,
  CallOptions,
  CreateAnswer,
  CustomerSummary,
  QueryAnswer,
  TokenCheck,
  TokenFailed,
} from './answers.js';
import { asksForNewToken, classifyCreate, classifyQuery, isEndOfPaging } from './classify.js';
import { CLOUD_ADDRESSES } from './clouds.js';
import type { CreateCustomerBody } from './customer-data.js';
import type { WireAnswer } from './exchange.js';
import type { PartnerCenterOptions } from './options.js';
import { auditRecordsPath, collectPages, searchPath } from './paging.js';
import { readAddCustomer, readPage, readSummary } from './queries.js';
import { statusLabel, TokenEndpoint } from './token-endpoint.js';
import { TokenSource } from './tokens.js';
import { Transport, type WireRequest } from './transport.js';

/** Sockets beside those for create calls, so that reconciliation never waits for a create that hangs. */
const READ_CONNECTIONS = 16;
const APPLICATION = 'customer-onboarding';

/** A request without the headers that every request has. */
interface Call {
  name: string;
  method: WireRequest['method'];
  path: string;
  body?: string;
  continuationToken?: string | null;
}

export interface AuditQuery {
  /** Records of this day (UTC) and the one before it on; the service keeps 90 days. */
  sinceDate: Date;
  customerId?: string | undefined;
}

/**
 * The Partner Center API as far as onboarding needs it. Nothing here throws for what the network or the service does:
 * every end is a value. Nothing is tried twice, but for one repetition, with the same ids, after a 401 that a new token
 * may mend (reference 4.3). Redirects are never followed.
 */
export class PartnerCenterClient {
  readonly customers = {
    /** `POST /v1/customers`. What each answer obliges to is told at {@link CreateAnswer}. */
    create: (body: CreateCustomerBody, options: CallOptions): Promise<CreateAnswer> => this.#create(body, options),
    /** Our own customers whose initial domain starts with the prefix; all pages (reference 5.4). */
    search: (query: { domainPrefix: string }, options: CallOptions): Promise<QueryAnswer<CustomerSummary[]>> =>
      this.#pages('customers.search', searchPath(query.domainPrefix), options, readSummary),
  };

  readonly domains = {
    /** `HEAD /v1/domains/{domain}`: 200 is true, 404 is false, all else is no answer (reference 2.4). */
    exists: (domain: string, options: CallOptions): Promise<QueryAnswer<boolean>> => this.#exists(domain, options),
  };

  readonly auditRecords = {
    /** Succeeded `add_customer` records of the activity log; all pages (reference 5.6). */
    searchAddCustomer: (query: AuditQuery, options: CallOptions): Promise<QueryAnswer<AddCustomerRecord[]>> =>
      this.#pages('auditRecords.search', auditRecordsPath(query, Date.now()), options, readAddCustomer),
  };

  readonly #transport: Transport;
  readonly #endpoint: TokenEndpoint;
  readonly #tokens: TokenSource;

  constructor(options: PartnerCenterOptions) {
    this.#transport = new Transport({
      baseUrl: options.baseUrl ?? CLOUD_ADDRESSES[options.cloud].baseUrl,
      connections: options.maxConcurrency + READ_CONNECTIONS,
      timeoutMs: options.timeoutMs,
      onInFlight: options.onInFlight,
      onFinished: (name, answer, seconds) => options.observe?.(name, statusLabel(answer), seconds),
    });
    this.#endpoint = new TokenEndpoint(options);
    this.#tokens = new TokenSource({
      request: (refreshToken) => this.#endpoint.request(refreshToken),
      refreshToken: options.refreshToken,
      onRotated: options.onRotated,
    });
  }

  /** Asks for a new token, whatever is at hand: the probe of a failing token endpoint. */
  checkToken(): Promise<TokenCheck> {
    return this.#tokens.check();
  }

  /** Ends every call under way at once: written ones as unclear, the others as not sent. Wait for them first to drain. */
  async close(): Promise<void> {
    await Promise.all([this.#transport.close(), this.#endpoint.close()]);
  }

  async #create(body: CreateCustomerBody, options: CallOptions): Promise<CreateAnswer> {
    const call = {
      name: 'customers.create',
      method: 'POST',
      path: '/v1/customers',
      body: JSON.stringify(body),
    } as const;
    const answer = await this.#send(call, options);
    return answer.kind === 'token-failed' ? answer : classifyCreate(answer, body, Date.now());
  }

  async #exists(domain: string, options: CallOptions): Promise<QueryAnswer<boolean>> {
    const path = `/v1/domains/${encodeURIComponent(domain)}`;
    const answer = await this.#send({ name: 'domains.exists', method: 'HEAD', path }, options);
    if (answer.kind === 'token-failed') return answer;
    const status = answer.kind === 'answered' ? answer.status : null;
    if (status === 200 || status === 404) return { kind: 'answered', value: status === 200 };
    return classifyQuery<boolean>(answer, Date.now(), () => null);
  }

  #pages<T>(
    name: string,
    firstPath: string,
    options: CallOptions,
    readItem: Parameters<typeof readPage<T>>[1],
  ): Promise<QueryAnswer<T[]>> {
    return collectPages(firstPath, async (path, continuationToken) => {
      const answer = await this.#send({ name, method: 'GET', path, continuationToken }, options);
      if (answer.kind === 'token-failed') return answer;
      if (continuationToken !== null && isEndOfPaging(answer)) {
        return { kind: 'answered', value: { items: [], next: null } };
      }
      return classifyQuery(answer, Date.now(), (body) => readPage(body, readItem));
    });
  }

  async #send(call: Call, options: CallOptions): Promise<WireAnswer | TokenFailed> {
    const first = await this.#sendOnce(call, options);
    if (first.answer.kind === 'token-failed' || !isUnauthorized(first.answer)) return first.answer;
    this.#tokens.drop(first.token);
    if (!asksForNewToken(first.answer)) return first.answer;
    const second = await this.#sendOnce(call, options);
    if (isUnauthorized(second.answer)) this.#tokens.drop(second.token);
    return second.answer;
  }

  async #sendOnce(call: Call, options: CallOptions): Promise<{ token: string; answer: WireAnswer | TokenFailed }> {
    const atHand = this.#tokens.current();
    const asked = atHand === null ? await unlessAborted(this.#tokens.fetch(), options.signal) : null;
    if (asked === 'aborted') return { token: '', answer: CANCELLED };
    if (asked?.kind === 'token-failed') return { token: '', answer: asked };
    const token = atHand ?? asked?.value ?? '';
    const headers = requestHeaders(call, token, options);
    const { method, path, body } = call;
    const request = body === undefined ? { method, path, headers } : { method, path, headers, body };
    return { token, answer: await this.#transport.send(call.name, request, options) };
  }
}

const CANCELLED = { kind: 'not-sent', why: 'gate-closed', message: 'the call was cancelled' } as const;

/** The answer, or `aborted` if the signal comes first; the request for a token itself goes on, others wait for it. */
async function unlessAborted<T>(answer: Promise<T>, signal: AbortSignal | undefined): Promise<T | 'aborted'> {
  if (signal === undefined) return answer;
  if (signal.aborted) return 'aborted';
  let stop: (() => void) | undefined;
  const aborted = new Promise<'aborted'>((resolve) => {
    stop = () => resolve('aborted');
    signal.addEventListener('abort', stop, { once: true });
  });
  const first = await Promise.race([answer, aborted]);
  if (stop !== undefined) signal.removeEventListener('abort', stop);
  return first;
}

function isUnauthorized(answer: WireAnswer | TokenFailed): boolean {
  return answer.kind === 'answered' && answer.status === 401;
}

/** Reference 1.2. */
function requestHeaders(call: Call, token: string, options: CallOptions): string[] {
  const headers = ['Authorization', `Bearer ${token}`, 'Accept', 'application/json'];
  if (call.body !== undefined) headers.push('Content-Type', 'application/json');
  headers.push('MS-RequestId', options.ids.requestId, 'MS-CorrelationId', options.ids.correlationId);
  headers.push('MS-Contract-Version', 'v1', 'X-Locale', 'en-US', 'MS-PartnerCenter-Application', APPLICATION);
  if (call.continuationToken != null) headers.push('MS-ContinuationToken', call.continuationToken);
  return headers;
}
