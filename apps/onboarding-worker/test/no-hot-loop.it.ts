/**
 * Whatever the service answers, and however fast, a worker makes a bounded number of calls: every answer that does not end
 * an onboarding makes it, or everybody, wait.
 */
import fc from 'fast-check';
import { expect, it } from 'vitest';
import type { CreateAnswer } from '#partner-center';
import { eventually } from '#testing';
import { ANSWERS } from './claimed.js';
import { OneWorker, openLedger, request } from './one-worker.js';

const ONBOARDINGS = 8;
const WAIT_MS = 300;
const WATCHED_MS = 2_000;
/** Each onboarding calls once and then once a wait, a pause is probed once a wait; as much again for what looks first. */
const CALLS_MAX = 2 * (ONBOARDINGS * (1 + WATCHED_MS / WAIT_MS) + WATCHED_MS / WAIT_MS);

type Kind = keyof typeof ANSWERS;
/** Those that may come again and again for one onboarding. */
const KINDS: Kind[] = [
  ...(['domain-taken', 'refused-maybe-created', 'unclear', 'throttled', 'not-sent'] as const),
  ...(['token-failed', 'account-refused', 'held'] as const),
];
const FAILED_LOOK = { kind: 'failed', why: 'server-error', httpStatus: 500, code: null, message: 'out of order' };

/** Calls that a worker makes in the time, with these answers in turn, the last one for ever. */
async function callsMade(answers: Kind[], looksFail: boolean): Promise<number> {
  const db = await openLedger();
  let calls = 0;
  let creates = 0;
  const worker = await new OneWorker(db, {
    create: () => {
      calls += 1;
      const kind = answers[Math.min(creates++, answers.length - 1)] ?? 'unclear';
      return Promise.resolve(ANSWERS[kind] as CreateAnswer);
    },
    search: () => {
      calls += 1;
      return Promise.resolve(looksFail ? FAILED_LOOK : { kind: 'answered', value: [] }) as never;
    },
    settings: {
      ...{ retryDelayMinMs: WAIT_MS, retryDelayMaxMs: WAIT_MS, probeIntervalMs: WAIT_MS, reconcileWindowMs: WAIT_MS },
      attemptsMax: 1_000,
    },
  }).start();
  await request(db, ...Array.from({ length: ONBOARDINGS }, (_, n) => `hot${n}`));
  const untilMs = performance.now() + WATCHED_MS;
  await eventually(() => performance.now() >= untilMs, { what: 'the time to pass' });
  await worker.stop();
  await db.close();
  return calls;
}

it.each([false, true])('one answer for ever makes no hot loop, looks that fail: %s', async (looksFail) => {
  const made = await Promise.all(KINDS.map(async (kind) => [kind, await callsMade([kind], looksFail)] as const));
  for (const [kind, calls] of made) {
    expect(calls, kind).toBeGreaterThan(0);
    expect(calls, kind).toBeLessThanOrEqual(CALLS_MAX);
  }
});

it('nor does any sequence of answers', async () => {
  const sequences = fc.sample(fc.array(fc.constantFrom(...KINDS), { minLength: 2, maxLength: 40 }), {
    numRuns: 16,
    seed: 20_261_123,
  });
  const made = await Promise.all(
    sequences.map(async (answers, n) => [answers, await callsMade(answers, n % 2 === 0)] as const),
  );
  for (const [answers, calls] of made) expect(calls, answers.join(' ')).toBeLessThanOrEqual(CALLS_MAX);
});
