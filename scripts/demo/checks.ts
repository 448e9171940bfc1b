/**
 * The promises that the demo checks, each against what it gathered from outside. Pure; an empty list of faults means
 * that the promise was kept.
 */
import type { CrmRecord } from '#testing';
import type { Evidence } from './evidence.ts';
import type { Sent } from './story.ts';

export interface Check {
  promise: string;
  /** What was broken, one line each. */
  faults: string[];
}

type Header = [name: string, value: Buffer | string | null];

/** How long after the first 429 another worker may still begin a call (contract 5). */
const THROTTLE_KNOWN_AFTER_MS = 500;

export function checkAll(evidence: Evidence): Check[] {
  return [
    { promise: 'No request vanishes: each ended as a tenant or as a dead letter', faults: lost(evidence) },
    { promise: 'One correlation id, one tenant, whatever died in between', faults: surplus(evidence) },
    { promise: 'One CustomerCreated a tenant, and it names that tenant', faults: wronglyAnnounced(evidence) },
    {
      promise: 'What cannot be done is dead-lettered byte for byte, with a code and CustomerRejected',
      faults: wronglyRefused(evidence),
    },
    { promise: 'Trouble of the service or of ours ends no request', faults: lostToTrouble(evidence) },
    { promise: 'After a 429 no worker calls before Retry-After has passed', faults: calledWhileThrottled(evidence) },
    {
      promise: 'Passwords are sealed for the recipient and stand nowhere in clear',
      faults: passwordsInClear(evidence),
    },
  ];
}

/** Requests without an outcome. */
export function lost({ sent, created, deadLetters }: Evidence): string[] {
  const createdIds = new Set(created.map(({ correlationId }) => correlationId));
  const tenants = sent.filter(({ fate }) => fate.kind === 'tenant');
  const withoutTenant = tenants.filter(({ correlationId }) => !createdIds.has(correlationId ?? ''));
  const expected = sent.filter(({ fate }) => fate.kind === 'dead-letter').length;
  return [
    ...withoutTenant.map(({ correlationId }) => `${correlationId} has no CustomerCreated`),
    ...(deadLetters.length < expected ? [`${expected - deadLetters.length} dead letters are missing`] : []),
  ];
}

/** Tenants that should not be there. */
export function surplus({ tenants, summary, sent }: Evidence): string[] {
  const counts = countBy(tenants.map(({ domain }) => domain.toLowerCase()));
  const wanted = new Set(sent.filter(({ fate }) => fate.kind === 'tenant').map(({ domain }) => domain?.toLowerCase()));
  return [
    ...[...counts].filter(([, count]) => count > 1).map(([domain, count]) => `${domain} has ${count} tenants`),
    ...[...counts.keys()].filter((domain) => !wanted.has(domain)).map((domain) => `nobody asked for ${domain}`),
    ...(summary.surplusTenants > 0 ? [`the service counts ${summary.surplusTenants} surplus tenants`] : []),
  ];
}

/** Events on the created topic that appear again. */
export function announcedAgain({ created }: Evidence): string[] {
  const byId = [...countBy(created.map(({ eventId }) => eventId))];
  const byRequest = [...countBy(created.map(({ correlationId }) => correlationId))];
  return [...byId, ...byRequest]
    .filter(([, count]) => count > 1)
    .map(([id, count]) => `${id} was announced ${count} times`);
}

function wronglyAnnounced(evidence: Evidence): string[] {
  const { created, tenants, sent } = evidence;
  const tenantOf = new Map(tenants.map((tenant) => [tenant.domain.toLowerCase(), tenant.id]));
  const domainOf = new Map(
    sent.filter(({ fate }) => fate.kind === 'tenant').map(({ correlationId, domain }) => [correlationId, domain]),
  );
  const wrong = created.filter(
    ({ correlationId, domain, tenantId }) =>
      domainOf.get(correlationId) !== domain || tenantOf.get(domain.toLowerCase()) !== tenantId,
  );
  return [...announcedAgain(evidence), ...wrong.map(({ correlationId }) => `${correlationId} names another tenant`)];
}

