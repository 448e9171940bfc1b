import type { IncomingMessage, ServerResponse } from 'node:http';
import type { CustomerInput } from './api/customer-input.js';
import type { JournalEntry } from './book/journal.js';
import type { Target } from './operation.js';
import type { Fault } from './faults/faults.js';
import type { Token } from './api/tokens.js';
import type { World } from './world.js';

/** One call on its way through the simulator. `world` is the one it arrived in: a reset does not move it. */
export interface Call {
  readonly world: World;
  readonly req: IncomingMessage;
  readonly res: ServerResponse;
  readonly entry: JournalEntry;
  readonly target: Target;
  readonly path: string;
  readonly query: string;
  readonly body: Buffer;
  /** The body of a create as read; undefined when it could not be, and for every other operation. */
  readonly input: CustomerInput | undefined;
  readonly requestId: string;
  readonly correlationId: string;
  token: Token | undefined;
  fault: Fault | undefined;
}

export function queryOf(call: Call): URLSearchParams {
  return new URLSearchParams(call.query);
}

export function header(req: IncomingMessage, name: string): string | undefined {
  const value = req.headers[name];
  return Array.isArray(value) ? value[0] : value;
}
