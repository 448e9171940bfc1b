import type { Readable } from 'node:stream';

const DEFAULT_MAX_BYTES = 1024 * 1024;

/** Keeps the last `maxBytes` of what a process printed, so that a long run cannot fill the memory of its test. */
export class OutputBuffer {
  readonly #chunks: Buffer[] = [];
  #bytes = 0;

  constructor(private readonly maxBytes = DEFAULT_MAX_BYTES) {}

  read(stream: Readable): void {
    stream.on('data', (chunk: Buffer) => this.add(chunk));
  }

  add(chunk: Buffer): void {
    this.#chunks.push(chunk);
    this.#bytes += chunk.length;
    while (this.#bytes > this.maxBytes && this.#chunks.length > 1) this.#bytes -= this.#chunks.shift()?.length ?? 0;
  }

  toString(): string {
    return Buffer.concat(this.#chunks).toString('utf8');
  }
}
