import { ERROR_SHAPES } from '../api/error-body.js';
import { documentedError } from '../api/error-codes.js';
import { TOKEN_REFUSALS } from '../api/token-refusals.js';
import { type FaultAction, type FaultKind, type FaultMatch, type FaultOrder, UNAUTHORIZED_VARIANTS } from './faults.js';
import { ControlError, Reader, type Json } from '../control/read-json.js';
import { RETRY_AFTER_FORMS } from './retry-after.js';

const HANG_MAX_MS = 600_000;
const KINDS = [
  'status',
  'error',
  'throttle',
  'unauthorized',
  'tokenRefusal',
  'delay',
  'hang',
  'reset',
  'close',
  'truncated',
  'html',
  'empty',
  'garbage',
  'raw',
  'wrongTenant',
  'wrongDomain',
  'pascalCase',
  'unknownMembers',
  'formatted',
] as const;
type Name = (typeof KINDS)[number];

/** Kinds that only make sense once there is an answer to spoil. */
const ALWAYS_AFTER: readonly Name[] = [
  'truncated',
  'wrongTenant',
  'wrongDomain',
  'pascalCase',
  'unknownMembers',
  'formatted',
];
const USUALLY_AFTER: readonly Name[] = ['empty', 'garbage'];

const HTML_PAGE =
  '<!DOCTYPE html><html><head><title>Service unavailable</title></head><body><h1>The service is unavailable.</h1></body></html>';

/** Reads the body of POST /control/faults; every mistake in it is a ControlError that names the member. */
export function readFaultOrder(json: Json, now: number): FaultOrder {
  const reader = new Reader(json, '');
  const match = readMatch(reader.object('match'), now);
  const action = new Reader(reader.object('action'), 'action.');
  const name = action.oneOf<Name | 'none'>('kind', KINDS, 'none');
  if (name === 'none') throw new ControlError(`action.kind must be one of ${KINDS.join(', ')}`);
  const order = {
    name,
    match,
    nth: reader.number('nth', 1, 1),
    times: readTimes(reader),
    probability: reader.number('probability', 1, 0, 1),
    action: readAction(action, name),
  };
  action.finish();
  reader.finish();
  return order;
}

function readTimes(reader: Reader): number {
  return reader.any('times') === 'forever' ? Infinity : reader.number('times', 1, 1);
}

function readMatch(json: Json, now: number): FaultMatch {
  const reader = new Reader(json, 'match.');
  const from = reader.time('from', now + reader.number('startInMs', 0));
  const forMs = reader.optionalNumber('forMs');
  const match = {
    operations: reader.operations('operation'),
    domain: reader.text('domain')?.toLowerCase(),
    domainPrefix: reader.text('domainPrefix')?.toLowerCase(),
    requestId: reader.text('requestId')?.toLowerCase(),
    correlationId: reader.text('correlationId')?.toLowerCase(),
    from,
    until: reader.time('until', forMs === undefined ? Infinity : from + forMs),
  };
  reader.finish();
  return match;
}

function readAction(reader: Reader, name: Name): FaultAction {
  const kind = readKind(reader, name);
  const isLate = USUALLY_AFTER.includes(name) || (kind.kind === 'raw' && (kind.status ?? 500) < 400);
  const fallback = ALWAYS_AFTER.includes(name) || isLate ? 'after' : 'before';
  const when = reader.oneOf('when', ['before', 'after'], fallback);
  if (ALWAYS_AFTER.includes(name) && when === 'before')
    throw new ControlError(`action.when of ${name} can only be after`);
  return { when, delayMs: reader.number('delayMs', 0, 0, HANG_MAX_MS), ...kind };
}

function readKind(reader: Reader, name: Name): FaultKind {
  switch (name) {
    case 'status':
      return readStatus(reader);
    case 'error':
      return readError(reader);
    case 'tokenRefusal':
      return { kind: name, variant: reader.oneOf('variant', TOKEN_REFUSALS, 'invalidGrant') };
    case 'throttle':
      return {
        kind: name,
        seconds: reader.number('seconds', 57, 0),
        form: reader.oneOf('form', RETRY_AFTER_FORMS, 'seconds'),
      };
    case 'unauthorized':
      return { kind: name, variant: reader.oneOf('variant', UNAUTHORIZED_VARIANTS, 'ordinary') };
    case 'delay':
      if (reader.optionalNumber('delayMs') === undefined) throw new ControlError('action.delayMs is missing');
      return { kind: name };
    case 'hang':
      return { kind: name, ms: reader.number('ms', HANG_MAX_MS, 0, HANG_MAX_MS) };
    case 'reset':
    case 'close':
    case 'wrongTenant':
    case 'pascalCase':
    case 'unknownMembers':
    case 'formatted':
      return { kind: name };
    case 'truncated':
      return { kind: name, bytes: reader.optionalNumber('bytes') };
    case 'wrongDomain':
      return { kind: name, domain: reader.text('domain') ?? 'someoneelse.onmicrosoft.com' };
    case 'html':
      return raw(reader, reader.text('body') ?? HTML_PAGE, 'text/html; charset=utf-8', 502);
    case 'empty':
      return raw(reader, '', '', undefined);
    case 'garbage':
      return raw(reader, reader.text('body') ?? '{"id":\u0000\ufffd<<<', 'application/json; charset=utf-8', undefined);
    case 'raw':
      return raw(reader, reader.text('body') ?? '', reader.text('contentType') ?? 'text/plain; charset=utf-8', 200);
  }
}

function readStatus(reader: Reader): FaultKind {
  const status = reader.optionalNumber('status', 200, 599);
  if (status === undefined) throw new ControlError('action.status is missing');
  const code = reader.any('code');
  const headers = Object.entries(reader.object('headers')).flatMap(([name, value]) => [name, String(value)]);
  const retryAfter = reader.any('retryAfter');
  if (retryAfter !== undefined) headers.push('Retry-After', String(retryAfter));
  return {
    kind: 'status',
    status,
    shape: reader.oneOf('shape', ERROR_SHAPES, 'A'),
    code: typeof code === 'number' || typeof code === 'string' ? code : undefined,
    description: reader.text('description'),
    data: reader.any('data'),
    headers,
  };
}

/** An error by its code alone; status, wording and shape are the documented ones unless given. */
function readError(reader: Reader): FaultKind {
  const code = reader.any('code');
  const known = typeof code === 'number' || typeof code === 'string' ? documentedError(code) : undefined;
  if (!known) throw new ControlError('action.code must be a documented one: see GET /control/errors');
  return {
    kind: 'status',
    status: reader.optionalNumber('status', 200, 599) ?? known.status,
    shape: reader.oneOf('shape', ERROR_SHAPES, known.shape ?? 'A'),
    code: known.code,
    description: reader.text('description') ?? known.description,
    data: reader.any('data'),
    headers: [],
  };
}

/** Without a status the answer keeps the one it would have had; before the call is carried out that is 502. */
function raw(reader: Reader, body: string, contentType: string, status: number | undefined): FaultKind {
  return { kind: 'raw', status: reader.optionalNumber('status', 200, 599) ?? status, body, contentType };
}
