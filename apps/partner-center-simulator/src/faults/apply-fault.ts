import type { Answer } from '../api/answer.js';
import type { Call } from '../call.js';
import type { FaultAction } from './faults.js';
import { plain, refusal } from '../api/answer.js';
import { send, sendTruncated } from './deliver.js';
import { errorBody } from '../api/error-body.js';
import { type Rewriting, rewrite } from './rewrite.js';
import { severSocket } from './sever.js';
import { throttled } from './retry-after.js';
import { tokenRefusal } from '../api/token-refusals.js';
import { unauthorized } from '../api/unauthorized.js';

/**
 * Ends a call as a fault says. `answer` is what the service would have said, absent when the call was not carried out.
 * A `delay` only took its time before; here the true answer goes out.
 */
export function applyFault(call: Call, action: FaultAction, answer: Answer | undefined): void {
  switch (action.kind) {
    case 'delay':
      return send(call, answer ?? plain(502, ''));
    case 'hang':
      return hang(call, action.ms);
    case 'reset':
    case 'close':
      return severSocket(call.req.socket, action.kind);
    case 'truncated':
      return sendTruncated(call, answer ?? plain(502, ''), action.bytes);
    case 'status':
    case 'throttle':
    case 'unauthorized':
    case 'tokenRefusal':
    case 'raw':
      return send(call, replaced(call, action, answer));
    case 'wrongTenant':
    case 'wrongDomain':
    case 'pascalCase':
    case 'unknownMembers':
    case 'formatted':
      return send(call, rewritten(call, action, answer));
  }
}

type Replacing = Extract<FaultAction, { kind: 'status' | 'throttle' | 'unauthorized' | 'tokenRefusal' | 'raw' }>;

function replaced(call: Call, action: Replacing, answer: Answer | undefined): Answer {
  const { settings, clock } = call.world;
  switch (action.kind) {
    case 'status': {
      const { body, contentType } = errorBody(action.shape, action as Parameters<typeof errorBody>[1]);
      return { ...plain(action.status, body, contentType, action.headers), bom: settings.bom === 'all' && body !== '' };
    }
    case 'throttle':
      return throttled(action.form, action.seconds, clock.now());
    case 'unauthorized':
      return unauthorized(settings, action.variant);
    case 'tokenRefusal':
      return tokenRefusal(action.variant, clock.now());
    case 'raw':
      return plain(action.status ?? answer?.status ?? 502, action.body, action.contentType);
  }
}

function rewritten(call: Call, action: Rewriting, answer: Answer | undefined): Answer {
  if (!answer) return refusal(call.world.settings, { status: 502 });
  return { ...answer, body: rewrite(answer.body, action) };
}

/** Never answers; the connection is ended after `ms`, unless the caller ends it first. */
function hang(call: Call, ms: number): void {
  const cancel = call.world.clock.after(ms, () => severSocket(call.req.socket, 'close'));
  call.res.once('close', cancel);
}
