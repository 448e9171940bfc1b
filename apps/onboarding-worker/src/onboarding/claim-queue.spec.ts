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

  it('are forgotten when others own them, like those that still wait', async () => {
    const { queue, ledger } = queueOfTwo();
    queue.forget();
    expect(queue.next()).toBeNull();
    (queue as unknown as { waiting: unknown[] }).waiting = [{ onboarding: claimed('c'), claimedMs: 0 }];
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

/** A queue on a ledger that has work for every claim; `asked` is called while it is asked. */
function queueOnLedger(
  asked: (of: { clock: { nowMs: number }; lease: { workerId: string } }) => void = () => undefined,
): {
  queue: ClaimQueue;
  clock: { nowMs: number };
  known: string[][];
} {
  const [clock, lease, known] = [{ nowMs: 0 }, { workerId: 'w' }, [] as string[][]];
  let claims = 0;
  const query = async (text: string, values: unknown[]): Promise<{ rows: unknown[] }> => {
    if (text.includes('lost AS')) {
      known.push((values[1] as string[]).toSorted());
      return { rows: [{ n: '0' }] };
    }
    if (!text.includes('claimed AS')) throw new Error('the database is down');
    asked({ clock, lease });
    return { rows: Array.from({ length: values[1] as number }, () => aRow(`c${claims++}`)) };
  };
  const db = { query } as unknown as Database;
  return { queue: new ClaimQueue({ db, lease, nowMs: () => clock.nowMs, callTimeoutMs: 1_000 }), clock, known };
}

function aRow(correlationId: string): Record<string, unknown> {
  return { correlation_id: correlationId, claim: '1', code: null, r_record_offset: '0', k_topic: null };
}

describe('claims that this worker knows of', () => {
  it('are never given up as forgotten: on their way back, begun, waiting, or probing', async () => {
    const { queue, clock, known } = queueOnLedger();
    await queue.claim(1);
    await expect(queue.handBack()).rejects.toThrow('down');
    await queue.claim(2);
    queue.next();
    await queue.claimProbe();
    clock.nowMs = 5_000;
    await queue.freeForgotten();
    expect(known).toEqual([['c0', 'c1', 'c2', 'c3']]);
  });

  it('are given up when they ended without being recorded', async () => {
    const { queue, clock, known } = queueOnLedger();
    await queue.claim(1);
    queue.ended(queue.next()!);
    clock.nowMs = 5_000;
    await queue.freeForgotten();
    expect(known).toEqual([[]]);
  });
});

describe('a claim', () => {
  it('counts from before the ledger was asked, however long that took', async () => {
    const { queue } = queueOnLedger(({ clock }) => (clock.nowMs += BEGINS_WITHIN_MS));
    await queue.claim(1);
    expect(queue.mayBegin(queue.next()!)).toBe(false);
    expect(queue.mayBegin((await queue.claimProbe())!)).toBe(false);
  });

  it('that comes back after this worker was taken for dead belongs to others', async () => {
    const { queue } = queueOnLedger(({ lease }) => (lease.workerId = 'w2'));
    expect(await queue.claim(1)).toBe(0);
    expect(queue.next()).toBeNull();
  });
});
