import type { PlanInTurn } from '#ledger';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { type Move, afterSending, nextMove } from './next-move.js';

const NOW_MS = 1_700_000_000_000;

/** A plan that was started and has sent nothing yet. */
function plan(with_: Partial<PlanInTurn> = {}): PlanInTurn {
  return {
    ...{ id: 'p', isRunning: true, rate: null, ramp: [1, 2, 5], stopAt: 0.2, step: 0, stepLeft: 0, lastSentAtMs: null },
    ...{
      apiPausedSinceMs: null,
      sent: 0,
      failed: 0,
      hasWaiting: true,
      foreignTopic: null,
      open: 0,
      held: 0,
      pauseReason: null,
      nowMs: NOW_MS,
    },
    ...with_,
  };
}

const told = (move: Move): string => (move.kind === 'send' ? `send ${move.letters}` : move.kind);

describe('the next move of a plan', () => {
  it.each<[string, Partial<PlanInTurn>, string]>([
    ['begins with the first step', {}, 'send 1'],
    ['goes on to the next step when every letter has its outcome', { step: 1, sent: 1 }, 'send 2'],
    ['waits for a letter without an outcome', { step: 1, sent: 1, open: 1 }, 'wait'],
    ['waits for no letter that is held', { step: 1, sent: 1, open: 1, held: 1 }, 'send 2'],
    ['waits for the others of a step in which one is held', { step: 2, sent: 3, open: 2, held: 1 }, 'wait'],
    ['repeats the last size', { step: 9, sent: 40 }, 'send 5'],
    ['finishes a step that was begun', { step: 3, stepLeft: 4, sent: 4, open: 1 }, 'send 4'],
    ['sends at most 500 a turn', { ramp: [2_000] }, 'send 500'],
    ['is done when nothing waits and nothing is open', { hasWaiting: false, sent: 8, failed: 8 }, 'done'],
    ['waits for held letters at the end', { hasWaiting: false, sent: 8, open: 1, held: 1 }, 'wait'],
    ['stops before it sends where nobody reads', { foreignTopic: 'moved', stepLeft: 3 }, 'stop'],
    ['is done also while the service is paused', { hasWaiting: false, pauseReason: 'outage' }, 'done'],
  ])('%s', (_, with_, expected) => {
    expect(told(nextMove(plan(with_)))).toBe(expected);
  });
});

describe('the share of letters dead-lettered again', () => {
  it.each<[number, number, number, string]>([
    [5, 0, 0, 'send 5'],
    [5, 1, 0.2, 'stop'],
    [5, 1, 0.21, 'send 5'],
    [8, 8, 1, 'send 5'],
    [1, 1, 0.99, 'stop'],
    [100, 1, 0, 'stop'],
  ])('%d sent and %d failed with stop-at %d: %s', (sent, failed, stopAt, expected) => {
    expect(told(nextMove(plan({ step: 3, sent, failed, stopAt })))).toBe(expected);
  });

  it('is looked at after a step, not within it', () => {
    expect(told(nextMove(plan({ step: 3, stepLeft: 2, sent: 3, failed: 3 })))).toBe('send 2');
    expect(told(nextMove(plan({ step: 3, sent: 5, failed: 3, open: 2 })))).toBe('wait');
  });

  it('is told in the reason', () => {
    expect(nextMove(plan({ step: 2, sent: 3, failed: 2 }))).toEqual({
      kind: 'stop',
      reason: '2 of 3 letters were dead-lettered again (66.7 %; it stops at 20 %)',
    });
  });
});

describe('a pause of Partner Center', () => {
  it('lets nothing be sent, in a step or before it, and is timed from the turn that first sees it', () => {
    for (const with_ of [{}, { step: 3, stepLeft: 4 }]) {
      const move = nextMove(plan({ ...with_, pauseReason: 'throttled' }));
      expect(move).toMatchObject({ kind: 'wait', progress: { ...with_, apiPausedSinceMs: NOW_MS } });
    }
  });

  it('stops the plan after 60 s, with its reason', () => {
    const paused = (forMs: number) => plan({ pauseReason: 'five unclear answers', apiPausedSinceMs: NOW_MS - forMs });
    expect(told(nextMove(paused(59_999)))).toBe('wait');
    expect(nextMove(paused(60_000))).toEqual({
      kind: 'stop',
      reason: 'Partner Center was paused for 60 s: five unclear answers',
    });
  });

  it('stops no plan that has sent all its letters', () => {
    const move = nextMove(plan({ hasWaiting: false, open: 1, pauseReason: 'x', apiPausedSinceMs: NOW_MS - 90_000 }));
    expect(told(move)).toBe('wait');
  });

  it('that ended is forgotten', () => {
    const move = nextMove(plan({ step: 1, open: 1, apiPausedSinceMs: NOW_MS - 59_000 }));
    expect(move).toMatchObject({ kind: 'wait', progress: { apiPausedSinceMs: null } });
  });
});

/** What a run of a plan meets: how long each turn comes after the last one, what becomes of letters, when the service pauses. */
const runs = fc.record({
  letters: fc.integer({ min: 0, max: 200 }),
  ramp: fc.array(fc.integer({ min: 1, max: 60 }), { minLength: 1, maxLength: 6 }),
  rate: fc.option(fc.constantFrom(0.5, 1, 3, 7, 10, 33, 100, 1_000)),
  stopAt: fc.constantFrom(0, 0.1, 0.2, 0.5, 1),
  turnsMs: fc.array(fc.integer({ min: 20, max: 700 }), { minLength: 1, maxLength: 20 }),
  ends: fc.array(fc.constantFrom('created', 'failed', 'later', 'later', 'held'), { minLength: 1, maxLength: 30 }),
  pauses: fc.array(fc.boolean(), { minLength: 1, maxLength: 8 }),
  bytesLimit: fc.integer({ min: 1, max: 100 }),
});
type Run = typeof runs extends fc.Arbitrary<infer R> ? R : never;

