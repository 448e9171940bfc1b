import type { IncomingMessage, ServerResponse } from 'node:http';
import type { Controlled, ControlReply } from './control-call.js';
import { controlRoutes } from './control-routes.js';
import { readBody } from '../intake.js';
import { asObject, ControlError } from './read-json.js';

/** One call of the control API: JSON in, JSON out, no authentication; not part of the simulated service. */
export async function control(
  simulator: Controlled,
  req: IncomingMessage,
  res: ServerResponse,
  at: { path: string; query: string },
): Promise<void> {
  const body = await readBody(req);
  const reply = await controlReply(simulator, { method: req.method ?? '', ...at, body });
  const text = JSON.stringify(reply.body) + '\n';
  res.writeHead(reply.status, {
    'content-type': 'application/json; charset=utf-8',
    'content-length': Buffer.byteLength(text),
  });
  res.end(text);
}

export interface ControlRequest {
  readonly method: string;
  /** Behind `/control`, with its leading slash. */
  readonly path: string;
  readonly query: string;
  /** Undefined when it was too large to be read. */
  readonly body: Buffer | undefined;
}

/** What the control API says to a request; never rejects. */
export function controlReply(simulator: Controlled, request: ControlRequest): Promise<ControlReply> {
  return answer(simulator, request).catch(failure);
}

async function answer(simulator: Controlled, { method, path, query, body }: ControlRequest): Promise<ControlReply> {
  if (!body) throw new ControlError('the body is larger than 1 MiB', 413);
  const [, name = '', subject = ''] = path.split('/');
  const route = controlRoutes[`${method} ${name}${subject ? '/:' : ''}`];
  if (!route) throw new ControlError(`there is no ${method} /control${path}`, 404);
  const json = body.length === 0 ? {} : asObject(parse(body.toString('utf8')), 'the body');
  return route(simulator, { query: new URLSearchParams(query), body: json, subject: decode(subject) });
}

function parse(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    throw new ControlError('the body is not JSON');
  }
}

function decode(subject: string): string {
  try {
    return decodeURIComponent(subject);
  } catch {
    throw new ControlError(`${subject} is not a valid part of a path`);
  }
}

function failure(error: unknown): ControlReply {
  const status = error instanceof ControlError ? error.status : error instanceof RangeError ? 409 : 500;
  return { status, body: { error: error instanceof Error ? error.message : String(error) } };
}
