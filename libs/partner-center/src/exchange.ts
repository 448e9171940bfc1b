import type { Dispatcher } from 'undici';
import type { NotSentReason } from './answers.js';
import { notSentReason } from './not-sent.js';

/** Most that is read of any answer; what is longer counts as damaged. */
export const MAX_ANSWER_BYTES = 1024 * 1024;

export type AnswerHeaders = Readonly<Record<string, string | string[] | undefined>>;

/** What became of one HTTP request. `damage` says why the body is not whole; `text` then holds nothing to rely on. */
export type WireAnswer =
  | {
      kind: 'answered';
      status: number;
      statusText: string;
      headers: AnswerHeaders;
      text: string;
      damage: 'timeout' | 'connection-lost' | 'too-large' | null;
    }
  | { kind: 'lost'; why: 'timeout' | 'connection-lost' }
  | { kind: 'not-sent'; why: NotSentReason; message: string };

export interface ExchangeOptions {
  mayStart: () => boolean;
  signal?: AbortSignal | undefined;
  timeoutMs: number;
  onStarted: () => void;
  onFinished: (answer: WireAnswer, seconds: number) => void;
}

class NotStarted extends Error {
  override readonly name = 'NotStarted';
}

/**
 * One request on one socket. undici calls `onRequestStart` when the socket is ready, in the same tick in which it writes
 * the head; throwing there takes the request out of the queue and writes nothing. So `startedAt === null` at the end
 * proves that no byte left this process, and everything else may have been executed. A second start would be a silent
 * repetition: it is refused.
 */
export class Exchange implements Dispatcher.DispatchHandler {
  readonly #options: ExchangeOptions;
  #controller: Dispatcher.DispatchController | null = null;
  #startedAt: number | null = null;
  #timer: NodeJS.Timeout | null = null;
  #status = 0;
  #statusText = '';
  #headers: AnswerHeaders = {};
  #chunks: Buffer[] = [];
  #size = 0;
  #finished = false;

  constructor(options: ExchangeOptions) {
    this.#options = options;
    options.signal?.addEventListener('abort', this.cancel, { once: true });
  }

  /** Ends the exchange now: before the first byte as not sent, after it as lost. */
  readonly cancel = (): void => this.#end('connection-lost', 'the call was cancelled');

  onRequestStart(controller: Dispatcher.DispatchController): void {
    if (this.#finished || this.#startedAt !== null) throw new NotStarted('a request is started once');
    if (!this.#options.mayStart()) throw new NotStarted('the call was not allowed to start');
    this.#controller = controller;
    this.#startedAt = performance.now();
    this.#timer = setTimeout(() => this.#end('timeout', 'timed out'), this.#options.timeoutMs);
    this.#options.onStarted();
  }

  onResponseStart(_: Dispatcher.DispatchController, status: number, headers: AnswerHeaders, statusText?: string): void {
    if (status < 200) return;
    this.#status = status;
    this.#statusText = statusText ?? '';
    this.#headers = headers;
  }

  onResponseData(_: Dispatcher.DispatchController, chunk: Buffer): void {
    this.#size += chunk.length;
    if (this.#size <= MAX_ANSWER_BYTES) this.#chunks.push(chunk);
    else this.#end('too-large', 'the answer is too large');
  }

  onResponseEnd(): void {
    this.#finish(this.#answered(null));
  }

  onResponseError(_: Dispatcher.DispatchController, error: Error): void {
    if (this.#startedAt !== null) {
      this.#finish(this.#cutOff('connection-lost'));
      return;
    }
    const why = error instanceof NotStarted ? 'gate-closed' : notSentReason(error);
    this.#finish({ kind: 'not-sent', why, message: describe(error, why) });
  }

  #end(damage: 'timeout' | 'connection-lost' | 'too-large', message: string): void {
    if (this.#finished) return;
    if (this.#startedAt === null) this.#finish({ kind: 'not-sent', why: 'gate-closed', message });
    else this.#finish(this.#cutOff(damage));
    this.#controller?.abort(new Error(message));
  }

  #cutOff(damage: 'timeout' | 'connection-lost' | 'too-large'): WireAnswer {
    if (this.#status !== 0) return this.#answered(damage);
    return { kind: 'lost', why: damage === 'timeout' ? 'timeout' : 'connection-lost' };
  }

  #answered(damage: 'timeout' | 'connection-lost' | 'too-large' | null): WireAnswer {
    const text = damage === null ? withoutBom(Buffer.concat(this.#chunks)) : '';
    return {
      kind: 'answered',
      status: this.#status,
      statusText: this.#statusText,
      headers: this.#headers,
      text,
      damage,
    };
  }

  #finish(answer: WireAnswer): void {
    if (this.#finished) return;
    this.#finished = true;
    this.#chunks = [];
    if (this.#timer !== null) clearTimeout(this.#timer);
    this.#options.signal?.removeEventListener('abort', this.cancel);
    this.#options.onFinished(answer, this.#startedAt === null ? 0 : (performance.now() - this.#startedAt) / 1000);
  }
}

/** Successful answers of the service begin with a UTF-8 byte order mark (reference 1.7). */
function withoutBom(bytes: Buffer): string {
  const hasBom = bytes.length >= 3 && bytes[0] === 0xef && bytes[1] === 0xbb && bytes[2] === 0xbf;
  return bytes.toString('utf8', hasBom ? 3 : 0);
}

function describe(error: Error, why: NotSentReason): string {
  if (why === 'gate-closed') return error.message;
  const code = (error as { code?: unknown }).code;
  return `no connection to Partner Center (${typeof code === 'string' ? code.slice(0, 64) : 'unknown error'})`;
}
