import type { KafkaBatchServer } from '#kafka';
import { type Database, type Overview, readOverview } from '#ledger';
import type { Gate } from '../lease/gate.js';
import type { Lease } from '../lease/lease.js';
import type { OnboardingService } from '../onboarding/onboarding.service.js';
import type { OutboxRelay } from '../relay/outbox-relay.js';

export interface HealthParts {
  db: Database;
  gate: Gate;
  server: KafkaBatchServer;
  lease: Pick<Lease, 'lastTurnMs'>;
  onboarding: OnboardingService;
  relay: Pick<OutboxRelay, 'lastTurnMs'>;
  requestedTopic: string;
}

interface PartnerCenterPart {
  status: 'up' | 'paused' | 'unknown';
  reason?: string;
  until?: string;
}

export interface Readiness {
  status: 'ready' | 'paused' | 'unready';
  parts: {
    kafka: { status: 'up' | 'down' };
    database: { status: 'up' | 'down' };
    partnerCenter: PartnerCenterPart;
  };
  pending: number;
  held: number;
  oldestPendingSeconds: number;
  recordsLost: number;
}

const STUCK_MS = 60_000;
const NOTHING: Overview = {
  pending: 0,
  held: 0,
  oldestPendingSeconds: 0,
  outboxUnsent: 0,
  outboxBlocked: 0,
  recordsLost: 0,
};

/**
 * What the process tells of itself (contract 7). Until the ledger and Kafka were reached once it is alive and unready.
 */
export class Health {
  private parts: HealthParts | null = null;
  private lastOverview: Overview = NOTHING;

  constructor(private readonly nowMs: () => number) {}

  attach(parts: HealthParts): void {
    this.parts = parts;
  }

  /** False when a loop that must always turn has not turned for a minute. */
  isLive(): boolean {
    const { parts } = this;
    if (!parts) return true;
    const isConsuming = parts.server.consumerStatus !== 'running' || this.isRecent(parts.server.lastProgressAt);
    const loops = [parts.lease, parts.onboarding, parts.relay];
    return isConsuming && loops.every(({ lastTurnMs }) => this.nowMs() - lastTurnMs < STUCK_MS);
  }

  async readiness(): Promise<Readiness> {
    const overview = await this.readOverview();
    const { parts } = this;
    const isKafkaUp = parts?.server.consumerStatus === 'running' || parts?.server.consumerStatus === 'rebalancing';
    const isDatabaseUp = overview !== null && parts?.gate.isAlive === true;
    const partnerCenter = this.partnerCenter();
    const status = isKafkaUp && isDatabaseUp ? (partnerCenter.status === 'paused' ? 'paused' : 'ready') : 'unready';
    const { pending, held, oldestPendingSeconds, recordsLost } = overview ?? this.lastOverview;
    return {
      status,
      parts: {
        kafka: { status: isKafkaUp ? 'up' : 'down' },
        database: { status: isDatabaseUp ? 'up' : 'down' },
        partnerCenter,
      },
      pending,
      held,
      oldestPendingSeconds: Math.round(oldestPendingSeconds * 1_000) / 1_000,
      recordsLost,
    };
  }

  /** The counts of the ledger now; null when it does not answer. */
  async readOverview(): Promise<Overview | null> {
    if (!this.parts) return null;
    try {
      this.lastOverview = await readOverview(this.parts.db, this.parts.requestedTopic);
      return this.lastOverview;
    } catch {
      return null;
    }
  }

  isPaused(): boolean {
    return this.parts?.gate.shown() != null;
  }

  private partnerCenter(): PartnerCenterPart {
    if (!this.parts) return { status: 'unknown' };
    const pause = this.parts.gate.shown();
    if (pause) {
      return { status: 'paused', reason: pause.reason, until: new Date(Date.now() + pause.inMs).toISOString() };
    }
    return { status: this.parts.onboarding.hasBeenAnswered ? 'up' : 'unknown' };
  }

  private isRecent(time: Date): boolean {
    return Date.now() - time.getTime() < STUCK_MS;
  }
}
