import { createRequestId, msCorrelationId } from '#events';
import type { ClaimedOnboarding, Database } from '#ledger';
import type { CreateAnswer, PartnerCenterClient } from '#partner-center';
import { describe, expect, it } from 'vitest';
import { ANSWERS, claimed } from '../../test/claimed.js';
import { type CreateOptions, type CreateResult, callCreate } from './create-step.js';
import type { PauseKeeper } from './pause-keeper.js';
import type { Resellers } from './resellers.js';

interface Situation {
  onboarding?: ClaimedOnboarding;
  answer?: CreateAnswer;
  /** Somebody else got a definite answer since the last attempt; null: the ledger is away. */
  definite?: boolean | null;
  othersWait?: boolean;
  /** What the read-only probes are answered, in their order; more than these are not answered. */
  probes?: boolean[];
  options?: Partial<CreateOptions>;
}

interface Happened {
  result: CreateResult;
  /** Requests in their order. */
  calls: string[];
  ids: { requestId: string; correlationId: string }[];
}

async function call(situation: Situation): Promise<Happened> {
  const { onboarding = claimed({ tries: 1, unsettled: true }), answer = ANSWERS.unclear, definite = false } = situation;
  const [calls, ids, probes] = [[] as string[], [] as Happened['ids'], [...(situation.probes ?? [])]];
  const query = (): Promise<unknown> =>
    definite === null
      ? Promise.reject(new Error('the database is away'))
      : Promise.resolve({ rows: [{ definite, others: situation.othersWait ?? false }] });
  const customers = {
    create: (_body: unknown, options: { ids: Happened['ids'][number] }) => {
      calls.push('create');
      ids.push(options.ids);
      return Promise.resolve(answer);
    },
    search: () => {
      calls.push('probe');
      return Promise.resolve(probes.shift() ? { kind: 'answered', value: [] } : { kind: 'failed' });
    },
  };
  const pauses = { onAnswer: () => Promise.resolve(), onOtherAnswer: () => Promise.resolve() };
  const parts = {
    db: { query } as unknown as Database,
    client: { customers } as unknown as PartnerCenterClient,
    pauses: pauses as unknown as PauseKeeper,
    resellers: { faultOf: () => Promise.resolve(null) } as unknown as Resellers,
    nowMs: () => 0,
  };
  const may = { mayStart: () => true, mayBegin: () => true };
  const options = { ...may, signal: new AbortController().signal, isProbe: false, ...situation.options };
  return { result: await callCreate(parts, onboarding, options), calls, ids };
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
    const brokenOff = await call({ definite: true, options: { signal: AbortSignal.abort() } });
    expect(brokenOff.result).toMatchObject({ counts: false, wasBrokenOff: true });
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
});
