import type { TokenFailed } from './answers.js';
import type { CallFacts, CallOptions, Operation, WithFacts } from './calls.js';
import { asksForNewToken, codeOf } from './refusals.js';
import type { WireAnswer } from './exchange.js';
import { requestHeaders } from './headers.js';
import type { TokenSource } from './tokens.js';
import type { Transport, WireRequest } from './transport.js';

/** A request without the headers that every request has. */
export interface Call {
  operation: Operation;
  method: WireRequest['method'];
  /** Below the base address, with `/v1`. */
  path: string;
  body?: string;
  continuationToken?: string | null;
}

/** How a call ended on the wire, not yet understood. */
export type ApiAnswer = WireAnswer | TokenFailed;

/**
 * One call with its token: what all operations share. Nothing is tried twice, but for one repetition, with the same ids,
 * after a 401 that a new token may mend (reference 4.3). Never rejects.
 */
export class Api {
  readonly #transport: Transport;
  readonly #tokens: TokenSource;

  constructor(transport: Transport, tokens: TokenSource) {
    this.#transport = transport;
    this.#tokens = tokens;
  }

  /** Makes the call and lets `read` say what its end means. */
  async call<A extends object>(
    call: Call,
    options: CallOptions,
    read: (answer: WireAnswer) => A,
  ): Promise<WithFacts<A | TokenFailed>> {
    const answer = await this.#send(call, options);
    const meaning = answer.kind === 'token-failed' ? answer : read(answer);
    return { ...meaning, call: factsOf(call, options, answer) };
  }

  async #send(call: Call, options: CallOptions): Promise<ApiAnswer> {
    const first = await this.#sendOnce(call, options);
    if (first.answer.kind === 'token-failed' || !isUnauthorized(first.answer)) return first.answer;
    this.#tokens.drop(first.token);
    if (!asksForNewToken(first.answer)) return first.answer;
    const second = await this.#sendOnce(call, options);
    if (isUnauthorized(second.answer)) this.#tokens.drop(second.token);
    return second.answer;
  }

  async #sendOnce(call: Call, options: CallOptions): Promise<{ token: string; answer: ApiAnswer }> {
    const atHand = this.#tokens.current();
    const asked = atHand === null ? await unlessAborted(this.#tokens.fetch(), options.signal) : null;
    if (asked === 'aborted') return { token: '', answer: CANCELLED };
    if (asked?.kind === 'token-failed') return { token: '', answer: asked };
    const token = atHand ?? asked?.value ?? '';
    const headers = requestHeaders(call, token, options.ids);
    const { method, path, body } = call;
    const request = body === undefined ? { method, path, headers } : { method, path, headers, body };
    return { token, answer: await this.#transport.send(call.operation, request, options) };
  }
}

const CANCELLED = { kind: 'not-sent', why: 'gate-closed', message: 'the call was cancelled' } as const;
/** A correlation vector: base64 and dotted numbers (reference 1.3). */
const MS_CV = /^[\w+/=.-]{1,128}$/;

function factsOf({ operation }: Call, { ids }: CallOptions, answer: ApiAnswer): CallFacts {
  const facts = { operation, requestId: ids.requestId, correlationId: ids.correlationId };
  if (answer.kind === 'token-failed') return { ...facts, httpStatus: null, code: answer.code, msCv: null };
  if (answer.kind !== 'answered') return { ...facts, httpStatus: null, code: null, msCv: null };
  const header = answer.headers['ms-cv'];
  const msCv = typeof header === 'string' && MS_CV.test(header) ? header : null;
  return { ...facts, httpStatus: answer.status, code: codeOf(answer), msCv };
}

/** The answer, or `aborted` if the signal comes first; the request for a token itself goes on, others wait for it. */
export async function unlessAborted<T>(answer: Promise<T>, signal: AbortSignal | undefined): Promise<T | 'aborted'> {
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

function isUnauthorized(answer: ApiAnswer): boolean {
  return answer.kind === 'answered' && answer.status === 401;
}
