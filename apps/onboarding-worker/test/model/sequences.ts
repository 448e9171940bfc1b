import fc from 'fast-check';
import type { FaultStep, Sequence, Step } from './steps.js';

const when = fc.constantFrom('before' as const, 'after' as const);
const status = (value: number, code?: number): FaultStep['action'] => ({
  kind: 'status',
  ...{ status: value, when: 'before' },
  ...(code === undefined ? {} : { code }),
});

/** May have been carried out or not: the answer does not tell. */
const unclear = fc.oneof(
  fc.record({ kind: fc.constantFrom('reset', 'close'), when }),
  fc.record({ kind: fc.constant('status'), status: fc.constantFrom(500, 502, 503, 504, 408), when }),
  fc.record({
    kind: fc.constant('status'),
    status: fc.constant(503),
    when,
    retryAfter: fc.constantFrom('120', '99999'),
  }),
  fc.record({ kind: fc.constantFrom('html', 'garbage', 'empty', 'truncated'), when: fc.constant('after' as const) }),
  fc.record({ kind: fc.constant('hang'), when, ms: fc.constant(400) }),
);
const throttled = fc.record({
  kind: fc.constant('throttle'),
  seconds: fc.constantFrom(0, 1, 57, 600, 4_000),
  form: fc.constantFrom('seconds', 'date', 'absent', 'absurd'),
});
const unauthorized = fc.record({
  kind: fc.constant('unauthorized'),
  variant: fc.constantFrom('ordinary', '900420', '900421', 'emptyMfa'),
});
const refused = fc.oneof(
  fc.constantFrom(
    status(400, 2007),
    status(400, 27100),
    status(409),
    status(403),
    status(404, 2030),
    status(403, 600006),
  ),
  fc.record({ kind: fc.constant('status'), status: fc.constant(400), code: fc.constant(27002), when }),
);
const contradicted = fc.constantFrom({ kind: 'wrongTenant' }, { kind: 'wrongDomain' });

const times = fc.oneof(
  { weight: 3, arbitrary: fc.constant(1) },
  { weight: 1, arbitrary: fc.integer({ min: 2, max: 6 }) },
);
const fault = (operation: FaultStep['operation'], action: fc.Arbitrary<FaultStep['action']>): fc.Arbitrary<Step> =>
  fc.record({ step: fc.constant('fault'), operation: fc.constant(operation), action, times, isForAll: fc.boolean() });
const onRead = fc.oneof(unclear, throttled, unauthorized);

const outage = fc.record({
  step: fc.constant('outage'),
  turns: fc.nat(10),
  order: fc.oneof(
    fc.record({
      mode: fc.constantFrom('reset', 'close', 'status'),
      scope: fc.constantFrom('all', 'api', 'token'),
      forMs: fc.constantFrom(2_000, 60_000, 900_000),
    }),
    fc.record({ mode: fc.constant('refuse') }),
  ),
});

const mishap = fc.record({
  step: fc.constant('mishap'),
  mishap: fc.record({
    kind: fc.constantFrom('crash', 'freeze', 'answer-lost'),
    after: fc.nat(14),
    moment: when,
  }),
});

const record = fc.record({
  step: fc.constant('record' as const),
  data: fc.constantFrom('same' as const, 'other company' as const, 'other domain' as const),
  isReplay: fc.boolean(),
});

const step: fc.Arbitrary<Step> = fc.oneof(
  { weight: 7, arbitrary: fault('create', unclear) },
  { weight: 2, arbitrary: fault('create', throttled) },
  { weight: 2, arbitrary: fault('create', refused) },
  { weight: 1, arbitrary: fault('create', unauthorized) },
  { weight: 1, arbitrary: fault('create', contradicted) },
  { weight: 1, arbitrary: fault('search', onRead) },
  { weight: 1, arbitrary: fault('audit', onRead) },
  { weight: 1, arbitrary: fault('domain', onRead) },
  { weight: 1, arbitrary: fault('token', fc.constantFrom(status(500), status(400), { kind: 'reset' })) },
  { weight: 2, arbitrary: outage },
  {
    weight: 1,
    arbitrary: fc.record({
      step: fc.constant('domain taken'),
      owner: fc.constantFrom('otherPartner', 'unlinkedTenant', 'oursWithoutEvidence', 'ours'),
    }),
  },
  {
    weight: 2,
    arbitrary: fc.constantFrom<Step>({ step: 'domain freed' }, { step: 'tokens expire' }, { step: 'outage over' }),
  },
  { weight: 6, arbitrary: fc.record({ step: fc.constant('turns'), count: fc.integer({ min: 1, max: 4 }) }) },
  {
    weight: 2,
    arbitrary: fc.record({ step: fc.constant('wait'), ms: fc.constantFrom(10, 900, 4_000, 11_000, 70_000, 400_000) }),
  },
  { weight: 6, arbitrary: mishap },
  { weight: 2, arbitrary: fc.constantFrom<Step>({ step: 'thaw' }, { step: 'another worker' }, { step: 'restart' }) },
  { weight: 2, arbitrary: record },
  {
    weight: 3,
    arbitrary: fc.record({ step: fc.constant('another onboarding'), domain: fc.constantFrom('own', 'own', 'same') }),
  },
);

const settings = fc.record({
  requestIdWindow: fc.constantFrom('infinite', 0, 60_000),
  replay: fc.constantFrom('withoutCredentials', 'sameBody', 'conflict409', 'domainTaken400'),
  replayStatus: fc.constantFrom(201, 200),
  successStatus: fc.constantFrom(201, 200),
  concurrentSameId: fc.constantFrom('serialise', 'reject409', 'both→domainTaken'),
  errorConsumesRequestId: fc.boolean(),
  domainTakenStatus: fc.constantFrom(400, 409),
  codeType: fc.constantFrom('number', 'string'),
  bom: fc.constantFrom('success', 'all', 'none'),
  // What the window is for: a tenant shows in list and log before it has passed.
  listDelay: fc.constantFrom(0, 5_000, 50_000),
  auditDelay: fc.constantFrom(0, 20_000, 55_000),
  orphanVisibility: fc.constantFrom('hidden', 'listed', 'audited'),
});

/** A sequence of any length up to `maxSteps`. */
export function sequences(maxSteps: number): fc.Arbitrary<Sequence> {
  return fc.record({
    settings,
    workers: fc.constantFrom(1, 1, 2),
    // The service finds out too late that the second one is wrong, and leaves an orphan (reference 7.1).
    email: fc.constantFrom(...Array<string>(5).fill('ops@northbakery.example'), 'ops@northbakery.u'),
    steps: fc.array(step, { minLength: Math.min(3, maxSteps), maxLength: maxSteps, size: 'max' }),
    afterwards: fc.option(record, { freq: 1 }),
  });
}
