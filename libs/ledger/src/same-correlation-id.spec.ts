/** The table of contract 2, "The same correlation id again, in another record": one test a row. */
import { describe, expect, it } from 'vitest';
import type { KnownOnboarding } from './intake.js';
import { type AnotherRecord, judgeSameCorrelationId } from './same-correlation-id.js';

const [FIRST, SECOND, CORRECTION, OTHER] = ['first', 'second', 'correction', 'other'].map((text) => Buffer.from(text));
const FAILED_AT_MS = 1_000;

function onboarding(with_: Partial<KnownOnboarding> = {}): KnownOnboarding {
  return {
    ...{ correlationId: 'a', state: 'open', revision: 2, digests: [FIRST!, SECOND!], correctionDigest: null },
    ...{ unsettled: false, failedAtMs: null, announcement: null },
    ...with_,
  };
}

const failed = (with_: Partial<KnownOnboarding> = {}): KnownOnboarding =>
  onboarding({ state: 'rejected', failedAtMs: FAILED_AT_MS, ...with_ });

const another = (digest: Buffer | undefined, with_: Partial<AnotherRecord> = {}): AnotherRecord => ({
  ...{ digest: digest!, timestampMs: FAILED_AT_MS + 1, isReplay: false },
  ...with_,
});

const duplicate = { kind: 'duplicate' };
const reused = { kind: 'reused' };
const reopen = (how: string): unknown => ({ kind: 'reopen', how });

describe.each(['open', 'held'] as const)('an onboarding that is %s', (state) => {
  it.each([true, false])('takes the same data as a duplicate (replay: %s)', (isReplay) => {
    for (const data of [FIRST, SECOND]) {
      expect(judgeSameCorrelationId(onboarding({ state }), another(data, { isReplay }))).toEqual(duplicate);
    }
  });

  it.each([true, false])('refuses other data as CORRELATION_ID_REUSED (replay: %s)', (isReplay) => {
    expect(judgeSameCorrelationId(onboarding({ state }), another(OTHER, { isReplay }))).toMatchObject(reused);
  });

  it('takes only the data of the unsettled revision as the same', () => {
    const unsettled = onboarding({ state, unsettled: true });
    expect(judgeSameCorrelationId(unsettled, another(SECOND))).toEqual(duplicate);
    expect(judgeSameCorrelationId(unsettled, another(FIRST))).toMatchObject(reused);
  });

  it('takes a correction that waits for the old call as a revision', () => {
    const correcting = onboarding({ state, unsettled: true, correctionDigest: CORRECTION! });
    expect(judgeSameCorrelationId(correcting, another(CORRECTION))).toEqual(duplicate);
    expect(judgeSameCorrelationId(correcting, another(OTHER))).toMatchObject(reused);
  });
});

describe('a created onboarding', () => {
  const created = onboarding({ state: 'created' });

  it('announces the same CustomerCreated again on a replay of the data of any revision', () => {
    for (const data of [FIRST, SECOND]) {
      expect(judgeSameCorrelationId(created, another(data, { isReplay: true }))).toEqual({ kind: 'announce-again' });
    }
  });

  it('takes any other record with the same data as a duplicate', () => {
    expect(judgeSameCorrelationId(created, another(SECOND))).toEqual(duplicate);
  });

  it.each([true, false])('refuses other data as CORRELATION_ID_REUSED (replay: %s)', (isReplay) => {
    expect(judgeSameCorrelationId(created, another(OTHER, { isReplay }))).toMatchObject(reused);
  });
});

describe('a dead-lettered onboarding whose calls are settled', () => {
  it.each([
    ['the same data', FIRST],
    ['other data', OTHER],
  ])('is tried anew with a new revision by %s', (_, data) => {
    expect(judgeSameCorrelationId(failed(), another(data))).toEqual(reopen('new-revision'));
    const oldReplay = another(data, { timestampMs: 0, isReplay: true });
    expect(judgeSameCorrelationId(failed(), oldReplay)).toEqual(reopen('new-revision'));
  });
});

describe.each(['rejected', 'unresolved'] as const)(
  'a dead-lettered onboarding (%s) with an unsettled call',
  (state) => {
    const unsettled = failed({ state, unsettled: true });

    it('is tried anew with the same revision by the data of that revision', () => {
      expect(judgeSameCorrelationId(unsettled, another(SECOND))).toEqual(reopen('same-revision'));
    });

    it.each([
      ['other data', OTHER],
      ['the data of an older revision', FIRST],
    ])('settles the old call first before %s', (_, data) => {
      expect(judgeSameCorrelationId(unsettled, another(data))).toEqual(reopen('correction'));
    });
  },
);

describe('a record that was not written after the failure was recorded', () => {
  it.each([FAILED_AT_MS, FAILED_AT_MS - 1])(
    'is a duplicate if its data are the same (written at %s)',
    (timestampMs) => {
      expect(judgeSameCorrelationId(failed(), another(SECOND, { timestampMs }))).toEqual(duplicate);
    },
  );

  it('is refused as CORRELATION_ID_REUSED if its data are other ones, and a replay of it is tried', () => {
    const older = another(OTHER, { timestampMs: FAILED_AT_MS });
    expect(judgeSameCorrelationId(failed(), older)).toMatchObject(reused);
    expect(judgeSameCorrelationId(failed(), { ...older, isReplay: true })).toEqual(reopen('new-revision'));
  });
});
