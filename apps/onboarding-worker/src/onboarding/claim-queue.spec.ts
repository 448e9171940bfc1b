import type { ClaimedOnboarding, Database } from '#ledger';
import { describe, expect, it } from 'vitest';
import { ClaimQueue } from './claim-queue.js';

const claimed = (correlationId: string): ClaimedOnboarding => ({ correlationId, claim: 1n }) as ClaimedOnboarding;

/** A queue that holds two claims; its ledger takes back what it is told unless it is down. */
function queueOfTwo(): { queue: ClaimQueue; ledger: { isDown: boolean; returned: string[] } } {
  const ledger = { isDown: false, returned: [] as string[] };
  const query = async (_text: string, values: unknown[]): Promise<{ rows: never[] }> => {
    if (ledger.isDown) throw new Error('the database is down');
    ledger.returned.push(...(values[1] as string[]));
    return { rows: [] };
  };
  const db = { query } as unknown as Database;
  const queue = new ClaimQueue({ db, lease: { workerId: 'w' }, nowMs: () => 0, callTimeoutMs: 1_000 });
  (queue as unknown as { waiting: ClaimedOnboarding[] }).waiting = [claimed('a'), claimed('b')];
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
