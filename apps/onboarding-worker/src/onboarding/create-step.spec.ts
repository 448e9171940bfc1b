import { createRequestId, msCorrelationId } from '#events';
import type { ClaimedOnboarding, Database } from '#ledger';
import type { CallOptions, CreateAnswer, PartnerCenterClient, RuleViolation } from '#partner-center';
import { describe, expect, it } from 'vitest';
import { ANSWERS, TENANT, claimed } from '../../test/claimed.js';
import { ENDS_OF_OPTIONAL_READS, recordingPauses } from '../../test/recording-pauses.js';
import { type CreateOptions, type CreateResult, callCreate } from './create-step.js';
import type { Resellers } from './resellers.js';

interface Situation {
  onboarding?: ClaimedOnboarding;
  answer?: CreateAnswer;
  /** Somebody else got a definite answer since the last attempt; null: the ledger is away. */
  definite?: boolean | null;
  othersWait?: boolean;
  /** What the read-only probes are answered, in their order; more than these are not answered. */
  probes?: boolean[];
  /** What a probe gets that is not answered. */
  unanswered?: unknown;
  options?: Partial<CreateOptions>;
  violation?: RuleViolation;
}

interface Happened {
  result: CreateResult;
  /** Requests in their order. */
  calls: string[];
  ids: { requestId: string; correlationId: string }[];
  /** What the create call was told to ask before it begins. */
  asks: (() => boolean)[];
  /** Of the looks for the reseller and of the probes. */
  signals: (AbortSignal | undefined)[];
  /** Pauses that began. */
  begun: string[];
}

async function call(situation: Situation): Promise<Happened> {
  const { onboarding = claimed({ tries: 1, unsettled: true }), answer = ANSWERS.unclear, definite = false } = situation;
  const { pauses, begun } = recordingPauses();
  const happened: Omit<Happened, 'result'> = { calls: [], ids: [], asks: [], signals: [], begun };
  const probes = [...(situation.probes ?? [])];
  const query = (): Promise<unknown> =>
    definite === null
      ? Promise.reject(new Error('the database is away'))
      : Promise.resolve({ rows: [{ definite, others: situation.othersWait ?? false }] });
  const customers = {
    create: (_body: unknown, { ids, mayStart }: { ids: Happened['ids'][number]; mayStart: () => boolean }) => {
      happened.calls.push('create');
      happened.ids.push(ids);
      happened.asks.push(mayStart);
      return Promise.resolve({ ...answer, call: { ...ids, msCv: null } });
    },
    search: (_query: unknown, { signal }: CallOptions) => {
      happened.calls.push('probe');
      happened.signals.push(signal);
      const { unanswered = { kind: 'failed' } } = situation;
      return Promise.resolve(probes.shift() ? { kind: 'answered', value: [] } : unanswered);
    },
  };
  const faultOf = (_onboarding: unknown, { signal }: CallOptions): Promise<RuleViolation | null> => {
    happened.signals.push(signal);
    return Promise.resolve(situation.violation ?? null);
  };
  const parts = {
    db: { query } as unknown as Database,
    client: { customers } as unknown as PartnerCenterClient,
    pauses,
    resellers: { faultOf } as unknown as Resellers,
    nowMs: () => 0,
  };
  const may = { mayStart: () => true, mayBegin: () => true };
  const options = { ...may, signal: new AbortController().signal, isProbe: false, ...situation.options };
  return { result: await callCreate(parts, onboarding, options), ...happened };
}

