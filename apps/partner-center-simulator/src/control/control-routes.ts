import { randomUUID } from 'node:crypto';
import type { Book, Customer } from '../book/book.js';
import type { Controlled, ControlCall, ControlReply } from './control-call.js';
import type { Fault } from '../faults/faults.js';
import { readFaultOrder } from '../faults/fault-order.js';
import { DOCUMENTED_CODES } from '../api/error-codes.js';
import type { ThrottleRule } from '../faults/throttle.js';
import { isGuid } from '../api/ids.js';
import { OPERATIONS } from '../operation.js';
import { OUTAGE_MODES, outageAnswer } from '../faults/outage.js';
import { readOtherRecord } from './audit-order.js';
import { ControlError, Reader } from './read-json.js';
import { changeSettings } from '../settings.js';
import { readThrottleRules } from './throttle-order.js';

type Route = (simulator: Controlled, call: ControlCall) => ControlReply | Promise<ControlReply>;

const ok = (body: unknown, status = 200): ControlReply => ({ status, body });
const DONE = ok({ done: true });

/** Every call of the control API, by method and path; `/:` stands for one variable part. */
export const controlRoutes: Readonly<Record<string, Route>> = {
  'GET healthz': ({ startedAt }) => ok({ status: 'ok', uptimeMs: Math.round(performance.now() - startedAt) }),
  'GET settings': ({ world }) => ok(world.settings),
  'PUT settings': patchSettings,
  'PATCH settings': patchSettings,
  'DELETE settings': (simulator) => ok(Object.assign(simulator.world.settings, simulator.initialSettings())),
  'GET errors': () => ok({ errors: DOCUMENTED_CODES }),
  'POST reset': reset,
  'GET faults': ({ world }) => ok({ active: world.faults.active().map(shown), spent: world.faults.spent().map(shown) }),
  'POST faults': ({ world }, { body }) => ok(shown(world.faults.add(readFaultOrder(body, world.clock.now()))), 201),
  'DELETE faults': ({ world }) => {
    world.faults.clear();
    return DONE;
  },
  'DELETE faults/:': ({ world }, { subject }) => {
    if (!world.faults.remove(subject)) throw new ControlError(`there is no active fault ${subject}`, 404);
    return DONE;
  },
  'GET throttle': ({ world }) => ok({ rules: world.throttle.rules() }),
  'PUT throttle': (simulator, call) => {
    const rules = readThrottleRules(call.body, simulator.world.clock.now());
    simulator.world.throttle.lift();
    return addThrottle(simulator, rules);
  },
  'POST throttle': (simulator, call) =>
    addThrottle(simulator, readThrottleRules(call.body, simulator.world.clock.now())),
  'DELETE throttle': ({ world }) => {
    world.throttle.lift();
    return DONE;
  },
  'GET outage': ({ outage }) => ok({ outage: outage.current() ?? null }),
  'PUT outage': putOutage,
  'DELETE outage': async (simulator) => {
    await simulator.endOutage();
    return DONE;
  },
  'GET domains/:': ({ world }, { subject }) => ok({ tenant: tenantOf(world.book, subject) ?? null }),
  'PUT domains/:': putDomain,
  'DELETE domains/:': deleteDomain,
  'POST tokens/:': ({ world }, { subject }) => {
    if (subject === 'expire') world.tokens.expireAll();
    else if (subject === 'revoke') world.tokens.refreshTokens.revokeAll(world.settings);
    else throw new ControlError(`there is no POST /control/tokens/${subject}`, 404);
    return DONE;
  },
  'DELETE requests': ({ world }) => {
    world.requests.forget();
    return DONE;
  },
  'POST audit': ({ world }, { body }) => {
    const record = readOtherRecord(body, world.clock.now());
    world.otherRecords.push(record);
    return ok({ record }, 201);
  },
  'POST clock': advanceClock,
  'GET book': getBook,
  'GET summary': ({ world }) => ok({ ...world.book.totals(), ...world.journal.totals() }),
  'GET journal': getJournal,
};

function patchSettings({ world }: Controlled, { body }: ControlCall): ControlReply {
  const faults = changeSettings(world.settings, body);
  if (faults.length > 0) throw new ControlError(faults.join('; '));
  if ('seed' in body) world.random.restart();
  return ok(world.settings);
}

async function reset(simulator: Controlled, { body }: ControlCall): Promise<ControlReply> {
  const reader = new Reader(body, '');
  const tokens = reader.flag('tokens', false);
  const keepSettings = reader.flag('keepSettings', false);
  reader.finish();
  const { settings } = simulator.world;
  await simulator.reset(tokens);
  if (keepSettings) Object.assign(simulator.world.settings, settings);
  return DONE;
}

function shown(fault: Fault) {
  const { id, match, nth, times, probability, action, matched, hits } = fault;
  return { id, match, nth, times: times === Infinity ? 'forever' : times, probability, action, matched, hits };
}

function addThrottle({ world }: Controlled, rules: readonly ThrottleRule[]): ControlReply {
  for (const rule of rules) world.throttle.add(rule);
  return ok({ rules: world.throttle.rules() });
}

