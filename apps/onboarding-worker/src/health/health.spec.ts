import { describe, expect, it } from 'vitest';
import { Health, type HealthParts } from './health.js';

const NOW_MS = 1_000_000;
const OLD_MS = 61_000;

interface Ages {
  lease?: number;
  onboarding?: number;
  relay?: number;
  consumer?: number;
  consumerStatus?: HealthParts['server']['consumerStatus'];
}

/** A process whose loops last turned so many ms ago, as given. */
function health({ lease = 0, onboarding = 0, relay = 0, consumer = 0, consumerStatus = 'running' }: Ages): Health {
  const turned = (ageMs: number): { lastTurnMs: number } => ({ lastTurnMs: NOW_MS - ageMs });
  const parts = {
    lease: turned(lease),
    onboarding: turned(onboarding),
    relay: turned(relay),
    server: { consumerStatus, lastProgressAt: new Date(Date.now() - consumer) },
  };
  const health = new Health(() => NOW_MS);
  health.attach(parts as unknown as HealthParts);
  return health;
}

describe('a process is live', () => {
  it('before it reached the ledger and Kafka once', () => {
    expect(new Health(() => NOW_MS).isLive()).toBe(true);
  });

  it('while all its loops turn', () => {
    expect(health({ lease: 59_000, onboarding: 59_000, relay: 59_000, consumer: 59_000 }).isLive()).toBe(true);
  });

  it.each(['down', 'connecting', 'rebalancing'] as const)('while its consumer is known to be %s', (consumerStatus) => {
    expect(health({ consumer: OLD_MS, consumerStatus }).isLive()).toBe(true);
  });
});

describe('a process is stuck', () => {
  it.each(['lease', 'onboarding', 'relay'] as const)('when the loop of %s has not turned for a minute', (loop) => {
    expect(health({ [loop]: OLD_MS }).isLive()).toBe(false);
  });

  it('when its running consumer has not fetched for a minute', () => {
    expect(health({ consumer: OLD_MS }).isLive()).toBe(false);
  });
});