interface Played {
  end: Move;
  sends: { atMs: number; letters: number; step: number; openBefore: number; heldBefore: number; isPaused: boolean }[];
  steps: { sent: number; failed: number }[];
}

/** Plays turns until the plan ends; nothing that is held stays so for ever. */
function play(run: Run): Played {
  const { letters, ramp, rate, stopAt } = run;
  const ends = [...run.ends, 'created'];
  let [waiting, turn] = [letters, 0];
  let state = plan({ ramp, rate, stopAt, hasWaiting: waiting > 0 });
  const played: Played = { end: { kind: 'done' }, sends: [], steps: [] };
  for (;;) {
    turn += 1;
    if (turn > 200_000) throw new Error('the plan does not end');
    const isPaused = (run.pauses[Math.floor(turn / 25) % run.pauses.length] ?? false) && turn < 2_000;
    state = { ...state, nowMs: state.nowMs + (run.turnsMs[turn % run.turnsMs.length] ?? 1) };
    state = { ...state, pauseReason: isPaused ? 'paused' : null, hasWaiting: waiting > 0 };
    state = settle(state, ends[turn % ends.length] ?? 'created', turn);
    const move = nextMove(state);
    if (move.kind === 'done' || move.kind === 'stop') return { ...played, end: move };
    if (move.kind === 'wait') state = { ...state, ...move.progress };
    else {
      if (move.progress.step > state.step) played.steps.push({ sent: state.sent, failed: state.failed });
      const sent = Math.min(move.letters, waiting, run.bytesLimit);
      const { nowMs: atMs, open: openBefore, held: heldBefore } = state;
      played.sends.push({ atMs, letters: sent, step: move.progress.step, openBefore, heldBefore, isPaused });
      waiting -= sent;
      state = { ...state, ...afterSending(state, move.progress, sent), open: state.open + sent };
    }
  }
}

function settle(state: PlanInTurn, end: string, turn: number): PlanInTurn {
  const working = state.open - state.held;
  if (turn % 40 === 0) return { ...state, open: state.open - state.held, held: 0 };
  if (working === 0 || end === 'later') return state;
  if (end === 'held') return { ...state, held: state.held + 1 };
  return { ...state, open: state.open - 1, failed: state.failed + (end === 'failed' ? 1 : 0) };
}

describe('any run of a plan', () => {
  it('ends, done only when every letter was sent', () => {
    fc.assert(
      fc.property(runs, (run) => {
        const { end, sends } = play(run);
        const sent = sends.reduce((sum, { letters }) => sum + letters, 0);
        if (end.kind === 'done') expect(sent).toBe(run.letters);
        else expect(sent).toBeLessThan(run.letters);
      }),
    );
  });

  it('sends in a step what the ramp says, less only in the last one, and begins none while a letter that is not held has no outcome', () => {
    fc.assert(
      fc.property(runs, (run) => {
        const bySteps = Map.groupBy(play(run).sends, ({ step }) => step);
        for (const [step, sends] of bySteps) {
          const size = run.ramp[Math.min(step, run.ramp.length) - 1]!;
          const sent = sends.reduce((sum, { letters }) => sum + letters, 0);
          if (step === bySteps.size) expect(sent).toBeLessThanOrEqual(size);
          else expect(sent).toBe(size);
          expect(sends[0]!.openBefore).toBe(sends[0]!.heldBefore);
        }
        expect([...bySteps.keys()]).toEqual([...bySteps.keys()].map((_, index) => index + 1));
      }),
    );
  });

  it('sends nothing while the service is paused', () => {
    fc.assert(
      fc.property(runs, (run) => {
        expect(play(run).sends.filter(({ isPaused }) => isPaused)).toEqual([]);
      }),
    );
  });

  it('sends no more than its rate in any stretch of time, but for a quarter of a second and one letter', () => {
    fc.assert(
      fc.property(runs, (run) => {
        const { rate } = run;
        if (rate === null) return;
        const { sends } = play(run);
        for (let from = 0; from < sends.length; from += 1) {
          let letters = 0;
          for (let to = from; to < sends.length; to += 1) {
            letters += sends[to]!.letters;
            const stretchMs = sends[to]!.atMs - sends[from]!.atMs;
            expect(letters).toBeLessThanOrEqual((stretchMs * rate) / 1_000 + 1 + rate / 4 + 0.02);
          }
        }
      }),
      { numRuns: 40 },
    );
  });

  it('begins no step after one that reached the share to stop at', () => {
    fc.assert(
      fc.property(runs, (run) => {
        for (const { sent, failed } of play(run).steps) {
          expect(run.stopAt === 1 || failed === 0 || failed / sent < run.stopAt).toBe(true);
        }
      }),
    );
  });
});

it.each([7, 100])('a rate of %d/s is kept up with, not only kept', (rate) => {
  let state = plan({ rate, ramp: [100_000] });
  let sent = 0;
  for (let turn = 0; turn < 100; turn += 1) {
    const move = nextMove(state);
    if (move.kind === 'send') {
      sent += move.letters;
      state = { ...state, ...afterSending(state, move.progress, move.letters) };
    }
    state = { ...state, nowMs: state.nowMs + 200 };
  }
  expect(sent).toBeGreaterThan(0.97 * 20 * rate);
});
