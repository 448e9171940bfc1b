import type { PauseState, Pulse } from '#ledger';

interface LocalPause {
  state: PauseState;
  probeAtMs: number;
  /** Heartbeats that began later show whether the pause is still on. */
  knownFromMs: number;
}

/**
 * May a call start now (P4, P6)? The local view of the shared pauses and of this worker's own lease, by a monotonic clock.
 * A call starts only while no pause is on and the last heartbeat is younger than half a lease: a worker that was frozen
 * or cut off from the ledger starts nothing that another may have taken over. Callers ask again right before the first byte.
 */
export class Gate {
  private lastBeatMs = Number.NEGATIVE_INFINITY;
  private throttledUntilMs = Number.NEGATIVE_INFINITY;
  private throttleRepeats = 0;
  private pauses = new Map<PauseState['kind'], LocalPause>();

  constructor(
    private readonly leaseMs: number,
    private readonly nowMs: () => number,
  ) {}

  /** Takes in a heartbeat that began at `startedMs` and was answered at `answeredMs` (both monotonic). */
  pulse(pulse: Pulse, startedMs: number, answeredMs: number): void {
    if (pulse.alive) this.lastBeatMs = startedMs;
    // A pause begun here stays until a heartbeat can have seen it: the heartbeat may have passed it on the way.
    const unseen = [...this.pauses].filter(([, pause]) => startedMs <= pause.knownFromMs);
    const shared = pulse.pauses
      .filter((pause) => pause.kind !== 'throttled')
      .map((state) => [state.kind, toLocal(state, answeredMs)] as const);
    this.pauses = new Map([...unseen, ...shared]);
    const throttled = pulse.pauses.find((pause) => pause.kind === 'throttled');
    this.throttleRepeats = throttled?.repeats ?? 0;
    // Never earlier than what this worker saw itself: its own note may still be on its way to the ledger.
    if (throttled) this.throttledUntilMs = Math.max(this.throttledUntilMs, answeredMs + (throttled.endsInMs ?? 0));
  }

  /** A 429 was seen here: closed at once, before the ledger knows. */
  throttle(delayMs: number): void {
    this.throttledUntilMs = Math.max(this.throttledUntilMs, this.nowMs() + delayMs);
  }

  /** A pause was begun here: closed at once. Call what it returns when the ledger was told, or could not be. */
  close(kind: PauseState['kind'], reason: string, probeInMs: number): () => void {
    const state = { kind, reason, sinceMs: 0, endsInMs: null, probeInMs, repeats: 0 };
    const pause = { ...toLocal(state, this.nowMs()), knownFromMs: Number.POSITIVE_INFINITY };
    if (this.pauses.has(kind)) return () => undefined;
    this.pauses.set(kind, pause);
    return () => (pause.knownFromMs = this.nowMs());
  }

  /** How often throttles came one after the other, for the wait when the service names none. */
  get repeatsBeforeThis(): number {
    return Math.max(0, this.isThrottled ? this.throttleRepeats - 1 : this.throttleRepeats);
  }

  get isThrottled(): boolean {
    return this.nowMs() < this.throttledUntilMs;
  }

  /** A throttle has passed but is still remembered: the next other answer ends the series. */
  get remembersThrottle(): boolean {
    return this.throttleRepeats > 0 && !this.isThrottled;
  }

  /** Another answer came: the series is over here before the next heartbeat shows it. */
  forgetThrottle(): void {
    this.throttleRepeats = 0;
  }

  get isAlive(): boolean {
    return this.nowMs() - this.lastBeatMs < this.leaseMs / 2;
  }

  isPaused(kind?: PauseState['kind']): boolean {
    return kind ? this.pauses.has(kind) : this.pauses.size > 0;
  }

  /** Ordinary calls: alive, not throttled, not paused. */
  mayStart(): boolean {
    return this.isAlive && !this.isThrottled && this.pauses.size === 0;
  }

  /** The probe of a pause goes through it, but never through a throttle. */
  mayProbe(): boolean {
    return this.isAlive && !this.isThrottled;
  }

  /** Which pause is due to be probed: a missing token is looked into before anything that needs one. */
  probeDue(): PauseState['kind'] | null {
    if (!this.mayProbe()) return null;
    const due = (kind: PauseState['kind']): boolean => (this.pauses.get(kind)?.probeAtMs ?? Infinity) <= this.nowMs();
    if (this.pauses.has('token')) return due('token') ? 'token' : null;
    if (due('configuration')) return 'configuration';
    return due('outage') ? 'outage' : null;
  }

  /** The pause to show to people, and the milliseconds until it ends or is probed next. */
  shown(): { kind: PauseState['kind']; reason: string; inMs: number } | null {
    if (this.isThrottled) return { kind: 'throttled', reason: 'throttled', inMs: this.throttledUntilMs - this.nowMs() };
    const first = [...this.pauses.values()][0];
    if (!first) return null;
    return { kind: first.state.kind, reason: first.state.reason, inMs: Math.max(0, first.probeAtMs - this.nowMs()) };
  }
}

function toLocal(state: PauseState, nowMs: number): LocalPause {
  return { state, probeAtMs: nowMs + (state.probeInMs ?? 0), knownFromMs: Number.NEGATIVE_INFINITY };
}
