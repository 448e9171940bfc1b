/**
 * Every knob of the simulated service (reference 9), by its name in the reference where it has one. All can be changed
 * while the simulator runs; a call uses the values in force when it needs them. Delays are milliseconds.
 */
export type Latency = number | readonly [minMs: number, maxMs: number];

export interface Settings {
  requestIdWindow: number | 'infinite';
  replay: 'sameBody' | 'withoutCredentials' | 'conflict409' | 'domainTaken400';
  replayStatus: 200 | 201;
  sameIdDifferentBody: 'firstResult' | 'reject409' | 'executeNew';
  concurrentSameId: 'serialise' | 'reject409' | 'both→domainTaken';
  errorConsumesRequestId: boolean;
  successStatus: 200 | 201;
  visibilityDelay: readonly [notFoundUntilMs: number, noCompanyUntilMs: number];
  listDelay: number;
  auditDelay: number;
  lateEmailCheck: boolean;
  orphanVisibility: 'hidden' | 'listed' | 'audited';
  domainOwner: 'ours' | 'otherPartner' | 'unlinkedTenant';
  domainTakenStatus: 400 | 409;
  codeType: 'number' | 'string';
  bom: 'success' | 'all' | 'none';
  legacy2017: boolean;
  mfaEnforcedFraction: number;
  refreshTokenHasMfa: boolean;
  sandbox: boolean;
  sandboxLimit: number;
  strictNames: boolean;
  cultureCheck: 'form' | 'market';
  accountAllowed: boolean;
  unknownCountryStatus: 400 | 404;
  pageSize: number;
  createLatency: Latency;
  readLatency: Latency;
  tokenLatency: Latency;
  commitAt: number;
  clientId: string | null;
  clientSecret: string | null;
  refreshToken: string | null;
  tokenLifetimeSeconds: number;
  resellers: readonly Reseller[];
  seed: number;
}

export interface Reseller {
  readonly id: string;
  readonly name: string;
  readonly mpnId: string;
  readonly state: string;
  readonly location: string;
}

interface Rule<T> {
  readonly initial: T;
  readonly says: string;
  readonly accepts: (value: unknown) => boolean;
}

const isNumber = (value: unknown): value is number => typeof value === 'number' && Number.isFinite(value);
const isDelay = (value: unknown): boolean => isNumber(value) && value >= 0 && value <= 86_400_000;

function oneOf<const T>(initial: T, ...others: T[]): Rule<T> {
  const all: unknown[] = [initial, ...others];
  return { initial, says: `one of ${JSON.stringify(all)}`, accepts: (value) => all.includes(value) };
}

function delay(initial: number): Rule<number> {
  return { initial, says: 'milliseconds, 0 to 86400000', accepts: isDelay };
}

function flag(initial: boolean): Rule<boolean> {
  return { initial, says: 'true or false', accepts: (value) => typeof value === 'boolean' };
}

function number(initial: number, min: number, max: number): Rule<number> {
  return { initial, says: `a number from ${min} to ${max}`, accepts: (v) => isNumber(v) && v >= min && v <= max };
}

function textOrNull(): Rule<string | null> {
  return { initial: null, says: 'a string or null', accepts: (value) => value === null || typeof value === 'string' };
}

function pair(initial: readonly [number, number]): Rule<readonly [number, number]> {
  return { initial, says: 'two delays [first, second], first <= second', accepts: isPair };
}

function isPair(value: unknown): boolean {
  if (!Array.isArray(value) || value.length !== 2 || !value.every(isDelay)) return false;
  const [first, second] = value as [number, number];
  return first <= second;
}

function latency(): Rule<Latency> {
  return { initial: 0, says: 'milliseconds or [min, max]', accepts: (value) => isDelay(value) || isPair(value) };
}

function isReseller(value: unknown): boolean {
  if (typeof value !== 'object' || value === null) return false;
  const reseller = value as Record<string, unknown>;
  return ['id', 'name', 'mpnId', 'state', 'location'].every((member) => typeof reseller[member] === 'string');
}

const RULES: { readonly [K in keyof Settings]: Rule<Settings[K]> } = {
  requestIdWindow: {
    initial: 'infinite',
    says: 'milliseconds or "infinite"',
    accepts: (value) => value === 'infinite' || (isNumber(value) && value >= 0),
  },
  replay: oneOf<Settings['replay']>('withoutCredentials', 'sameBody', 'conflict409', 'domainTaken400'),
  replayStatus: oneOf<Settings['replayStatus']>(201, 200),
  sameIdDifferentBody: oneOf<Settings['sameIdDifferentBody']>('firstResult', 'reject409', 'executeNew'),
  concurrentSameId: oneOf<Settings['concurrentSameId']>('serialise', 'reject409', 'both→domainTaken'),
  errorConsumesRequestId: flag(false),
  successStatus: oneOf<Settings['successStatus']>(201, 200),
  visibilityDelay: pair([0, 0]),
  listDelay: delay(0),
  auditDelay: delay(0),
  lateEmailCheck: flag(true),
  orphanVisibility: oneOf<Settings['orphanVisibility']>('hidden', 'listed', 'audited'),
  domainOwner: oneOf<Settings['domainOwner']>('unlinkedTenant', 'otherPartner', 'ours'),
  domainTakenStatus: oneOf<Settings['domainTakenStatus']>(400, 409),
  codeType: oneOf<Settings['codeType']>('number', 'string'),
  bom: oneOf<Settings['bom']>('success', 'all', 'none'),
  legacy2017: flag(false),
  mfaEnforcedFraction: number(1, 0, 1),
  refreshTokenHasMfa: flag(true),
  sandbox: flag(false),
  sandboxLimit: number(75, 0, 1_000_000),
  strictNames: flag(false),
  cultureCheck: oneOf<Settings['cultureCheck']>('form', 'market'),
  accountAllowed: flag(true),
  unknownCountryStatus: oneOf<Settings['unknownCountryStatus']>(404, 400),
  pageSize: number(500, 1, 5_000),
  createLatency: latency(),
  readLatency: latency(),
  tokenLatency: latency(),
  commitAt: number(1, 0, 1),
  clientId: textOrNull(),
  clientSecret: textOrNull(),
  refreshToken: textOrNull(),
  tokenLifetimeSeconds: number(3600, 0, 86_400),
  resellers: {
    initial: [],
    says: 'a list of {id, name, mpnId, state, location}',
    accepts: (value) => Array.isArray(value) && value.every(isReseller),
  },
  seed: number(1, 0, 0xffffffff),
};

const DEFAULTS = Object.fromEntries(Object.entries(RULES).map(([name, rule]) => [name, rule.initial]));

/** The defaults with the given members instead. Throws a sentence for what is wrong with them. */
export function initialSettings(changes: Record<string, unknown> = {}): Settings {
  const settings = { ...DEFAULTS } as unknown as Settings;
  const faults = changeSettings(settings, changes);
  if (faults.length > 0) throw new Error(faults.join('; '));
  return settings;
}

/** Takes over the given members, all or none. Returns what is wrong with them, one sentence each. */
export function changeSettings(settings: Settings, changes: Record<string, unknown>): string[] {
  const faults = Object.entries(changes).flatMap(([name, value]) => {
    if (!Object.hasOwn(RULES, name)) return [`there is no setting ${JSON.stringify(name)}`];
    const rule = RULES[name as keyof Settings];
    return rule.accepts(value) ? [] : [`${name} must be ${rule.says}`];
  });
  if (faults.length === 0) Object.assign(settings, changes);
  return faults;
}
