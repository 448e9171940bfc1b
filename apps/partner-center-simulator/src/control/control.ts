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
  const reply = await answer(simulator, req, at).catch(failure);
  const text = JSON.stringify(reply.body) + '\n';
  res.writeHead(reply.status, {
    'content-type': 'application/json; charset=utf-8',
    'content-length': Buffer.byteLength(text),
  });
  res.end(text);
}

async function answer(
  simulator: Controlled,
  req: IncomingMessage,
  at: { path: string; query: string },
): Promise<ControlReply> {
  const text = await readBody(req);
  if (!text) throw new ControlError('the body is larger than 1 MiB', 413);
  const [, name = '', subject = ''] = at.path.split('/');
  const route = controlRoutes[`${req.method} ${name}${subject ? '/:' : ''}`];
  if (!route) throw new ControlError(`there is no ${req.method} /control${at.path}`, 404);
  const body = text.length === 0 ? {} : asObject(parse(text.toString('utf8')), 'the body');
  return route(simulator, { query: new URLSearchParams(at.query), body, subject: decode(subject) });
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
