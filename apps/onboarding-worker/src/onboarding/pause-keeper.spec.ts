import type { Database, PauseState } from '#ledger';
import { createLogger } from '#observability';
import type { PartnerCenterClient } from '#partner-center';
import { beforeEach, describe, expect, it } from 'vitest';
import { ANSWERS } from '../../test/claimed.js';
import { Gate } from '../lease/gate.js';
import { PauseKeeper } from './pause-keeper.js';

let nowMs: number;
let gate: Gate;
let isLedgerAway: boolean;
/** Connections that break before the ledger is told anything. */
let connectionsToBreak: number;
/** Statements that the ledger was told, with their values. */
let told: { text: string; values: unknown[] }[];
let keeper: PauseKeeper;

beforeEach(() => {
  nowMs = 0;
  isLedgerAway = false;
  connectionsToBreak = 0;
  told = [];
  gate = new Gate(10_000, () => nowMs);
  const query = async (text: string, values: unknown[] = []): Promise<{ rows: unknown[] }> => {
    if (isLedgerAway) throw new Error('the ledger is away');
    if (connectionsToBreak-- > 0) throw Object.assign(new Error('broken'), { code: 'ECONNRESET' });
    told.push({ text, values });
    return { rows: [{ fresh: '1', ended: '1' }] };
  };
  keeper = new PauseKeeper({
    db: { query } as unknown as Database,
    client: {} as PartnerCenterClient,
    gate,
    log: createLogger({ level: 'silent' }),
    settings: { probeIntervalMs: 1_000 },
  });
  beat();
});

function beat(pauses: Partial<PauseState>[] = []): void {
  const full = pauses.map((pause) => ({ reason: '', sinceMs: 0, endsInMs: null, probeInMs: 0, repeats: 0, ...pause }));
  gate.pulse({ alive: true, databaseTimeMs: 0, pauses: full as PauseState[] }, nowMs, nowMs);
}

describe('a throttle', () => {
  it.each([false, true])('closes the gate at once and is told to the others (ledger away: %s)', async (isAway) => {
    isLedgerAway = isAway;
    const onAnswer = keeper.onAnswer({ kind: 'throttled', retryAfterMs: 3_000 });
    expect(gate.isThrottled).toBe(true);
    await onAnswer;
    expect(told.map(({ values }) => values[0])).toEqual(isAway ? [] : [3_000]);
    nowMs = 2_999;
    expect(gate.isThrottled).toBe(true);
  });

  it('is told again when the connection to the ledger broke: nobody else would hear of it', async () => {
    connectionsToBreak = 2;
    await keeper.onAnswer({ kind: 'throttled', retryAfterMs: 3_000 });
    expect(told.map(({ values }) => values[0])).toEqual([3_000]);
  });

  it('that has passed is not forgotten with a call that got no answer', async () => {
    beat([{ kind: 'throttled', endsInMs: 10, repeats: 1 }]);
    nowMs = 11;
    await keeper.onAnswer({ ...ANSWERS.unclear, httpStatus: null });
    expect([told.length, gate.repeatsBeforeThis]).toEqual([0, 1]);
    await keeper.onAnswer({ ...ANSWERS.unclear, httpStatus: 500 });
    expect([told.length, gate.repeatsBeforeThis]).toEqual([1, 0]);
  });

  it('that has passed is forgotten with the first other answer, once', async () => {
    beat([{ kind: 'throttled', endsInMs: 10, repeats: 1 }]);
    await keeper.onAnswer(ANSWERS.refused);
    expect(told).toEqual([]);
    nowMs = 11;
    await keeper.onAnswer(ANSWERS.refused);
    await keeper.onAnswer(ANSWERS.refused);
    expect(told).toHaveLength(1);
  });
});

describe('unclear answers', () => {
  it.each([
    [4, true, false],
    [5, false, false],
    [5, true, true],
  ])('that are %i in a row, from several: %s, pause everything: %s', async (unclearInRow, several, isPaused) => {
    await keeper.onServiceState({ unclearInRow, unclearFromSeveral: several, heldAlike: false });
    expect(gate.isPaused('outage')).toBe(isPaused);
  });
});

describe('a pause', () => {
  it('begins with an answer that concerns the whole account, or with holds that are alike', async () => {
    await keeper.onAnswer(ANSWERS['token-failed']);
    expect(gate.isPaused('token')).toBe(true);
    await keeper.onServiceState({ unclearInRow: 0, unclearFromSeveral: false, heldAlike: true });
    expect(gate.isPaused('configuration')).toBe(true);
    expect(told.map(({ values }) => values[0])).toEqual(['token', 'configuration']);
  });

  it('is ended for all workers by a create that was accepted, and by no other answer', async () => {
    beat([{ kind: 'outage' }]);
    for (const kind of ['refused', 'unclear', 'not-sent'] as const) await keeper.onAnswer(ANSWERS[kind]);
    expect(told).toEqual([]);
    await keeper.onAnswer(ANSWERS.created);
    expect(told.map(({ values }) => values[0])).toEqual([['outage', 'configuration', 'token']]);
  });

  it.each([false, true])('ends here with a heartbeat that no longer shows it (ledger away: %s)', async (isAway) => {
    isLedgerAway = isAway;
    await keeper.onAnswer(ANSWERS['account-refused']);
    nowMs = 1;
    beat();
    expect(gate.isPaused()).toBe(false);
  });
});
