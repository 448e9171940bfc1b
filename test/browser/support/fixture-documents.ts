import type * as Page from '../../../apps/operations-console/page/src/documents.js';

/** One moment for all documents, so that pictures of the page look the same every time. */
const NOW_MS = Date.parse('2026-03-14T10:30:00.000Z');
const before = (seconds: number): string => new Date(NOW_MS - seconds * 1_000).toISOString();

/** What an attacker would send as a company name: markup, a turn of the writing direction, unseen characters. */
export const HOSTILE =
  '<img src=x onerror="document.title=`taken`"><script>document.title="taken"</script>\u202ekcab\u0000\u200b';

export const overview: Page.Overview = {
  pending: 128,
  held: 2,
  oldestPendingSeconds: 412,
  outboxUnsent: 3,
  outboxBlocked: 0,
  recordsLost: 0,
  deadLetters: 530,
  pauses: [],
  series: {
    at: Array.from({ length: 60 }, (_, n) => NOW_MS / 1_000 - (59 - n) * 60),
    created: Array.from({ length: 60 }, (_, n) => Math.round(40 + 25 * Math.sin(n / 6))),
    failed: Array.from({ length: 60 }, (_, n) => (n % 13 === 0 ? 4 : 0)),
    p50Ms: Array.from({ length: 60 }, (_, n) => (n === 30 ? null : 1_800 + 400 * Math.sin(n / 5))),
    p95Ms: Array.from({ length: 60 }, (_, n) => (n === 30 ? null : 4_200 + 2_000 * Math.sin(n / 9))),
  },
};

export const pause: Page.Pause = {
  kind: 'outage',
  reason: 'Five unclear answers in a row from 3 onboardings: 503',
  since: before(180),
  until: new Date(NOW_MS + 5_000).toISOString(),
};

export const onboardings: Page.OnboardingListItem[] = [
  {
    correlationId: '0b5f7c2e-3d1a-4a6b-9c8d-7e6f5a4b3c2d',
    state: 'open',
    domain: 'northbakery42.onmicrosoft.com',
    since: before(412),
    attempts: 2,
    code: null,
  },
  {
    correlationId: 'order-2026-0042',
    state: 'held',
    domain: 'harbourlights.onmicrosoft.com',
    since: before(1_900),
    attempts: 0,
    code: 'PARTNER_CENTER_HTTP_403',
  },
  {
    correlationId: HOSTILE.slice(0, 100),
    state: 'rejected',
    domain: 'x.onmicrosoft.com',
    since: before(90_000),
    attempts: 1,
    code: 'PARTNER_CENTER_27100',
  },
];

export const onboarding: Page.Onboarding = {
  correlationId: '0b5f7c2e-3d1a-4a6b-9c8d-7e6f5a4b3c2d',
  state: 'created',
  domain: 'northbakery42.onmicrosoft.com',
  revision: 2,
  requestId: '5ad2b0a0-7f0c-5a0e-8d5b-2d7d1c7b9a10',
  msCorrelationId: '0b5f7c2e-3d1a-4a6b-9c8d-7e6f5a4b3c2d',
  attempts: 3,
  dueAt: null,
  tenantId: 'f3a1c2d4-5b6e-4f70-8a9b-0c1d2e3f4a5b',
  code: null,
  letters: ['3:17'],
  history: [
    { at: before(7_200), what: 'taken from onboarding.customer-requested 3:9041' },
    { at: before(7_199), what: 'create (400, PARTNER_CENTER_2003)', requestId: '1c9d7e0b-3b0d-5a4f-9a35-0d6a8f6f2f11' },
    { at: before(7_199), what: 'rejected, dead letter 3:17' },
    { at: before(600), what: 'replayed by plan 5d1f6d0e-6a3c-4c57-9c0b-9f7a0e5d2b11, revision 2' },
    { at: before(599), what: 'created (201)', requestId: '5ad2b0a0-7f0c-5a0e-8d5b-2d7d1c7b9a10' },
  ],
};

export const groups: Page.Group[] = [
  {
    fingerprint: '9c1185a5c5e9fc54',
    code: 'RULE_VIOLATION',
    httpStatus: null,
    fields: ['billingProfile.defaultAddress.postalCode'],
    count: 500,
    firstFailedAt: before(80_000),
    lastFailedAt: before(130),
    example: '3:17',
    trend: [0, 0, 3, 5, 9, 12, 18, 25, 31, 44, 52, 48, 40, 33, 29, 22, 30, 28, 21, 17, 13, 9, 6, 5],
  },
  {
    fingerprint: '52b5ab0b2a0f9d2e',
    code: 'PARTNER_CENTER_27100',
    httpStatus: 409,
    fields: [],
    count: 29,
    firstFailedAt: before(50_000),
    lastFailedAt: before(3_000),
    example: '0:4',
    trend: Array.from({ length: 24 }, (_, hour) => (hour > 12 ? 2 : 0)),
  },
  {
    fingerprint: 'f1d2d2f924e986ac',
    code: 'EVENT_UNDECODABLE',
    httpStatus: null,
    fields: [],
    count: 1,
    firstFailedAt: before(20_000),
    lastFailedAt: before(20_000),
    example: '1:1',
    trend: Array.from({ length: 24 }, (_, hour) => (hour === 18 ? 1 : 0)),
  },
];