function wronglyRefused({ sent, deadLetters, rejected }: Evidence): string[] {
  const refused = sent.filter(({ fate }) => fate.kind === 'dead-letter');
  const wanted = countBy(refused.map(letterOf));
  const found = countBy(
    deadLetters.map(({ key, value, headers, headerList }) =>
      letter(headers['dead-letter-code'] ?? 'no code', { key, value, headers: headerList.filter(isOriginal) }),
    ),
  );
  const created = new Set(sent.filter(({ fate }) => fate.kind === 'tenant').map(({ correlationId }) => correlationId));
  const toldIds = refused.flatMap(({ correlationId }) => correlationId ?? []).filter((id) => !created.has(id));
  return [
    ...differences(wanted, found, 'a dead letter'),
    ...differences(countBy(toldIds), countBy(rejected), 'CustomerRejected of'),
  ];
}

/** Also the trouble that did not come: without it nothing was proved. */
function lostToTrouble({ sent, deadLetters, lostAnswers }: Evidence): string[] {
  const { wanted, happened } = lostAnswers;
  const tenants = new Set(sent.filter(({ fate }) => fate.kind === 'tenant').map(({ correlationId }) => correlationId));
  return [
    ...deadLetters
      .filter(({ headers }) => tenants.has(headers['dead-letter-correlation-id'] ?? ''))
      .filter(({ headers }) => headers['dead-letter-code'] !== 'CORRELATION_ID_REUSED')
      .map(({ headers }) => `${headers['dead-letter-correlation-id']} ended as ${headers['dead-letter-code']}`),
    ...(happened === wanted ? [] : [`${happened} answers were lost, not ${wanted}`]),
  ];
}

function calledWhileThrottled({ creates, played }: Evidence): string[] {
  const first = creates.find(({ status }) => status === 429);
  if (!first?.endedAt) return ['no call was throttled'];
  const from = first.endedAt + THROTTLE_KNOWN_AFTER_MS;
  const early = creates.filter(({ startedAt }) => startedAt > from && startedAt < played.throttle.untilMs);
  return early.length === 0 ? [] : [`${early.length} calls began while all calls were throttled`];
}

function passwordsInClear({ passwords, created }: Evidence): string[] {
  const sealed = created.filter(({ credentials }) => credentials === 'sealed').length;
  return [
    ...(passwords.opened === sealed && sealed > 0
      ? []
      : [`${passwords.opened} of ${sealed} passwords could be opened`]),
    ...passwords.inClear.map((place) => `a password stands in ${place}`),
  ];
}

function letterOf({ fate, record }: Sent): string {
  const headers = Object.entries(record.headers).flatMap(([name, values]) =>
    [values].flat().map((value): Header => [name, value]),
  );
  return letter(fate.kind === 'dead-letter' ? fate.code : '', { ...record, headers });
}

function isOriginal([name]: Header): boolean {
  return !name.startsWith('dead-letter-');
}

/** Equal for equal bytes; the order of headers with different names does not count. */
function letter(
  code: string,
  { key, value, headers }: Pick<CrmRecord, 'key' | 'value'> & { headers: Header[] },
): string {
  const bytes = (part: Buffer | string | null) => (part === null ? 'null' : Buffer.from(part).toString('base64'));
  const sorted = headers.toSorted(([a], [b]) => a.localeCompare(b));
  return `${code} of ${bytes(key)}:${bytes(value)} ${sorted.map(([name, each]) => `${name}=${bytes(each)}`).join(' ')}`;
}

export function countBy(values: string[]): Map<string, number> {
  const counts = new Map<string, number>();
  for (const value of values) counts.set(value, (counts.get(value) ?? 0) + 1);
  return counts;
}

function differences(wanted: Map<string, number>, found: Map<string, number>, what: string): string[] {
  const names = new Set([...wanted.keys(), ...found.keys()]);
  return [...names]
    .filter((name) => wanted.get(name) !== found.get(name))
    .map((name) => `${what} ${name.slice(0, 60)}: ${found.get(name) ?? 0} instead of ${wanted.get(name) ?? 0}`);
}
