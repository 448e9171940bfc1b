import type { ClaimedOnboarding, Database } from '#ledger';
import { describe, expect, it } from 'vitest';
import { BEGINS_WITHIN_MS, ClaimQueue } from './claim-queue.js';

const claimed = (correlationId: string): ClaimedOnboarding => ({ correlationId, claim: 1n }) as ClaimedOnboarding;

/** A queue that holds two claims; its ledger takes back what it is told unless it is down. */
function queueOfTwo(clock = { nowMs: 0 }): { queue: ClaimQueue; ledger: { isDown: boolean; returned: string[] } } {
  const ledger = { isDown: false, returned: [] as string[] };
  const query = async (_text: string, values: unknown[]): Promise<{ rows: never[] }> => {
    if (ledger.isDown) throw new Error('the database is down');
    ledger.returned.push(...(values[1] as string[]));
    return { rows: [] };
  };
  const db = { query } as unknown as Database;
  const queue = new ClaimQueue({ db, lease: { workerId: 'w' }, nowMs: () => clock.nowMs, callTimeoutMs: 1_000 });
  (queue as unknown as { waiting: unknown[] }).waiting = [
    { onboarding: claimed('a'), claimedMs: 0 },
    { onboarding: claimed('b'), claimedMs: 0 },
  ];
  return { queue, ledger };
}

describe('claims that are handed back', () => {
  it('are told to the ledger once it is up again', async () => {
    const { queue, ledger } = queueOfTwo();
    ledger.isDown = true;
    await expect(queue.handBack()).rejects.toThrow('down');
    ledger.isDown = false;
    await queue.returnOwed();
    expect(ledger.returned).toEqual(['a', 'b']);
    await queue.returnOwed();
    expect(ledger.returned).toEqual(['a', 'b']);
  });

  it('are not worked on any more', async () => {
    const { queue, ledger } = queueOfTwo();
    ledger.isDown = true;
    await expect(queue.handBack()).rejects.toThrow('down');
    expect(queue.next()).toBeNull();
  });

  it('are forgotten when others own them', async () => {
    const { queue, ledger } = queueOfTwo();
    ledger.isDown = true;
    await expect(queue.handBack()).rejects.toThrow('down');
    ledger.isDown = false;
    queue.forget();
    await queue.returnOwed();
    expect(ledger.returned).toEqual([]);
  });
});

describe('a claim that waited long', () => {
  it('is overdue after a second without a slot, and not once it began', () => {
    const clock = { nowMs: 0 };
    const { queue } = queueOfTwo(clock);
    clock.nowMs = 1_000;
    expect(queue.isOverdue()).toBe(false);
    clock.nowMs = 1_001;
    expect(queue.isOverdue()).toBe(true);
    queue.next();
    queue.next();
    expect(queue.isOverdue()).toBe(false);
  });

  it('begins no call so late that those who would take it over took it for ended', () => {
    const clock = { nowMs: 0 };
    const { queue } = queueOfTwo(clock);
    const onboarding = queue.next();
    if (!onboarding) throw new Error('nothing was claimed');
    clock.nowMs = BEGINS_WITHIN_MS - 1;
    expect(queue.mayBegin(onboarding)).toBe(true);
    clock.nowMs = BEGINS_WITHIN_MS;
    expect(queue.mayBegin(onboarding)).toBe(false);
  });

  it('begins no call after it ended', () => {
    const { queue } = queueOfTwo();
    const onboarding = queue.next();
    if (!onboarding) throw new Error('nothing was claimed');
    queue.ended(onboarding);
    expect(queue.mayBegin(onboarding)).toBe(false);
  });
});
