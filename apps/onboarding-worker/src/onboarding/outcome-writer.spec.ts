import type { ClaimedOnboarding, Database, Transition } from '#ledger';
import type { Logger, Metrics } from '#observability';
import { describe, expect, it } from 'vitest';
import type { Lease } from '../lease/lease.js';
import { OutcomeWriter } from './outcome-writer.js';
import type { Recorder } from './recorder.js';

/** Writes an outcome that finds no claim; returns the lines of the log. */
async function writeLate(transition: Partial<Transition>, isRecorded = false): Promise<string[]> {
  const lines: string[] = [];
  const line =
    (level: string) =>
    (_fields: object, message: string): void =>
      void lines.push(`${level}: ${message}`);
  const writer = new OutcomeWriter({
    db: { query: () => Promise.resolve({ rowCount: isRecorded ? 1 : 0 }) } as unknown as Database,
    lease: { databaseNowMs: () => 0 } as Lease,
    recorder: { record: () => Promise.resolve({ kind: 'claim-lost' }) } as unknown as Recorder,
    metrics: {} as Metrics,
    log: { warn: line('warn'), error: line('error') } as unknown as Logger,
    publisher: { eventSource: '/test', groupId: 'test' },
  });
  const verdict = {
    transition: { claim: 1n, created: null, ...transition } as Transition,
    unclearSinceMs: null,
    firstHeld: null,
  };
  await writer.write({ correlationId: 'a' } as ClaimedOnboarding, verdict);
  return lines;
}

describe('an answer that comes after its claim was taken over', () => {
  it('is an alarm if it is a 201 that contradicts its request', async () => {
    const [line] = await writeLate({ state: 'unresolved', wasAttempt: true });
    expect(line).toMatch(/^error: ALARM: a late 201 contradicts/);
  });

  it('is no alarm if it is one that was recorded and whose acknowledgement was lost', async () => {
    const lines = await writeLate({ state: 'unresolved', wasAttempt: true }, true);
    expect(lines).toEqual([expect.stringMatching(/^warn: /)]);
  });

  it.each([
    ['a look for the tenant', { state: 'unresolved', wasAttempt: false }],
    ['a refusal', { state: 'rejected', wasAttempt: true }],
  ] as const)('is not needed if it is %s', async (_what, transition) => {
    const [line] = await writeLate(transition);
    expect(line).toMatch(/^warn: .*not needed/);
  });
});

describe('a recorded outcome', () => {
  it('is told in one line that names the call for a support case', async () => {
    const lines: object[] = [];
    const writer = new OutcomeWriter({
      recorder: { record: () => Promise.resolve({ kind: 'recorded' }) } as unknown as Recorder,
      metrics: { outcomesTotal: { inc: () => undefined } } as unknown as Metrics,
      log: { warn: (fields: object) => void lines.push(fields) } as unknown as Logger,
    } as unknown as ConstructorParameters<typeof OutcomeWriter>[0]);
    const refusal = { code: 'PARTNER_CENTER_27100', requestId: 'r', httpStatus: 409, message: '', fields: [] };
    const transition = { state: 'rejected', created: null, dueInMs: null, attempts: 1, refusal, history: [] };
    const record = { topic: 't', partition: 0, offset: 7n };
    await writer.write({ correlationId: 'a', record } as unknown as ClaimedOnboarding, {
      ...{ transition: transition as unknown as Transition, unclearSinceMs: null, firstHeld: null, msCv: 'cv.0' },
    });
    expect(lines).toEqual([
      expect.objectContaining({ correlationId: 'a', requestId: 'r', msCv: 'cv.0', code: 'PARTNER_CENTER_27100' }),
    ]);
  });
});
