import { beforeEach, describe, expect, it } from 'vitest';
import type { PauseState, Pulse } from '#ledger';
import { Gate } from './gate.js';

const LEASE_MS = 10_000;
let nowMs = 0;
let gate: Gate;

function pulse(pauses: Partial<PauseState>[] = [], alive = true): Pulse {
  const full = pauses.map((pause) => ({
    ...{ kind: 'outage' as const, reason: 'test', sinceMs: 0, endsInMs: null, probeInMs: 5_000, repeats: 0 },
    ...pause,
  }));
  return { alive, databaseTimeMs: 0, pauses: full };
}

/** A heartbeat that took 20 ms and was answered now. */
function beat(pauses: Partial<PauseState>[] = [], alive = true): void {
  gate.pulse(pulse(pauses, alive), nowMs - 20, nowMs);
}

beforeEach(() => {
  nowMs = 1_000_000;
  gate = new Gate(LEASE_MS, () => nowMs);
});

describe('the lease', () => {
  it('opens the gate with the first heartbeat, for half a lease from its beginning', () => {
    expect(gate.mayStart()).toBe(false);
    beat();
    expect(gate.mayStart()).toBe(true);
    nowMs += LEASE_MS / 2 - 21;
    expect(gate.mayStart()).toBe(true);
    nowMs += 1;
    expect(gate.mayStart()).toBe(false);
    expect(gate.mayProbe()).toBe(false);
  });

  it('is not kept by the heartbeat that tells this worker that it is dead', () => {
    beat();
    nowMs += LEASE_MS;
    beat([], false);
    expect(gate.mayStart()).toBe(false);
  });
});

describe('a throttle', () => {
  it('closes the gate at once for every call, probes too, until its end', () => {
    beat();
    gate.throttle(2_000);
    expect([gate.mayStart(), gate.mayProbe()]).toEqual([false, false]);
    nowMs += 1_999;
    expect(gate.mayStart()).toBe(false);
    nowMs += 1;
    expect(gate.mayStart()).toBe(true);
  });

  it('is never shortened by a heartbeat that knows an earlier end, or none yet', () => {
    beat();
    gate.throttle(4_000);
    nowMs += 100;
    beat([{ kind: 'throttled', endsInMs: 50, repeats: 1 }]);
    beat();
    nowMs += 3_899;
    expect(gate.mayStart()).toBe(false);
  });

  it('is never shortened by one that asks for less', () => {
    beat();
    gate.throttle(4_000);
    gate.throttle(1_000);
    nowMs += 3_999;
    expect(gate.mayStart()).toBe(false);
  });

  it('seen by another worker holds here too', () => {
    beat([{ kind: 'throttled', endsInMs: 3_000, repeats: 1 }]);
    expect(gate.mayStart()).toBe(false);
    nowMs += 3_000;
    expect(gate.mayStart()).toBe(true);
  });

  it('counts those that went before: none for the first, also for answers that come together with it', () => {
    beat();
    expect(gate.repeatsBeforeThis).toBe(0);
    gate.throttle(1_000);
    expect(gate.repeatsBeforeThis).toBe(0);
    beat([{ kind: 'throttled', endsInMs: 1_000, repeats: 1 }]);
    expect(gate.repeatsBeforeThis).toBe(0);
    nowMs += 1_000;
    expect(gate.repeatsBeforeThis).toBe(1);
    expect(gate.remembersThrottle).toBe(true);
  });
});

describe('a pause', () => {
  it('closes the gate for ordinary calls and leaves it open for the probe, when that is due', () => {
    beat([{ kind: 'outage', probeInMs: 300 }]);
    expect([gate.mayStart(), gate.mayProbe(), gate.probeDue()]).toEqual([false, true, null]);
    nowMs += 300;
    expect(gate.probeDue()).toBe('outage');
  });

  it('that began here closes the gate in the same tick, and a heartbeat under way does not open it again', () => {
    beat();
    const isKnown = gate.close('configuration', 'refused', 5_000);
    expect(gate.mayStart()).toBe(false);
    beat();
    expect(gate.mayStart()).toBe(false);
    isKnown();
    nowMs += 10;
    beat();
    expect(gate.mayStart()).toBe(false);
    nowMs += 90;
    beat();
    expect(gate.mayStart()).toBe(true);
  });

  it('for a token is probed with a token before anything that needs one', () => {
    beat([
      { kind: 'configuration', probeInMs: 0 },
      { kind: 'token', probeInMs: 1_000 },
    ]);
    expect(gate.probeDue()).toBeNull();
    nowMs += 1_000;
    expect(gate.probeDue()).toBe('token');
  });

  it('is not probed through a throttle, nor by a worker that may be dead', () => {
    beat([{ kind: 'outage', probeInMs: 0 }]);
    gate.throttle(1_000);
    expect(gate.probeDue()).toBeNull();
    nowMs += LEASE_MS;
    expect(gate.probeDue()).toBeNull();
  });

  it('is shown with its reason and the time of its next probe, a throttle first', () => {
    expect(gate.shown()).toBeNull();
    beat([{ kind: 'outage', reason: 'five', probeInMs: 400 }]);
    expect(gate.shown()).toEqual({ kind: 'outage', reason: 'five', inMs: 400 });
    gate.throttle(1_000);
    expect(gate.shown()).toMatchObject({ kind: 'throttled', inMs: 1_000 });
  });
});
