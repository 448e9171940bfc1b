import { derivedId } from '../../../../test/support/derived-ids.js';
import { type Account, type LedgerLine, correlationOf } from './account.js';
import { MAIN } from './play.js';
import { brokenOutages } from './outage-promises.js';
import { brokenPauses } from './pause-promises.js';
import { uncountedAttempts } from './attempt-promises.js';

/** Sentences about what one sequence broke; empty when every promise was kept. */
export function brokenPromises(account: Account): string[] {
  return [
    ...account.onboardings.flatMap((onboarding) => brokenEnd(account, onboarding)),
    ...brokenTenants(account),
    ...brokenIds(account),
    ...brokenPauses(account),
    ...brokenOutages(account),
    ...uncountedAttempts(account),
    ...(account.wronglyExpired > 0 ? ['a living worker was taken for dead'] : []),
  ];
}

/** P2: one correlation id, one tenant at most; two tenants never have one domain. */
function brokenTenants({ surplusTenants, onboardings, outbox, played }: Account): string[] {
  const broken: string[] = [];
  if (surplusTenants > 0) broken.push(`${surplusTenants} tenants too many`);
  if (onboardings.length !== played.ids.length)
    broken.push(`${onboardings.length} onboardings for ${played.ids.length} ids`);
  for (const id of played.ids) {
    const announced = outbox.filter(({ kind, correlationId }) => kind === 'created' && correlationId === id);
    if (new Set(announced.map(({ tenantId }) => tenantId)).size > 1)
      broken.push(`${id} was announced with two tenants`);
    if (new Set(announced.map(({ eventId }) => eventId)).size > 1)
      broken.push(`${id} was announced under two event ids`);
  }
  return broken;
}

/** P1: ended, and told so; created only with the tenant that its own call made. */
function brokenEnd(account: Account, onboarding: LedgerLine): string[] {
  const { correlationId, state, tenantId } = onboarding;
  const told = account.outbox.filter((line) => line.correlationId === correlationId);
  const announced = told.filter(({ kind }) => kind === 'created');
  const own = account.tenants.filter((tenant) => tenant.correlationId === correlationOf(correlationId));
  switch (state) {
    case 'created': {
      const made = own.find(({ id }) => id === tenantId);
      if (!made) return [`${correlationId} has the tenant ${tenantId} that its calls did not make`];
      if (made.domain !== onboarding.domain) return [`${correlationId} has a tenant of another domain`];
      if (announced.some((event) => event.tenantId !== tenantId)) return [`${correlationId} announces another tenant`];
      if (account.announcedAgain > account.played.replays) return [`${correlationId} is announced again unasked`];
      const times = 1 + (correlationId === MAIN ? account.announcedAgain : 0);
      return announced.length === times
        ? []
        : [`${correlationId} was announced ${announced.length} times, not ${times}`];
    }
    case 'rejected':
      if (own.some(({ orphan }) => !orphan)) return [`${correlationId} is rejected, but its tenant is in the book`];
      return brokenLetters(onboarding, told);
    case 'unresolved':
      if (!isDoubtful(account, onboarding)) return [`${correlationId} is parked, but its case is clear`];
      return brokenLetters(onboarding, told);
    default:
      return [`${correlationId} is ${state} in the end`];
  }
}

function brokenLetters({ correlationId, deadLetters, code }: LedgerLine, told: Account['outbox']): string[] {
  const letters = told.filter(({ kind, code: each }) => kind === 'dead-letter' && each !== 'CORRELATION_ID_REUSED');
  const events = told.filter(({ kind, code: each }) => kind === 'rejected' && each !== 'CORRELATION_ID_REUSED');
  const ids = new Set(events.map(({ eventId }) => eventId));
  const expected = Array.from({ length: deadLetters }, (_, n) => derivedId(`rejected/${correlationId}/${n + 1}`));
  return letters.length === deadLetters &&
    letters.at(-1)?.code === code &&
    ids.size === events.length &&
    expected.every((id) => ids.has(id)) &&
    events.length === deadLetters
    ? []
    : [
        `${correlationId} failed ${deadLetters} times (${code}), with ${letters.length} letters and ${events.length} events`,
      ];
}

/** A person must look: the service contradicted itself, or a tenant in our list may or may not be ours. */
function isDoubtful({ calls, tenants, played }: Account, { correlationId }: LedgerLine): boolean {
  const ours = correlationOf(correlationId);
  const domains = new Set(calls.filter((call) => call.correlationId === ours).map(({ domain }) => domain));
  return (
    calls.some(({ fault }) => fault?.kind === 'wrongTenant' || fault?.kind === 'wrongDomain') ||
    [...played.listedDomains].some((domain) => domains.has(domain)) ||
    tenants.some((tenant) => domains.has(tenant.domain) && (tenant.orphan || tenant.correlationId !== ours))
  );
}

/** Contract 9: who calls names its onboarding; a request id is that of a revision, and never has two bodies. */
function brokenIds({ calls, onboardings }: Account): string[] {
  const broken: string[] = [];
  const known = new Set(onboardings.map(({ correlationId }) => correlationOf(correlationId)));
  if (calls.some(({ correlationId }) => correlationId === null || !known.has(correlationId))) {
    broken.push('a call with a correlation id of nobody');
  }
  const createIds = new Set(calls.filter(({ operation }) => operation === 'create').map(({ requestId }) => requestId));
  const readIds = calls.filter(({ operation }) => operation !== 'create').map(({ requestId }) => requestId);
  if (readIds.some((id) => createIds.has(id))) broken.push('a read under the request id of a create');
  for (const { correlationId, revision } of onboardings)
    broken.push(...brokenRequestIds(calls, correlationId, revision));
  return broken;
}

function brokenRequestIds(calls: Account['calls'], id: string, revision: number): string[] {
  const ofRevision = new Map(
    Array.from({ length: revision }, (_, n) => [derivedId(`request/${id}/${n + 1}`), n + 1] as const),
  );
  const creates = calls.filter(
    ({ operation, correlationId }) => operation === 'create' && correlationId === correlationOf(id),
  );
  const revisions = creates.map(({ requestId }) => ofRevision.get(requestId ?? '') ?? 0);
  const bodies = new Map<string | null, string | null>();
  const hasTwoBodies = creates.some(({ requestId, bodyHash }) => {
    const first = bodies.get(requestId) ?? bodyHash;
    bodies.set(requestId, first);
    return first !== bodyHash;
  });
  return [
    ...(revisions.includes(0) ? [`${id} was created under a request id of no revision up to ${revision}`] : []),
    ...(revisions.some((each, n) => each < (revisions[n - 1] ?? 1)) ? [`${id} went back to an older revision`] : []),
    ...(hasTwoBodies ? [`${id} sent two bodies under one request id`] : []),
  ];
}