function putOutage(simulator: Controlled, { body }: ControlCall): ControlReply {
  const reader = new Reader(body, '');
  const mode = reader.oneOf('mode', OUTAGE_MODES, 'reset');
  const forMs = reader.optionalNumber('forMs');
  const status = reader.number('status', 503, 400, 599);
  const retryAfter = reader.any('retryAfter');
  const answer = outageAnswer(
    status,
    reader.text('body') ?? '',
    retryAfter === undefined ? undefined : String(retryAfter),
  );
  const scope = reader.oneOf('scope', ['all', 'api', 'token'], 'all');
  const cutsCallsUnderWay = reader.flag('cutsCallsUnderWay', mode === 'reset' || mode === 'refuse');
  reader.finish();
  if (mode === 'refuse' && forMs === undefined && !simulator.hasControlPort) {
    throw new ControlError('mode refuse closes this port: give forMs, or start with CONTROL_PORT to lift it');
  }
  if (mode === 'refuse' && scope !== 'all') throw new ControlError('mode refuse has no scope: there is one port');
  const until = forMs === undefined ? Infinity : simulator.clock.now() + forMs;
  simulator.beginOutage({ mode, answer, scope, until, cutsCallsUnderWay });
  return ok({ outage: { mode, scope, until: forMs === undefined ? null : until } });
}

const OWNERS = ['otherPartner', 'unlinkedTenant', 'oursWithoutEvidence', 'ours'] as const;

function putDomain({ world }: Controlled, { subject, body }: ControlCall): ControlReply {
  const reader = new Reader(body, '');
  const standard = world.settings.domainOwner === 'ours' ? 'oursWithoutEvidence' : world.settings.domainOwner;
  const kind = reader.oneOf('owner', OWNERS, standard);
  const id = reader.text('tenantId') ?? randomUUID();
  const correlationId = reader.text('correlationId') ?? randomUUID();
  const ageMs = reader.number('ageMs', 86_400_000);
  const companyName = reader.text('companyName') ?? 'A Company That Was There Before';
  reader.finish();
  if (!isGuid(id)) throw new ControlError('tenantId must be a GUID');
  if (world.book.withDomain(subject)) throw new ControlError(`the domain ${subject} has a tenant already`, 409);
  world.book.commit({
    id: id.toLowerCase(),
    commerceId: id.toLowerCase(),
    domain: subject,
    companyName,
    billing: '',
    password: '',
    userName: 'admin',
    registrationNumber: undefined,
    applicationId: '',
    associatedPartnerId: undefined,
    requestId: randomUUID(),
    correlationId,
    createdAt: world.clock.now() - ageMs,
    madeHere: false,
    owner: kind === 'ours' || kind === 'oursWithoutEvidence' ? 'ours' : kind,
    orphan: false,
    isListed: true,
    isAudited: kind === 'ours',
  });
  return ok({ tenant: tenantOf(world.book, subject) }, 201);
}

function deleteDomain({ world }: Controlled, { subject }: ControlCall): ControlReply {
  const tenant = world.book.withDomain(subject);
  if (!tenant || tenant.madeHere) throw new ControlError(`no foreign tenant has the domain ${subject}`, 404);
  world.book.remove(tenant);
  return DONE;
}

function tenantOf(book: Book, domain: string) {
  const tenant = book.withDomain(domain);
  return tenant && { ...bookLine(tenant), owner: tenant.owner, madeHere: tenant.madeHere };
}

async function advanceClock({ world }: Controlled, { body }: ControlCall): Promise<ControlReply> {
  const reader = new Reader(body, '');
  const advanceMs = reader.number('advanceMs', 0);
  reader.finish();
  await world.clock.advance(advanceMs);
  return ok({ now: world.clock.now() });
}

function bookLine(tenant: Customer) {
  const { id, domain, correlationId, requestId, createdAt } = tenant;
  return { id, domain, correlationId, requestId, createdAt, ...(tenant.orphan ? { orphan: true } : {}) };
}

function getBook({ world }: Controlled, { query }: ControlCall): ControlReply {
  const { book, journal } = world;
  const domain = query.get('domain')?.toLowerCase();
  const correlationId = query.get('correlationId')?.toLowerCase();
  const made = book.all.filter(
    (tenant) =>
      tenant.madeHere &&
      (domain === undefined || tenant.domain.toLowerCase() === domain) &&
      (correlationId === undefined || tenant.correlationId.toLowerCase() === correlationId),
  );
  const offset = wholeNumber(query, 'offset', 0);
  const shownTenants = made.slice(offset, offset + wholeNumber(query, 'limit', made.length));
  const tenantsByDomain: Record<string, number> = {};
  for (const tenant of shownTenants) {
    const key = tenant.domain.toLowerCase();
    tenantsByDomain[key] = (tenantsByDomain[key] ?? 0) + 1;
  }
  const tenants = shownTenants.map((tenant) => ({
    ...bookLine(tenant),
    ...(book.exists(tenant) ? {} : { purged: true }),
  }));
  const totals = { ...book.totals(), calls: journal.received };
  return ok({ tenants, tenantsByDomain, duplicates: book.duplicates(), totals });
}

function getJournal({ world }: Controlled, { query }: ControlCall): ControlReply {
  const { journal } = world;
  const operation = query.get('operation');
  if (operation !== null && !(OPERATIONS as readonly string[]).includes(operation)) {
    throw new ControlError(`operation must be one of ${OPERATIONS.join(', ')}`);
  }
  const domain = query.get('domain')?.toLowerCase();
  const correlationId = query.get('correlationId')?.toLowerCase();
  const entries = journal.since(wholeNumber(query, 'since', 0), wholeNumber(query, 'limit', journal.limit), (entry) => {
    if (operation !== null && entry.operation !== operation) return false;
    if (domain !== undefined && entry.domain?.toLowerCase() !== domain) return false;
    return correlationId === undefined || entry.correlationId?.toLowerCase() === correlationId;
  });
  return ok({ entries, received: journal.received, dropped: journal.dropped });
}

function wholeNumber(query: URLSearchParams, name: string, fallback: number): number {
  const text = query.get(name);
  if (text === null) return fallback;
  if (!/^\d{1,15}$/.test(text)) throw new ControlError(`${name} must be a whole number`);
  return Number(text);
}
