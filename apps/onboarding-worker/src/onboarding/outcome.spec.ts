import { createRequestId } from '#events';
import { describe, expect, it } from 'vitest';
import { ANSWERS, claimed, context, headerOf, NOW_MS, TENANT } from '../../test/claimed.js';
import { decideOutcome } from './outcome.js';

const kindsOf = (transition: { publish: { kind: string }[] }): string[] => transition.publish.map(({ kind }) => kind);

describe('a definite yes', () => {
  it('is created, settled and announced once', () => {
    const transition = decideOutcome(claimed({ unsettled: true, windowAgeMs: 5 }), ANSWERS.created, context());
    expect(transition).toMatchObject({
      state: 'created',
      dueInMs: null,
      unsettled: false,
      definite: true,
      refusal: null,
    });
    expect(transition.created).toMatchObject({ tenantId: TENANT, sealedCredentials: null });
    expect(kindsOf(transition)).toEqual(['created']);
  });

  it('after an unclear call is not recovered: the repeated call itself was answered', () => {
    const { publish } = decideOutcome(claimed({ unsettled: true, windowAgeMs: 5 }), ANSWERS.created, context());
    expect(JSON.parse(publish[0]!.value!)).toMatchObject({ recovered: false });
  });

  it('carries sealed credentials in the event only where they are delivered by it', () => {
    for (const inEvent of [true, false]) {
      const credentials = { kind: 'sealed' as const, jwe: 'a.b.c.d.e', inEvent };
      const transition = decideOutcome(claimed(), ANSWERS.created, context({ credentials }));
      expect(transition.created!.sealedCredentials).toBe('a.b.c.d.e');
      expect(JSON.parse(transition.publish[0]!.value!).sealedCredentials).toBe(inEvent ? 'a.b.c.d.e' : undefined);
    }
  });

  it('never tells the password to anybody', () => {
    const told = JSON.stringify(decideOutcome(claimed(), ANSWERS.created, context()), (_, value: unknown) =>
      typeof value === 'bigint' ? String(value) : value,
    );
    expect(told).not.toContain(ANSWERS.created.customer.password);
  });

  it('that contradicts the request is never announced: unresolved, and its window begins', () => {
    const transition = decideOutcome(claimed(), ANSWERS.contradicted, context());
    expect(transition).toMatchObject({ state: 'unresolved', unsettled: true, windowBegins: true, attemptsTotal: 1 });
    expect(kindsOf(transition)).toEqual(['dead-letter', 'rejected']);
    expect(headerOf(transition.publish[0], 'dead-letter-code')).toBe('OUTCOME_UNRESOLVED');
  });
});

describe('a definite no', () => {
  it('that a read told before any call is a rule violation without an attempt or a request id', () => {
    const violation = { field: 'associatedPartnerId', message: 'must be a reseller' };
    const transition = decideOutcome(claimed(), { kind: 'rule-broken', violation }, context());
    expect(transition).toMatchObject({ state: 'rejected', attemptsTotal: 0, wasAttempt: false, definite: false });
    expect(headerOf(transition.publish[0], 'dead-letter-code')).toBe('RULE_VIOLATION');
    expect(headerOf(transition.publish[0], 'dead-letter-request-id')).toBeUndefined();
    expect(JSON.parse(transition.publish[1]!.value!)).toMatchObject({
      ...{ code: 'RULE_VIOLATION', fields: ['associatedPartnerId'], message: 'associatedPartnerId must be a reseller' },
    });
  });

  it('is rejected with its code, fields and request id when no call is unsettled', () => {
    const transition = decideOutcome(claimed({ attemptsTotal: 2, deadLetters: 1 }), ANSWERS.refused, context());
    expect(transition).toMatchObject({ state: 'rejected', unsettled: false, deadLetters: 2, failedAtMs: NOW_MS });
    expect(kindsOf(transition)).toEqual(['dead-letter', 'rejected']);
    expect(headerOf(transition.publish[0], 'dead-letter-attempts')).toBe('3');
    expect(JSON.parse(transition.publish[1]!.value!)).toMatchObject({
      ...{ code: 'PARTNER_CENTER_2000', httpStatus: 400, fields: ['billingProfile.email'] },
      requestId: createRequestId('crm-42', 1),
    });
  });

  it('without a code is named after its status', () => {
    const { refusal } = decideOutcome(claimed(), { ...ANSWERS.refused, code: null }, context());
    expect(refusal!.code).toBe('PARTNER_CENTER_HTTP_400');
  });

  it('while an earlier call is unsettled is reconciled first, from the end of this call', () => {
    const before = claimed({ unsettled: true, windowAgeMs: 5, tries: 3 });
    const transition = decideOutcome(before, ANSWERS.refused, context());
    expect(transition).toMatchObject({ state: 'open', step: 'reconcile', cause: 'refused', unsettled: true });
    expect(transition).toMatchObject({ windowBegins: true, tries: 0, dueInMs: 0, publish: [] });
  });

  it('27002 is always reconciled first: it may have made the tenant', () => {
    const transition = decideOutcome(claimed(), ANSWERS['refused-maybe-created'], context());
    expect(transition).toMatchObject({ step: 'reconcile', cause: 'refused', unsettled: true, windowBegins: true });
    expect(transition.publish).toEqual([]);
  });

  it.each([true, false])('a taken domain is final only after a look at our own list (unsettled: %s)', (unsettled) => {
    const transition = decideOutcome(claimed({ unsettled }), ANSWERS['domain-taken'], context());
    expect(transition).toMatchObject({ state: 'open', step: 'reconcile', cause: 'domain-taken', unsettled });
    expect(transition).toMatchObject({ publish: [], refusal: { code: 'PARTNER_CENTER_27100' } });
  });
});

