/** Any sequence of answers and findings (P2, P3, P4): what may never happen in the life of an onboarding. */
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { ClaimedOnboarding, Transition } from '#ledger';
import { ANSWERS, claimed, claimedAgain, context, findings, FOUND } from '../../test/claimed.js';
import { decideOutcome } from './outcome.js';
import { decideReconciliation } from './reconciliation.js';

const WINDOW_MS = 300_000;
const KINDS = Object.keys(ANSWERS) as (keyof typeof ANSWERS)[];

interface Event {
  kind: keyof typeof ANSWERS;
  counts: boolean;
  random: number;
  found: 'nothing' | 'foreign' | 'ours';
  domainExists: boolean;
  passesMs: number;
}

const events = fc.array(
  fc.record<Event>({
    kind: fc.constantFrom(...KINDS),
    counts: fc.boolean(),
    random: fc.double({ min: 0, max: 0.999, noNaN: true }),
    found: fc.constantFrom('nothing', 'foreign', 'ours'),
    domainExists: fc.boolean(),
    passesMs: fc.integer({ min: 0, max: 400_000 }),
  }),
  { minLength: 1, maxLength: 40 },
);

interface Step {
  before: ClaimedOnboarding;
  event: Event;
  after: Transition;
  /** Since the end of the last create call that was answered or had an unclear end. */
  sinceCallMs: number | null;
}

/** Plays the events as claims of one onboarding until it ends. */
function lifeOf(sequence: Event[]): Step[] {
  const steps: Step[] = [];
  let before = claimed();
  let sinceCallMs: number | null = null;
  for (const event of sequence) {
    const waited: number = (steps.at(-1)?.after.dueInMs ?? 0) + event.passesMs;
    sinceCallMs = sinceCallMs === null ? null : sinceCallMs + waited;
    const after = decide({ ...before, windowAgeMs: sinceCallMs }, event);
    steps.push({ before, event, after, sinceCallMs });
    if (after.dueInMs === null) return steps;
    if (after.windowBegins) sinceCallMs = 0;
    before = claimedAgain(before, after, sinceCallMs);
  }
  return steps;
}

function decide(onboarding: ClaimedOnboarding, event: Event): Transition {
  const { counts, random } = event;
  if (onboarding.step === 'create') return decideOutcome(onboarding, ANSWERS[event.kind], context({ counts, random }));
  const windowLeftMs = Math.max(0, WINDOW_MS - (onboarding.windowAgeMs ?? Infinity));
  const found = findings({
    ...{ customer: event.found === 'nothing' ? null : FOUND, isOurs: event.found === 'ours' },
    ...{ domainExists: event.domainExists, afterWindow: windowLeftMs === 0, windowLeftMs },
  });
  return decideReconciliation(onboarding, found, context({ random }));
}

function everyStep(check: (step: Step, earlier: Step[]) => void): void {
  fc.assert(
    fc.property(events, (sequence) => {
      const steps = lifeOf(sequence);
      for (const [n, step] of steps.entries()) check(step, steps.slice(0, n));
    }),
    { numRuns: 2_000 },
  );
}

describe('whatever the service answers', () => {
  it('a call whose end is not known is never made again at once, and never forgotten', () => {
    everyStep(({ before, event, after }) => {
      if (before.step !== 'create' || event.kind !== 'unclear') return;
      expect(after.unsettled).toBe(true);
      if (after.step === 'create') expect(after.dueInMs).toBeGreaterThanOrEqual(1_000);
    });
  });

  it('no step follows another at once for ever: it waits, pauses everything, or goes from create to look or back', () => {
    everyStep(({ before, event, after }) => {
      if (after.dueInMs !== 0) return;
      const isPausing = ['throttled', 'token-failed', 'account-refused'].includes(event.kind);
      expect(after.step !== before.step || (before.step === 'create' && isPausing)).toBe(true);
    });
  });

  it('an unsettled call ends as a no only by a look that found nothing after the window', () => {
    everyStep(({ before, event, after, sinceCallMs }) => {
      if (!before.unsettled || after.unsettled || after.state === 'created') return;
      expect(before.step).toBe('reconcile');
      expect(event.found).toBe('nothing');
      expect(sinceCallMs).toBeGreaterThanOrEqual(WINDOW_MS);
    });
  });

  it('a tenant is adopted only with evidence, and a dead letter never follows evidence', () => {
    everyStep(({ before, event, after }) => {
      if (before.step !== 'reconcile') return;
      expect(after.state === 'created').toBe(event.found === 'ours');
    });
  });

  it('a final state publishes exactly what it owes, and no other state publishes anything', () => {
    const owed = { created: ['created'], rejected: LETTER, unresolved: LETTER, open: [], held: [] };
    everyStep(({ after }) => {
      expect(after.publish.map(({ kind }) => kind)).toEqual(owed[after.state]);
      expect(after.dueInMs === null).toBe(!['open', 'held'].includes(after.state));
      expect(after.created !== null).toBe(after.state === 'created');
      expect(after.failedAtMs !== null).toBe(['rejected', 'unresolved'].includes(after.state));
    });
  });

  it('only definite answers and counted unclear ones spend attempts, never more than allowed before a look', () => {
    everyStep(({ before, event, after }) => {
      const spent = after.attempts - before.attempts;
      expect(spent).toBeGreaterThanOrEqual(0);
      if (event.kind === 'unclear' && before.step === 'create') expect(spent).toBe(event.counts ? 1 : 0);
      if (['throttled', 'not-sent', 'token-failed', 'account-refused', 'held'].includes(event.kind))
        expect(spent).toBe(0);
      if (before.step === 'create' && event.kind === 'unclear' && after.step === 'create')
        expect(after.attempts).toBeLessThan(8);
    });
  });

  it('a request id is never sent with another revision', () => {
    everyStep(({ before, after }) => expect(after.revision).toBe(before.revision));
  });
});

const LETTER = ['dead-letter', 'rejected'];