describe('an unclear answer', () => {
  it('counts when somebody else got a definite one meanwhile, without a probe', async () => {
    const { result, calls } = await call({ definite: true });
    expect([result.counts, calls]).toEqual([true, ['create']]);
  });

  it('counts when nobody else waits and the service answered a probe before and after it', async () => {
    const { result, calls } = await call({ probes: [true, true] });
    expect([result.counts, calls]).toEqual([true, ['probe', 'create', 'probe']]);
  });

  it.each([
    ['before it', [false, true], ['probe', 'create']],
    ['after it', [true, false], ['probe', 'create', 'probe']],
  ])('does not count when the probe %s was not answered', async (_when, probes, expected) => {
    const { result, calls } = await call({ probes });
    expect([result.counts, calls]).toEqual([false, expected]);
  });

  it('to a first call is not probed for: only what others were answered makes it count', async () => {
    const { result, calls } = await call({ onboarding: claimed(), probes: [true, true] });
    expect([result.counts, calls]).toEqual([false, ['create']]);
  });

  it('does not count while others wait and none of them was answered', async () => {
    const { result, calls } = await call({ othersWait: true, probes: [true, true] });
    expect([result.counts, calls]).toEqual([false, ['create']]);
  });

  it('does not count while the ledger cannot say what others were answered', async () => {
    const { result, calls } = await call({ definite: null, probes: [true, true] });
    expect([result.counts, calls]).toEqual([false, ['create']]);
  });

  it('never counts for the probe of a pause, nor when this worker broke the call off', async () => {
    const probe = await call({ definite: true, options: { isProbe: true } });
    expect([probe.result.counts, probe.calls]).toEqual([false, ['create']]);
    const unanswered = await call({ options: { isProbe: true }, probes: [true, true] });
    expect([unanswered.result.counts, unanswered.calls]).toEqual([false, ['create']]);
    const brokenOff = await call({ definite: true, options: { signal: AbortSignal.abort() } });
    expect(brokenOff.result).toMatchObject({ counts: false, wasBrokenOff: true });
  });
});

describe('looks beside the create call', () => {
  it('have one time limit together before it, and another after it', async () => {
    const onboarding = claimed({ tries: 1, associatedPartnerId: TENANT });
    const { calls, signals } = await call({ onboarding, probes: [true, true] });
    const [reseller, before, after] = signals;
    expect([calls, signals.length]).toEqual([['probe', 'create', 'probe'], 3]);
    expect(before).toBe(reseller);
    expect(after).not.toBe(before);
  });

  it('end when the worker breaks off', async () => {
    const { signals } = await call({ options: { signal: AbortSignal.abort() } });
    expect(signals.map((signal) => signal?.aborted)).toEqual([true]);
  });

  it.each(ENDS_OF_OPTIONAL_READS)('$answer.kind begins the pauses $begins', async ({ answer, begins }) => {
    expect((await call({ unanswered: answer })).begun).toEqual(begins);
  });
});

describe('a definite answer', () => {
  it('never counts as unclear, nor as broken off', async () => {
    const { result } = await call({
      definite: true,
      answer: ANSWERS.refused,
      options: { signal: AbortSignal.abort() },
    });
    expect(result).toMatchObject({ counts: false, wasBrokenOff: false });
  });
});

describe('the request', () => {
  it('has the same ids at every try of a revision', async () => {
    for (const tries of [0, 1, 7]) {
      const { ids } = await call({
        onboarding: claimed({ tries, attempts: tries, claim: BigInt(tries), revision: 3 }),
      });
      expect(ids).toEqual([{ requestId: createRequestId('crm-42', 3), correlationId: msCorrelationId('crm-42') }]);
    }
  });

  it('begins only while it may begin, which ends sooner than the right to ask', async () => {
    const mayBegin = (): boolean => false;
    expect((await call({ options: { mayBegin } })).asks).toEqual([mayBegin]);
  });
});

describe('a rule that the named reseller breaks', () => {
  const violation = { field: 'associatedPartnerId', message: 'unknown' };
  const naming = (with_: Partial<ClaimedOnboarding>): ClaimedOnboarding =>
    claimed({ associatedPartnerId: TENANT, ...with_ });

  it('ends an onboarding that nothing was called for, without a call', async () => {
    const { result, calls } = await call({ onboarding: naming({}), violation });
    expect([result.answer, calls]).toEqual([{ kind: 'rule-broken', violation }, []]);
  });

  it('decides nothing while an earlier call may have made the tenant, nor for a probe', async () => {
    const unsettled = await call({ onboarding: naming({ unsettled: true }), violation });
    const probe = await call({ onboarding: naming({}), violation, options: { isProbe: true } });
    expect([unsettled.result.answer.kind, probe.result.answer.kind]).toEqual(['unclear', 'unclear']);
  });
});