describe('an unclear answer', () => {
  it('is repeated after a growing wait, unsettled, with the same request', () => {
    const delays = [0, 1, 2, 3].map((tries) => {
      const transition = decideOutcome(claimed({ tries }), ANSWERS.unclear, context());
      expect(transition).toMatchObject({ state: 'open', step: 'create', unsettled: true, windowBegins: true });
      expect(transition).toMatchObject({ tries: tries + 1, publish: [], definite: false });
      return transition.dueInMs!;
    });
    expect(delays).toEqual([1_000, 1_500, 3_000, 6_000]);
  });

  it('spends an attempt only when the service was evidently working', () => {
    const [spent, free] = [true, false].map((counts) => decideOutcome(claimed(), ANSWERS.unclear, context({ counts })));
    expect(spent).toMatchObject({ attempts: 1, attemptsTotal: 1, history: [{ counted: true }] });
    expect(free).toMatchObject({ attempts: 0, attemptsTotal: 0, history: [{ counted: false }] });
  });

  it('that spends the last attempt is reconciled, not rejected', () => {
    const transition = decideOutcome(claimed({ attempts: 7, tries: 9 }), ANSWERS.unclear, context({ counts: true }));
    expect(transition).toMatchObject({ state: 'open', step: 'reconcile', cause: 'exhausted', dueInMs: 0, publish: [] });
    expect(transition.tries).toBe(0);
  });

  it('waits as long as a 5xx asks, but never longer than a throttle may', () => {
    const wait = (retryAfterMs: number): number | null =>
      decideOutcome(claimed(), { ...ANSWERS.unclear, retryAfterMs }, context()).dueInMs;
    expect(wait(60_000)).toBe(60_000);
    expect(wait(Number.MAX_SAFE_INTEGER)).toBe(900_000);
  });

  it('that our own shutdown made is repeated at once by the next worker', () => {
    expect(decideOutcome(claimed(), ANSWERS.unclear, context({ wasBrokenOff: true })).dueInMs).toBe(0);
  });
});

describe('what is the world’s fault', () => {
  it.each(['throttled', 'token-failed', 'account-refused'] as const)('leaves a held onboarding held: %s', (kind) => {
    const next = decideOutcome(claimed({ state: 'held', holds: 2 }), ANSWERS[kind], context());
    expect(next).toMatchObject({ state: 'held', holds: 2 });
  });

  it('keeps what an earlier call was refused with, and a held one waiting for its hold', () => {
    const refusal = { code: 'PARTNER_CENTER_27002', httpStatus: 400, message: 'no', fields: [], requestId: null };
    const next = decideOutcome(claimed({ state: 'held', refusal }), ANSWERS.throttled, context());
    expect(next).toMatchObject({ refusal, waitingFor: 'hold' });
  });

  it('opens a held onboarding again when its call had an unclear end', () => {
    expect(decideOutcome(claimed({ state: 'held', holds: 2 }), ANSWERS.unclear, context()).state).toBe('open');
  });

  it.each(['throttled', 'not-sent', 'token-failed', 'account-refused', 'held'] as const)(
    '%s spends nothing, settles nothing and ends nothing',
    (kind) => {
      const before = claimed({ attempts: 7, attemptsTotal: 9, unsettled: true, windowAgeMs: 5, deadLetters: 1 });
      expect(decideOutcome(before, ANSWERS[kind], context({ counts: true }))).toMatchObject({
        ...{ attempts: 7, attemptsTotal: 9, unsettled: true, deadLetters: 1, step: 'create', definite: false },
        ...{ publish: [], dueInMs: expect.any(Number), wasAttempt: false, windowBegins: false },
        refusal: kind === 'held' ? { code: 'PARTNER_CENTER_HTTP_403', httpStatus: 403 } : null,
      });
    },
  );

  it('holds a 403 or 404: the probe interval, doubling up to an hour', () => {
    const waits = [0, 1, 2, 20].map((holds) => {
      const transition = decideOutcome(claimed({ holds }), ANSWERS.held, context());
      expect(transition).toMatchObject({ state: 'held', holds: holds + 1, waitingFor: 'hold' });
      return transition.dueInMs;
    });
    expect(waits).toEqual([5_000, 10_000, 20_000, 3_600_000]);
  });

  it('backs off where no connection could be made, but not where the gate was closed', () => {
    expect(decideOutcome(claimed(), ANSWERS['not-sent'], context())).toMatchObject({ dueInMs: 1_000, tries: 1 });
    const closed = { ...ANSWERS['not-sent'], why: 'gate-closed' as const };
    expect(decideOutcome(claimed(), closed, context())).toMatchObject({ dueInMs: 0, tries: 0, history: [] });
  });
});
