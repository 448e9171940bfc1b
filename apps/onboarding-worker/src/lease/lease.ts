import { randomUUID } from 'node:crypto';
import { type Database, beat, expireSilentWorkers, forgetOldWorkers, registerWorker, retireWorker } from '#ledger';
import type { Logger } from '#observability';
import type { Gate } from './gate.js';
import { Wake } from './wake.js';

export interface LeaseSettings {
  leaseMs: number;
  callTimeoutMs: number;
}

const PULSE_MAX_MS = 400;
const CLEAN_UP_EVERY_MS = 3_600_000;

/**
 * Keeps this worker's lease with one heartbeat for all its claims, tells the gate about pauses, and takes over the work of
 * workers that were silent for a whole lease. Found dead itself (frozen for longer), it drops its claims and registers
 * anew under another id.
 */
export class Lease {
  private id: string = randomUUID();
  private clockOffsetMs = 0;
  private running: Promise<void> | null = null;
  private isClosing = false;
  private readonly wake = new Wake();
  /** When the loop last turned, monotonic: liveness. */
  lastTurnMs: number;
  private lastSweepMs = 0;
  private lastCleanUpMs = 0;

  constructor(
    private readonly parts: {
      db: Database;
      gate: Gate;
      log: Logger;
      settings: LeaseSettings;
      nowMs: () => number;
      /** This worker was taken for dead: its claims belong to others now. */
      onExpired: () => void;
      onPulse: () => void;
      onTakenOver: (onboardings: number) => void;
    },
  ) {
    this.lastTurnMs = parts.nowMs();
  }

  get workerId(): string {
    return this.id;
  }

  /** The database's clock, from the last heartbeat: epoch ms. */
  databaseNowMs(): number {
    return this.parts.nowMs() + this.clockOffsetMs;
  }

  async start(): Promise<void> {
    await registerWorker(this.parts.db, this.id);
    await this.pulse();
    this.running = this.run();
  }

  /** Asks for the pauses now instead of at the next heartbeat. */
  hurry(): void {
    this.wake.set();
  }

  /** Stops the heartbeat and hands back what is still claimed. */
  async close(): Promise<void> {
    this.isClosing = true;
    this.wake.set();
    await this.running;
    await retireWorker(this.parts.db, this.id, this.parts.settings.callTimeoutMs);
  }

  private async run(): Promise<void> {
    const everyMs = Math.min(PULSE_MAX_MS, this.parts.settings.leaseMs / 8);
    while (!this.isClosing) {
      await this.wake.wait(everyMs);
      if (this.isClosing) return;
      this.lastTurnMs = this.parts.nowMs();
      try {
        await this.pulse();
        await this.sweep();
      } catch (error) {
        this.parts.log.warn({ err: error }, 'the heartbeat or the look for silent workers did not reach the ledger');
      }
    }
  }

  private async pulse(): Promise<void> {
    const { db, gate, nowMs, settings } = this.parts;
    const startedMs = nowMs();
    const pulse = await beat(db, this.id, settings.leaseMs);
    const answeredMs = nowMs();
    this.clockOffsetMs = pulse.databaseTimeMs - (startedMs + answeredMs) / 2;
    gate.pulse(pulse, startedMs, answeredMs);
    if (!pulse.alive) await this.registerAnew();
    this.parts.onPulse();
  }

  private async registerAnew(): Promise<void> {
    this.parts.log.warn({ workerId: this.id }, 'this worker was silent for too long: its work was taken over');
    this.id = randomUUID();
    this.parts.onExpired();
    await registerWorker(this.parts.db, this.id);
  }

  private async sweep(): Promise<void> {
    const { db, log, settings, nowMs, onTakenOver } = this.parts;
    if (nowMs() - this.lastSweepMs < settings.leaseMs / 10) return;
    this.lastSweepMs = nowMs();
    const taken = await expireSilentWorkers(db, this.id, settings);
    if (taken.workers > 0) {
      log.warn({ workers: taken.workers, count: taken.onboardings }, 'took over the work of silent workers');
      onTakenOver(taken.onboardings);
    }
    if (nowMs() - this.lastCleanUpMs < CLEAN_UP_EVERY_MS) return;
    this.lastCleanUpMs = nowMs();
    await forgetOldWorkers(db);
  }
}
