import type { ClaimedOnboarding } from '#ledger';
import type { CallOptions, PartnerCenterClient, RuleViolation } from '#partner-center';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { ENDS_OF_OPTIONAL_READS, recordingPauses } from '../../test/recording-pauses.js';
import { Resellers } from './resellers.js';

const OURS = '11111111-2222-4333-8444-555555555555';
const STRANGER = '99999999-2222-4333-8444-555555555555';
const REFUSED = { field: 'associatedPartnerId' };
const FAILED = { kind: 'failed', why: 'server-error' };

interface Service {
  partnerIds: string[];
  /** Instead of the list. */
  failure: unknown;
  /** How long an answer takes; it holds who was there when it was asked for. */
  takesMs: number;
  /** When each question was put. */
  askedMs: number[];
}

function setUp(partnerIds: string[]): {
  service: Service;
  faultOf: (partnerId: string | null, signal?: AbortSignal) => Promise<RuleViolation | null>;
  begun: string[];
} {
  const service: Service = { partnerIds, failure: null, takesMs: 0, askedMs: [] };
  const indirectResellers = async ({ signal }: CallOptions): Promise<unknown> => {
    service.askedMs.push(performance.now());
    const { failure } = service;
    const value = service.partnerIds.map((partnerId) => ({ partnerId }));
    await new Promise((resolve) => {
      setTimeout(resolve, service.takesMs);
      signal?.addEventListener('abort', resolve);
    });
    if (signal?.aborted) return { kind: 'failed', why: 'timeout' };
    return failure ?? { kind: 'answered', value };
  };
  const client = { relationships: { indirectResellers } } as unknown as PartnerCenterClient;
  const { pauses, begun } = recordingPauses();
  let readings = 0;
  // No two readings are the same.
  const nowMs = (): number => performance.now() + (readings += 1) / 1e6;
  const resellers = new Resellers({ client, pauses, nowMs });
  const faultOf = (associatedPartnerId: string | null, signal = new AbortController().signal) => {
    const options = { ids: { requestId: 'r', correlationId: 'c' }, mayStart: () => true, signal };
    return resellers.faultOf({ associatedPartnerId } as ClaimedOnboarding, options);
  };
  return { service, faultOf, begun };
}

/** Lets time pass until the answer is there. */
async function end<T>(answer: Promise<T>): Promise<T> {
  await vi.runAllTimersAsync();
  return answer;
}

beforeEach(() => {
  vi.useFakeTimers({ toFake: ['setTimeout', 'performance'] });
});
afterEach(() => {
  vi.useRealTimers();
});

