import { describe, expect, it } from 'vitest';
import { ANSWERS, claimed, context } from '../../test/claimed.js';
import { Gate } from '../lease/gate.js';
import { decideOutcome } from './outcome.js';
import { unlessOutage, verdictOf } from './verdict.js';

type Kind = keyof typeof ANSWERS;

function verdict(kind: Kind, with_: { holds?: number; wasBrokenOff?: boolean } = {}): ReturnType<typeof verdictOf> {
  const onboarding = claimed({ holds: with_.holds ?? 0, country: 'DE', associatedPartnerId: '7' });
  const answer = ANSWERS[kind];
  const result = { answer, counts: false, beganMs: 77, wasBrokenOff: with_.wasBrokenOff ?? false, msCv: 'cv.0' };
  return verdictOf(onboarding, result, decideOutcome(onboarding, answer, context()));
}

describe('what an answer says of the service', () => {
  it('is trouble when a call had an unclear end or no connection, from when it began', () => {
    const kinds = (Object.keys(ANSWERS) as Kind[]).filter((kind) => verdict(kind).unclearSinceMs !== null);
    expect(kinds).toEqual(['unclear', 'not-sent']);
    expect(verdict('unclear').unclearSinceMs).toBe(77);
  });

  it('is nothing when this worker broke the call off itself, or never sent it because the gate closed', () => {
    expect(verdict('unclear', { wasBrokenOff: true }).unclearSinceMs).toBeNull();
    const answer = { ...ANSWERS['not-sent'], why: 'gate-closed' as const };
    const result = { answer, counts: false, beganMs: 77, wasBrokenOff: false, msCv: null };
    expect(verdictOf(claimed(), result, decideOutcome(claimed(), answer, context())).unclearSinceMs).toBeNull();
  });

  it('is evidence that it works only after a definite answer: not 401, 403, 404, 408, 429', () => {
    const kinds = (Object.keys(ANSWERS) as Kind[]).filter((kind) => verdict(kind).transition.definite);
    expect(kinds).toEqual(['created', 'contradicted', 'refused', 'domain-taken', 'refused-maybe-created']);
  });

  it('tells country and partner of an onboarding that is held for the first time', () => {
    expect(verdict('held').firstHeld).toEqual({ country: 'DE', partnerId: '7' });
    expect(verdict('held', { holds: 1 }).firstHeld).toBeNull();
    expect(verdict('refused').firstHeld).toBeNull();
  });
});

describe('an attempt', () => {
  it('is not spent while an outage is on', () => {
    const gate = new Gate(1_000, () => 0);
    expect(unlessOutage(true, gate)).toBe(true);
    gate.close('outage', 'test', 1_000);
    expect(unlessOutage(true, gate)).toBe(false);
  });
});
