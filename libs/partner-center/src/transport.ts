import { Pool } from 'undici';
import { Exchange, type WireAnswer } from './exchange.js';

/** Time allowed for name look-up, TCP and TLS together. Time spent waiting for a free socket is not part of it. */
const CONNECT_TIMEOUT_MS = 10_000;
/** Below the idle time of usual front ends: a socket they close while we write costs an unclear outcome. */
const KEEP_ALIVE_MS = 15_000;
const KEEP_ALIVE_MAX_MS = 60_000;

export interface WireRequest {
  method: 'GET' | 'HEAD' | 'POST';
  /** Below the base address, with query. */
  path: string;
  /** Names and values in turn. */
  headers: string[];
  body?: string;
}

export interface SendOptions {
  mayStart: () => boolean;
  signal?: AbortSignal | undefined;
}

export interface TransportOptions {
  /** With or without a path; requests are made below it. */
  baseUrl: string;
  connections: number;
  timeoutMs: number;
  onInFlight?: ((inFlight: number) => void) | undefined;
  /** Told once for every request, with the time since its first byte (0 if none was written). */
  onFinished?: ((name: string, answer: WireAnswer, seconds: number) => void) | undefined;
}

/**
 * Sends requests to one origin: no retries, no redirects, one request a socket at a time, one time-out that begins with
 * the first byte. Never rejects. undici has no retry of its own on this path: a request whose socket dies is failed,
 * only one that was never written is moved to another socket.
 */
export class Transport {
  readonly #pool: Pool;
  readonly #basePath: string;
  readonly #options: TransportOptions;
  readonly #exchanges = new Set<Exchange>();
  #inFlight = 0;
  #closed = false;

  constructor(options: TransportOptions) {
    const url = new URL(options.baseUrl);
    this.#options = options;
    this.#basePath = url.pathname.replace(/\/+$/, '');
    this.#pool = new Pool(url.origin, {
      connections: options.connections,
      pipelining: 1,
      allowH2: false,
      connect: { timeout: CONNECT_TIMEOUT_MS },
      headersTimeout: 0,
      bodyTimeout: 0,
      keepAliveTimeout: KEEP_ALIVE_MS,
      keepAliveMaxTimeout: KEEP_ALIVE_MAX_MS,
    });
  }

  send(name: string, request: WireRequest, options: SendOptions): Promise<WireAnswer> {
    return new Promise((resolve) => {
      let started = false;
      const exchange = new Exchange({
        mayStart: options.mayStart,
        signal: options.signal,
        timeoutMs: this.#options.timeoutMs,
        onStarted: () => {
          started = true;
          this.#options.onInFlight?.(++this.#inFlight);
        },
        onFinished: (answer, seconds) => {
          this.#exchanges.delete(exchange);
          if (started) this.#options.onInFlight?.(--this.#inFlight);
          this.#options.onFinished?.(name, answer, seconds);
          resolve(answer);
        },
      });
      this.#exchanges.add(exchange);
      if (options.signal?.aborted === true || this.#closed) exchange.cancel();
      else this.#dispatch(request, exchange);
    });
  }

  /** Ends every request under way at once (see {@link Exchange.cancel}) and closes all sockets. */
  async close(): Promise<void> {
    this.#closed = true;
    for (const exchange of [...this.#exchanges]) exchange.cancel();
    await this.#pool.destroy();
  }

  #dispatch(request: WireRequest, exchange: Exchange): void {
    const { method, path, headers, body } = request;
    this.#pool.dispatch({ method, path: this.#basePath + path, headers, body: body ?? null }, exchange);
  }
}
