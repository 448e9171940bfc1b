import { describe, expect, it } from 'vitest';
import { customerData } from '#testing';
import { aRecord, claimed, context, findings, FOUND, headerOf, TENANT } from '../../test/claimed.js';
import { decideReconciliation, needsDomainCheck } from './reconciliation.js';

const refusal = { code: 'PARTNER_CENTER_27100', httpStatus: 409, message: 'taken', fields: [], requestId: TENANT };
const looking = (with_: Parameters<typeof claimed>[0]): ReturnType<typeof claimed> =>
  claimed({ step: 'reconcile', unsettled: true, windowAgeMs: 5, ...with_ });
const taken = looking({ cause: 'domain-taken', refusal });
const takenSettled = looking({ cause: 'domain-taken', refusal, unsettled: false, windowAgeMs: null });
const inWindow = { afterWindow: false, windowLeftMs: 7_000 };
const CAUSES = ['domain-taken', 'refused', 'exhausted', 'tried-anew', 'correction', null] as const;

describe('a customer with evidence that our correlation id made it', () => {
  it.each(CAUSES)('is adopted and announced as recovered, also in the window (cause %s)', (cause) => {
    for (const when of [{}, inWindow]) {
      const found = findings({ customer: FOUND, isOurs: true, ...when });
      const transition = decideReconciliation(looking({ cause, refusal }), found, context());
      expect(transition).toMatchObject({ state: 'created', unsettled: false, created: { tenantId: TENANT } });
      expect(JSON.parse(transition.publish[0]!.value!)).toMatchObject({ recovered: true, companyName: 'North Bakery' });
      expect(transition.definite).toBe(false);
    }
  });

  it('is adopted when the domain was taken and no call was unsettled', () => {
    const found = findings({ customer: FOUND, isOurs: true });
    expect(decideReconciliation(takenSettled, found, context()).state).toBe('created');
  });
});

describe('a customer without evidence', () => {
  it('rejects a taken domain at once when no call is unsettled', () => {
    const transition = decideReconciliation(takenSettled, findings({ customer: FOUND, ...inWindow }), context());
    expect(transition).toMatchObject({ state: 'rejected', refusal: { code: 'PARTNER_CENTER_27100' } });
  });

  it.each(CAUSES)('waits out the window while a call is unsettled, then is unresolved (cause %s)', (cause) => {
    const onboarding = looking({ cause, refusal });
    const waiting = decideReconciliation(onboarding, findings({ customer: FOUND, ...inWindow }), context());
    expect(waiting).toMatchObject({ state: 'open', step: 'reconcile', cause, unsettled: true, publish: [] });
    const transition = decideReconciliation(onboarding, findings({ customer: FOUND }), context());
    expect(transition).toMatchObject({ state: 'unresolved', unsettled: true, refusal: { code: 'OUTCOME_UNRESOLVED' } });
    expect(transition.publish.map(({ kind }) => kind)).toEqual(['dead-letter', 'rejected']);
    expect(headerOf(transition.publish[0], 'dead-letter-message')).toContain(onboarding.domain);
  });
});

