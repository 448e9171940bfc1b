import { randomUUID } from 'node:crypto';
import type { ServerResponse } from 'node:http';
import type { Answer } from '../api/answer.js';
import { type Call, header } from '../call.js';
import { nextCorrelationVector } from '../api/ids.js';
import { severSocket } from './sever.js';

const BOM = '\uFEFF';
const APPLICATION = 'appId=cid-v1:03ce8ca8-8373-4021-8f25-d5dd45c7b12f';

/** Sends the answer with the headers of reference 1.3, unless the caller has gone. */
export function send(call: Call, answer: Answer): void {
  const { res } = call;
  if (!canAnswer(res)) return;
  call.entry.status = answer.status;
  const body = answer.bom ? BOM + answer.body : answer.body;
  const headers = headersOf(call, answer, Buffer.byteLength(body));
  if (answer.reason) res.writeHead(answer.status, answer.reason, headers);
  else res.writeHead(answer.status, headers);
  if (call.req.method === 'HEAD') res.end();
  else res.end(body);
}

/** Announces the whole body, sends the first `bytes` of it, and ends the connection. */
export function sendTruncated(call: Call, answer: Answer, bytes: number | undefined): void {
  const { res } = call;
  if (!canAnswer(res)) return;
  call.entry.status = answer.status;
  const body = Buffer.from(answer.bom ? BOM + answer.body : answer.body);
  res.writeHead(answer.status, headersOf(call, answer, body.length));
  res.write(body.subarray(0, Math.min(bytes ?? body.length >> 1, Math.max(0, body.length - 1))), () =>
    severSocket(call.req.socket, 'close'),
  );
}

function canAnswer(res: ServerResponse): boolean {
  return !res.destroyed && !res.headersSent && res.socket !== null && !res.socket.destroyed;
}

function headersOf(call: Call, answer: Answer, length: number): string[] {
  const headers = ['Content-Length', String(length)];
  if (answer.contentType) headers.push('Content-Type', answer.contentType);
  if (call.target.operation !== 'token') pushServiceHeaders(headers, call);
  if (call.world.clock.isShifted) headers.push('Date', new Date(call.world.clock.now()).toUTCString());
  headers.push(...answer.headers);
  return headers;
}

/** Reference 1.3; the ids are those of the call unless `echoIds` is off, the vector goes on from the caller's. */
function pushServiceHeaders(headers: string[], call: Call): void {
  const { settings } = call.world;
  if (settings.echoIds) headers.push('MS-CorrelationId', call.correlationId, 'MS-RequestId', call.requestId);
  else headers.push('MS-CorrelationId', randomUUID(), 'MS-RequestId', randomUUID());
  headers.push('MS-CV', header(call.req, 'ms-cv') ?? nextCorrelationVector());
  if (settings.legacy2017) headers.push('MS-ServerId', '202010223');
  else headers.push('MS-ServerId', '0000112D', 'Request-Context', APPLICATION);
  if (call.token?.isAppUser && header(call.req, 'validatemfa') === 'true') {
    headers.push('isMfaCompliant', String(call.token.hasMfa));
  }
}
