import { createLogger } from '#observability';
import { compactDecrypt } from 'jose';
import { randomBytes } from 'node:crypto';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { RefreshTokenVault } from './refresh-token-vault.js';

const ledgerKey = randomBytes(32);
const FAILED = 'the new refresh token could not be kept yet: a restart now would lose it';
const KEPT = 'the new refresh token is kept at last';

/** A vault on a ledger that keeps what it is given while it is there, and answers late while it hangs. */
function onLedger() {
  const ledger = { state: 'away' as 'away' | 'there' | 'hanging', writes: 0, kept: [] as string[] };
  const lines: string[] = [];
  const late = Promise.withResolvers<void>();
  const query = async (_text: string, values: unknown[]): Promise<never> => {
    ledger.writes += 1;
    if (ledger.state === 'hanging') await late.promise;
    if (ledger.state === 'away') throw new Error('the ledger is away');
    ledger.kept.push(String(values[1]));
    return { rows: [] } as never;
  };
  const write = (line: string): void => void lines.push((JSON.parse(line) as { msg: string }).msg);
  const log = createLogger({ level: 'info', destination: { write } });
  const consent = { tenantId: 'tenant', clientId: 'client', refreshToken: 'configured' };
  const vault = new RefreshTokenVault({ db: { query }, log, ledgerKey, ...consent });
  const kept = (): Promise<string[]> => Promise.all(ledger.kept.map(opened));
  return { vault, ledger, lines, kept, answer: late.resolve };
}

async function opened(sealed: string): Promise<string> {
  return Buffer.from((await compactDecrypt(sealed, ledgerKey)).plaintext).toString('utf8');
}

describe('a refresh token that could not be kept', () => {
  beforeEach(() => void vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout'] }));
  afterEach(() => void vi.useRealTimers());

  it('is kept in the background as soon as the ledger is there again: one line before, one after', async () => {
    const { vault, ledger, lines, kept } = onLedger();
    await vault.keep('second');
    await vi.advanceTimersByTimeAsync(3_000);
    expect([ledger.writes, lines]).toEqual([3, [FAILED]]);
    ledger.state = 'there';
    await vi.advanceTimersByTimeAsync(4_000);
    expect(await kept()).toEqual(['second']);
    expect(lines).toEqual([FAILED, KEPT]);
    await vi.advanceTimersByTimeAsync(3_600_000);
    await vault.close();
    expect(ledger.writes).toBe(4);
  });

  it('is tried again after 1 s, twice as long each time, and at least once a minute', async () => {
    const { vault, ledger } = onLedger();
    await vault.keep('second');
    const waits: number[] = [];
    for (let waitedS = 1; waits.length < 9; waitedS++) {
      const before = ledger.writes;
      await vi.advanceTimersByTimeAsync(1_000);
      if (ledger.writes === before) continue;
      waits.push(waitedS);
      waitedS = 0;
    }
    expect(waits).toEqual([1, 2, 4, 8, 16, 32, 60, 60, 60]);
  });

  it('is forgotten for a newer one', async () => {
    const { vault, ledger, lines, kept } = onLedger();
    await vault.keep('second');
    await vault.keep('third');
    ledger.state = 'there';
    await vi.advanceTimersByTimeAsync(60_000);
    expect(await kept()).toEqual(['third']);
    expect(lines).toEqual([FAILED, KEPT]);
  });

  it('is tried once more at a stop, and then no more', async () => {
    const [later, never] = [onLedger(), onLedger()];
    for (const { vault } of [later, never]) await vault.keep('second');
    later.ledger.state = 'there';
    for (const { vault } of [later, never]) await vault.close();
    await vi.advanceTimersByTimeAsync(60_000);
    expect(await later.kept()).toEqual(['second']);
    expect([later.ledger.writes, never.ledger.writes]).toEqual([2, 2]);
  });

  it('keeps a stop waiting for two seconds at most', async () => {
    const { vault, ledger } = onLedger();
    await vault.keep('second');
    ledger.state = 'hanging';
    let isClosed = false;
    void vault.close().then(() => (isClosed = true));
    await vi.advanceTimersByTimeAsync(1_999);
    expect(isClosed).toBe(false);
    await vi.advanceTimersByTimeAsync(1);
    expect(isClosed).toBe(true);
  });

  it('is never written over a newer one by a try that took long', async () => {
    const { vault, ledger, kept, answer } = onLedger();
    await vault.keep('second');
    ledger.state = 'hanging';
    await vi.advanceTimersByTimeAsync(1_000);
    const third = vault.keep('third');
    ledger.state = 'there';
    // As long as a write that did not wait would take.
    for (let n = 0; n < 3; n++) await onLedger().vault.keep('elsewhere');
    answer();
    await third;
    expect(await kept()).toEqual(['second', 'third']);
  });
});