export function letter(n: number): Page.Letter {
  return {
    id: `3:${n}`,
    partition: 3,
    offset: n,
    correlationId: n === 17 ? onboarding.correlationId : `order-2026-${String(n).padStart(4, '0')}`,
    code: 'RULE_VIOLATION',
    reason: 'invalid',
    message: 'billingProfile.defaultAddress.postalCode: is not a postal code of US',
    fields: ['billingProfile.defaultAddress.postalCode'],
    httpStatus: null,
    requestId: null,
    fingerprint: '9c1185a5c5e9fc54',
    attempts: 0,
    replays: n === 17 ? 1 : 0,
    firstFailedAt: before(80_000 - n),
    failedAt: before(80_000 - n),
    original: {
      topic: 'onboarding.customer-requested',
      partition: 3,
      offset: 9_000 + n,
      timestamp: NOW_MS - 80_000_000,
    },
  };
}

export const letterInFull: Page.LetterInFull = {
  ...letter(17),
  payload: {
    companyProfile: { domain: 'northbakery42.onmicrosoft.com' },
    billingProfile: {
      email: '•••',
      culture: 'en-US',
      companyName: '•••',
      defaultAddress: { country: 'US', city: 'Buffalo', postalCode: '•••', firstName: '•••' },
    },
  },
  text: null,
  headers: [
    ['ce_specversion', '1.0'],
    ['ce_type', 'CustomerRequested'],
    ['ce_source', HOSTILE],
    ['trace', null],
  ],
  history: onboarding.history.slice(0, 3),
  state: 'rejected',
};

export const revealed: Page.LetterInFull = {
  ...letterInFull,
  payload: {
    companyProfile: { domain: 'northbakery42.onmicrosoft.com' },
    billingProfile: {
      email: 'ops@northbakery.example',
      culture: 'en-US',
      companyName: HOSTILE,
      defaultAddress: { country: 'US', city: 'Buffalo', postalCode: '1420X', firstName: 'Gena' },
    },
  },
};

export const plan: Page.Plan = {
  plan: '5d1f6d0e-6a3c-4c57-9c0b-9f7a0e5d2b11',
  state: 'planned',
  total: 40,
  waiting: 36,
  sent: 0,
  open: 0,
  created: 0,
  announced: 0,
  failed: 0,
  nothing: 4,
  asForecast: 4,
  reason: null,
  madeBy: 'console operator',
  madeAt: before(60),
  selection: { group: '9c1185a5c5e9fc54' },
  patch: null,
  forecast: { create: 28, announceAgain: 2, reconcile: 1, failAgain: 5, nothing: 4 },
};

const FORECAST_OF: [Page.Forecast, string][] = [
  ['create', 'will be tried anew'],
  ['announceAgain', 'has a tenant: only announced again'],
  ['failAgain', 'still invalid: billingProfile.defaultAddress.postalCode, is not a postal code of US'],
  ['reconcile', 'unresolved: looked up first; a person may have to look'],
  ['nothing', 'being worked on now'],
];

export const planLetters: Page.PlanLetter[] = Array.from({ length: 16 }, (_, n) => {
  const [forecast, why] = FORECAST_OF[n % 8 < 4 ? 0 : (n % 4) + 1] ?? ['create', ''];
  return { id: `3:${n + 1}`, forecast, why, state: forecast === 'nothing' ? 'nothing' : 'waiting', code: null };
});

export const audit: Page.AuditEntry[] = [
  {
    id: '4',
    at: before(40),
    who: 'console operator',
    what: 'plan started',
    subject: plan.plan,
    detail: { ramp: [1, 2, 5] },
  },
  { id: '3', at: before(60), who: 'console operator', what: 'plan made', subject: plan.plan, detail: { letters: 40 } },
  { id: '2', at: before(300), who: 'console operator', what: 'payload shown', subject: '3:17', detail: {} },
  {
    id: '1',
    at: before(4_000),
    who: 'ops@admin-1',
    what: 'onboarding resolved',
    subject: HOSTILE.slice(0, 60),
    detail: {},
  },
];
