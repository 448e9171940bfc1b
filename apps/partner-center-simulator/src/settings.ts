import { ADDRESS_STATUSES, type AddressStatus } from './api/address-fixtures.js';
import type { CountryRules } from './api/countries.js';
import {
  custom,
  delay,
  flag,
  isNumber,
  latency,
  type Latency,
  number,
  numberOrNull,
  oneOf,
  pair,
  type Rule,
  textOrNull,
} from './setting-rules.js';

/**
 * Every knob of the simulated service (reference 9), by its name in the reference where it has one. All can be changed
 * while the simulator runs; a call uses the values in force when it needs them. Delays are milliseconds.
 */
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
  cloud: 'global' | 'china' | 'us-government' | 'germany';
  audienceCheck: 'retired' | 'cloud';
  echoIds: boolean;
  commerceId: 'same' | 'different';
  givenPassword: 'ignored' | 'refused';
  malformedJsonCode: 400056 | 800002;
  wrongContentTypeStatus: 400 | 406 | 415 | null;
  registrationNumberElsewhere: 'refused' | 'ignored';
  countryRules: Readonly<Record<string, Partial<CountryRules> | null>>;
  countryRulesShape: 'recorded' | 'newer' | 'outdated';
  addressValidation: 'current' | 'legacy';
  addressStatus: AddressStatus | null;
  domainCheckKnows: 'all' | 'partners';
  partnerDomain: string;
  auditCorrelation: 'callers' | 'requestId' | 'own';
  delegatedAccess: boolean;
  validationStatus: (typeof VALIDATION_STATUSES)[number] | null;
  tenantId: string | null;
  refreshTokenRotation: 'keepsOld' | 'revokesOld';
  customerThrottling: 'none' | 'perCustomer' | 'perPartner';
  customerCallsPerMinute: number;
  auditCallsPerMinute: number | null;
  mfaRefusal: '900421' | 'emptyMfa' | '10001';
}

/** Reference 5.10. */
export const VALIDATION_STATUSES = ['Unknown', 'UnderReview', 'Allowed', 'NotAllowed', 'Not Ready'] as const;

export interface Reseller {
  readonly id: string;
  readonly name: string;
  readonly mpnId: string;
  readonly state: string;
  readonly location: string;
  /** False: the partner agreement was not accepted (2206). */
  readonly isAgreementSigned?: boolean;
  /** False: an account that is no indirect reseller (2204). */
  readonly isIndirectReseller?: boolean;
}

/** By upper-case country; the regular expressions in it must be valid. */
function areCountryRules(value: unknown): boolean {
  if (typeof value !== 'object' || value === null || Array.isArray(value)) return false;
  return Object.entries(value).every(
    ([country, rules]) => /^[A-Z]{2}$/.test(country) && (rules === null || isRules(rules as Record<string, unknown>)),
  );
}

function isRules(rules: Record<string, unknown>): boolean {
  if (typeof rules !== 'object' || Array.isArray(rules)) return false;
  try {
    for (const [name, value] of Object.entries(rules)) if (name.endsWith('Regex')) new RegExp(String(value));
    return true;
  } catch {
    return false;
  }
}

function isReseller(value: unknown): boolean {
  if (typeof value !== 'object' || value === null) return false;
  const reseller = value as Record<string, unknown>;
  const flags = [reseller['isAgreementSigned'], reseller['isIndirectReseller']];
  return (
    ['id', 'name', 'mpnId', 'state', 'location'].every((member) => typeof reseller[member] === 'string') &&
    flags.every((value) => value === undefined || typeof value === 'boolean')
  );
}

const RULES: { readonly [K in keyof Settings]: Rule<Settings[K]> } = {
  requestIdWindow: custom<Settings['requestIdWindow']>(
    'infinite',
    'milliseconds or "infinite"',
    (value) => value === 'infinite' || (isNumber(value) && value >= 0),
  ),
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
  resellers: custom<readonly Reseller[]>(
    [],
    'a list of {id, name, mpnId, state, location}',
    (value) => Array.isArray(value) && value.every(isReseller),
  ),
  seed: number(1, 0, 0xffffffff),
  cloud: oneOf<Settings['cloud']>('global', 'china', 'us-government', 'germany'),
  echoIds: flag(true),
  commerceId: oneOf<Settings['commerceId']>('same', 'different'),
  givenPassword: oneOf<Settings['givenPassword']>('ignored', 'refused'),
  malformedJsonCode: oneOf<Settings['malformedJsonCode']>(400056, 800002),
  wrongContentTypeStatus: oneOf<Settings['wrongContentTypeStatus']>(null, 400, 406, 415),
  registrationNumberElsewhere: oneOf<Settings['registrationNumberElsewhere']>('refused', 'ignored'),
  countryRules: custom<Settings['countryRules']>({}, 'an object of {iso2: {…} or null}', areCountryRules),
  countryRulesShape: oneOf<Settings['countryRulesShape']>('recorded', 'newer', 'outdated'),
  addressValidation: oneOf<Settings['addressValidation']>('current', 'legacy'),
  addressStatus: oneOf<Settings['addressStatus']>(null, ...ADDRESS_STATUSES),
  domainCheckKnows: oneOf<Settings['domainCheckKnows']>('all', 'partners'),
  partnerDomain: custom('partner.onmicrosoft.com', 'a string', (value) => typeof value === 'string'),
  auditCorrelation: oneOf<Settings['auditCorrelation']>('callers', 'requestId', 'own'),
  delegatedAccess: flag(true),
  validationStatus: oneOf<Settings['validationStatus']>(null, ...VALIDATION_STATUSES),
  audienceCheck: oneOf<Settings['audienceCheck']>('retired', 'cloud'),
  tenantId: textOrNull(),
  refreshTokenRotation: oneOf<Settings['refreshTokenRotation']>('keepsOld', 'revokesOld'),
  customerThrottling: oneOf<Settings['customerThrottling']>('none', 'perCustomer', 'perPartner'),
  customerCallsPerMinute: number(500, 0, 1_000_000),
  auditCallsPerMinute: numberOrNull(0, 1_000_000),
  mfaRefusal: oneOf<Settings['mfaRefusal']>('900421', 'emptyMfa', '10001'),
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
