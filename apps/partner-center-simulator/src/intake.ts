import { hash, randomUUID } from 'node:crypto';
import type { IncomingMessage, ServerResponse } from 'node:http';
import type { Call } from './call.js';
import type { JournalEntry } from './book/journal.js';
import type { Target } from './operation.js';
import type { World } from './world.js';
import { header } from './call.js';
import { type CustomerInput, readCustomer } from './api/customer-input.js';
import { readFilter } from './api/filter.js';

const BODY_MAX_BYTES = 1_048_576;
const NO_BODY = Buffer.alloc(0);

/** The whole request body; undefined when it is larger than BODY_MAX_BYTES or the caller went away in the middle. */
export function readBody(req: IncomingMessage): Promise<Buffer | undefined> {
  return new Promise((resolve) => {
    const chunks: Buffer[] = [];
    let bytes = 0;
    req.on('data', (chunk: Buffer) => {
      bytes += chunk.length;
      if (bytes > BODY_MAX_BYTES) resolve(undefined);
      else chunks.push(chunk);
    });
    req.on('end', () =>
      resolve(chunks.length === 1 ? chunks[0] : chunks.length === 0 ? NO_BODY : Buffer.concat(chunks)),
    );
    req.on('error', () => resolve(undefined));
    req.on('close', () => resolve(undefined));
  });
}

export interface Arrival {
  readonly world: World;
  readonly req: IncomingMessage;
  readonly res: ServerResponse;
  readonly entry: JournalEntry;
  readonly target: Target;
  readonly path: string;
  readonly query: string;
}

/** Completes an arrival with its ids, body and domain, and notes them in the journal. Missing ids are made up (1.2). */
export function toCall(arrival: Arrival, body: Buffer): Call {
  const { req, entry } = arrival;
  entry.requestId = header(req, 'ms-requestid') ?? null;
  entry.correlationId = header(req, 'ms-correlationid') ?? null;
  if (body.length > 0) entry.bodyHash = hash('sha1', body, 'base64url');
  const input = arrival.target.operation === 'create' ? readCustomer(body) : undefined;
  entry.domain = domainOf(arrival, input);
  return {
    ...arrival,
    body,
    input,
    requestId: entry.requestId ?? randomUUID(),
    correlationId: entry.correlationId ?? randomUUID(),
    token: undefined,
    fault: undefined,
  };
}

function domainOf({ target, query, world }: Arrival, input: CustomerInput | undefined): string | null {
  switch (target.operation) {
    case 'create':
      return input?.domain ?? null;
    case 'domain':
      return target.subject;
    case 'search': {
      const filter = readFilter(new URLSearchParams(query).get('filter') ?? '');
      return filter?.field === 'domain' ? filter.value : null;
    }
    default:
      return target.customer === '' ? null : (world.book.withId(target.customer)?.domain ?? null);
  }
}
