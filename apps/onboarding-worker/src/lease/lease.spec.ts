import type { Database } from '#ledger';
import { createLogger } from '#observability';
import { eventually } from '#testing';
import { describe, expect, it } from 'vitest';
import { Gate } from './gate.js';
import { Lease } from './lease.js';

describe('a worker that finds itself taken for dead', () => {
  it('drops its claims, starts nothing, and lives again under another id', async () => {
    const happened: string[] = [];
    const nowMs = (): number => performance.now();
    const gate = new Gate(10_000, nowMs);
    let isDead = false;
    const query = async (text: string, values: unknown[] = []): Promise<{ rows: unknown[] }> => {
      if (text.includes('INSERT INTO worker')) {
        happened.push(`registered ${lease.workerId === values[0]}, may start ${gate.mayStart()}`);
        isDead = false;
      }
      return { rows: [{ alive: !isDead, now_ms: '0', pauses: null, workers: '0', onboardings: '0' }] };
    };
    const lease = new Lease({
      ...{ db: { query } as unknown as Database, gate, log: createLogger({ level: 'silent' }), nowMs },
      settings: { leaseMs: 10_000, callTimeoutMs: 1_000 },
      onExpired: () => void happened.push(`forgets, ${lease.workerId === first ? 'old' : 'new'} id`),
      onPulse: () => undefined,
      onTakenOver: () => undefined,
    });
    const first = lease.workerId;
    await lease.start();
    // Half a lease of silence lies behind a worker that others took for dead.
    (gate as unknown as { lastBeatMs: number }).lastBeatMs = Number.NEGATIVE_INFINITY;
    isDead = true;
    lease.hurry();
    await eventually(() => gate.mayStart(), { what: 'the worker lives again' });
    await lease.close();
    expect(lease.workerId).not.toBe(first);
    expect(happened).toEqual([
      'registered true, may start false',
      'forgets, new id',
      'registered true, may start false',
    ]);
  });
});