describe('no customer', () => {
  it('rejects a taken domain at once when no call is unsettled', () => {
    expect(decideReconciliation(takenSettled, findings(inWindow), context()).state).toBe('rejected');
  });

  it.each(CAUSES)('concludes nothing before the window has passed (cause %s)', (cause) => {
    const transition = decideReconciliation(looking({ cause, refusal }), findings(inWindow), context());
    expect(transition).toMatchObject({ state: 'open', step: 'reconcile', unsettled: true, publish: [], tries: 1 });
    expect(transition.dueInMs).toBe(1_000);
    const ending = decideReconciliation(looking({ cause }), findings({ ...inWindow, windowLeftMs: 70 }), context());
    expect(ending.dueInMs).toBe(70);
  });

  it('after the window: a domain that exists all the same is rejected, one that does not is tried again', () => {
    const exists = decideReconciliation(taken, findings({ domainExists: true }), context());
    expect(exists).toMatchObject({ state: 'rejected', unsettled: false, refusal: { code: 'PARTNER_CENTER_27100' } });
    const free = decideReconciliation(taken, findings({ domainExists: false }), context());
    expect(free).toMatchObject({ state: 'open', step: 'create', revision: 1, unsettled: false, publish: [] });
  });

  it('after the window: a domain that exists is rejected with its code also when the attempts are spent', () => {
    const spent = { ...taken, attempts: 8 };
    expect(decideReconciliation(spent, findings({ domainExists: true }), context()).refusal!.code).toBe(
      'PARTNER_CENTER_27100',
    );
    expect(decideReconciliation(spent, findings({ domainExists: false }), context()).refusal!.code).toBe(
      'ATTEMPTS_EXHAUSTED',
    );
  });

  it('after the window: 27002 and any other refusal stand, settled', () => {
    const refused = looking({ cause: 'refused', refusal: { ...refusal, code: 'PARTNER_CENTER_27002' } });
    const transition = decideReconciliation(refused, findings(), context());
    expect(transition).toMatchObject({
      state: 'rejected',
      unsettled: false,
      refusal: { code: 'PARTNER_CENTER_27002' },
    });
  });

  it('after the window: spent attempts are exhausted', () => {
    const transition = decideReconciliation(looking({ cause: 'exhausted', refusal }), findings(), context());
    expect(transition).toMatchObject({ state: 'rejected', unsettled: false, refusal: { code: 'ATTEMPTS_EXHAUSTED' } });
  });

  it('after the window: what was tried anew is called again with the same revision', () => {
    const transition = decideReconciliation(looking({ cause: 'tried-anew' }), findings(), context());
    expect(transition).toMatchObject({ state: 'open', step: 'create', cause: null, revision: 1, unsettled: false });
  });
});

describe('a correction that waits for the old call to be settled', () => {
  const corrected = looking({ cause: 'correction', correction: aRecord({ offset: 99n, key: null }) });

  it('goes on waiting while the window has not passed', () => {
    expect(decideReconciliation(corrected, findings(inWindow), context()).correction).toBe('keep');
  });

  it('becomes the next revision when the old call made nothing, for the domain that is sent', () => {
    const data = customerData('other', {
      domain: '\u00a0 Other.onmicrosoft.com\t',
      address: { country: 'de' },
      associatedPartnerId: TENANT,
    });
    const correction = aRecord({ data: JSON.stringify(data) });
    const transition = decideReconciliation({ ...corrected, correction }, findings(), context());
    const promote = { domain: 'other.onmicrosoft.com', country: 'DE', associatedPartnerId: TENANT };
    expect(transition).toMatchObject({ state: 'open', step: 'create', correction: { promote }, publish: [] });
  });

  it('is dead-lettered as CORRELATION_ID_REUSED when the old call made the tenant', () => {
    const transition = decideReconciliation(corrected, findings({ customer: FOUND, isOurs: true }), context());
    expect(transition).toMatchObject({ state: 'created', correction: 'drop' });
    const [event, letter] = transition.publish;
    expect(event!.kind).toBe('created');
    expect(letter).toMatchObject({ kind: 'dead-letter', code: 'CORRELATION_ID_REUSED', slot: 1 });
    expect(headerOf(letter, 'dead-letter-original-offset')).toBe('99');
    expect(transition.publish).toHaveLength(2);
  });

  it('is dead-lettered as OUTCOME_UNRESOLVED that names the old domain when neither is known', () => {
    const transition = decideReconciliation(corrected, findings({ customer: FOUND }), context());
    expect(transition).toMatchObject({ state: 'unresolved', correction: 'drop' });
    expect(transition.publish.map(({ kind, slot }) => [kind, slot])).toEqual([
      ['dead-letter', 1],
      ['rejected', 1],
    ]);
    expect(headerOf(transition.publish[0], 'dead-letter-message')).toContain(corrected.domain);
  });
});

describe('whether the domain exists', () => {
  it('is asked only where it decides: taken, unsettled, not in our list, after the window', () => {
    expect(needsDomainCheck(taken, findings())).toBe(true);
    expect(needsDomainCheck(taken, findings(inWindow))).toBe(false);
    expect(needsDomainCheck(taken, findings({ customer: FOUND }))).toBe(false);
    expect(needsDomainCheck(takenSettled, findings())).toBe(false);
    for (const cause of CAUSES.slice(1)) expect(needsDomainCheck(looking({ cause }), findings())).toBe(false);
  });
});