describe('the reseller that an onboarding names', () => {
  it('is not asked about where none is named', async () => {
    const { faultOf, service } = setUp([]);
    expect(await faultOf(null)).toBeNull();
    expect(service.askedMs).toEqual([]);
  });

  it('is right if the provider has it, whatever the case, and asked for once an hour', async () => {
    const { faultOf, service } = setUp([OURS.toUpperCase()]);
    for (const passMs of [0, 1, 3_599_998]) {
      vi.advanceTimersByTime(passMs);
      expect(await end(faultOf(OURS))).toBeNull();
    }
    expect(service.askedMs).toEqual([0]);
    vi.advanceTimersByTime(1);
    await end(faultOf(OURS));
    expect(service.askedMs).toEqual([0, 3_600_000]);
  });

  it('is refused only by an answer newer than its step: one who came a moment ago is known', async () => {
    const { faultOf, service } = setUp([OURS]);
    expect(await end(faultOf(STRANGER))).toMatchObject(REFUSED);
    service.partnerIds = [OURS, STRANGER];
    vi.advanceTimersByTime(5_000);
    expect(await end(faultOf(STRANGER))).toBeNull();
    expect(service.askedMs).toEqual([0, 5_000]);
  });

  it('is not refused by a question that was under way before its step, but by the next', async () => {
    const { faultOf, service } = setUp([OURS]);
    service.takesMs = 3_000;
    const earlier = faultOf(STRANGER);
    await vi.advanceTimersByTimeAsync(2_000);
    service.partnerIds = [OURS, STRANGER];
    const later = faultOf(STRANGER);
    expect(await end(earlier)).toMatchObject(REFUSED);
    expect(await end(later)).toBeNull();
    expect(service.askedMs).toEqual([0, 3_000]);
  });

  it('is known by the answer to a question that was under way, without another', async () => {
    const { faultOf, service } = setUp([OURS]);
    service.takesMs = 3_000;
    const answers = [faultOf(OURS)];
    await vi.advanceTimersByTimeAsync(2_000);
    answers.push(faultOf(OURS));
    expect(await end(Promise.all(answers))).toEqual([null, null]);
    expect(service.askedMs).toEqual([0]);
  });

  it('is asked about once by many at the same time', async () => {
    const { faultOf, service } = setUp([OURS]);
    const faults = await end(Promise.all([OURS, STRANGER, OURS].map((id) => faultOf(id))));
    expect(faults).toEqual([null, expect.objectContaining(REFUSED), null]);
    expect(service.askedMs).toEqual([0]);
  });

  it('costs a stream of strangers one question a second, and each of them is refused by it', async () => {
    const { faultOf, service } = setUp([OURS]);
    const faults = [];
    for (let ms = 0; ms < 5_000; ms += 50) {
      faults.push(faultOf(STRANGER));
      await vi.advanceTimersByTimeAsync(50);
    }
    expect(await end(Promise.all(faults))).toEqual(faults.map(() => expect.objectContaining(REFUSED) as unknown));
    expect(service.askedMs).toEqual([0, 1_000, 2_000, 3_000, 4_000, 5_000]);
  });
});

describe('a question about resellers without an answer', () => {
  it('decides nothing, and is not put again for a minute', async () => {
    const { faultOf, service } = setUp([OURS]);
    service.failure = FAILED;
    expect(await end(faultOf(STRANGER))).toBeNull();
    service.failure = null;
    vi.advanceTimersByTime(59_999);
    expect(await faultOf(STRANGER)).toBeNull();
    expect(service.askedMs).toEqual([0]);
    vi.advanceTimersByTime(1);
    expect(await end(faultOf(STRANGER))).toMatchObject(REFUSED);
  });

  it('leaves those known who were known, for the rest of their hour', async () => {
    const { faultOf, service } = setUp([OURS]);
    await end(faultOf(OURS));
    vi.advanceTimersByTime(70_000);
    service.failure = FAILED;
    expect(await end(faultOf(STRANGER))).toBeNull();
    vi.advanceTimersByTime(60_000);
    service.failure = null;
    expect(await end(faultOf(OURS))).toBeNull();
    expect(service.askedMs).toEqual([0, 70_000]);
  });

  it('holds nobody longer than the time it has, and silences the next ones', async () => {
    const { faultOf, service } = setUp([OURS]);
    service.takesMs = 1_000_000;
    const [asker, other] = [new AbortController(), new AbortController()];
    const asking = faultOf(STRANGER, asker.signal);
    const waiting = faultOf(STRANGER, other.signal);
    await vi.advanceTimersByTimeAsync(10_000);
    other.abort();
    expect(await waiting).toBeNull();
    asker.abort();
    expect(await asking).toBeNull();
    expect(await faultOf(STRANGER)).toBeNull();
    expect(service.askedMs).toHaveLength(1);
  });

  it.each(ENDS_OF_OPTIONAL_READS)('$answer.kind begins the pauses $begins', async ({ answer, begins }) => {
    const { faultOf, service, begun } = setUp([OURS]);
    service.failure = answer;
    expect(await end(faultOf(STRANGER))).toBeNull();
    expect(begun).toEqual(begins);
  });
});
