import { type Database, type Transition, unchanged } from '#ledger';
import { createLogger } from '#observability';
import { describe, expect, it } from 'vitest';
import { claimed } from '../../test/claimed.js';
import { Recorder, type Verdict } from './recorder.js';

type Row = { correlation_id: string; claim: string };

/** A recorder on a ledger that keeps what it is given in batches; `refusals` are how often it fails before. */
function onLedger(
  refusals = 0,
  nowMs = () => 0,
): { recorder: Recorder; batches: Row[][]; published: number[]; news: () => number } {
  const batches: Row[][] = [];
  const published: number[] = [];
  let news = 0;
  const query = async (_text: string, values: unknown[]): Promise<{ rows: Row[] }> => {
    if (refusals-- > 0) throw Object.assign(new Error('the ledger is away'), { code: '57P03' });
    const rows = JSON.parse(String(values[1])) as Row[];
    batches.push(rows);
    return { rows };
  };
  const transaction = (): never => {
    news += 1;
    throw Object.assign(new Error('news are not the matter here'), { code: '22000' });
  };
  const recorder = new Recorder({
    db: { query, transaction } as unknown as Database,
    log: createLogger({ level: 'silent' }),
    workerId: () => 'w',
    nowMs,
    onRecorded: (_, count) => void published.push(count),
  });
  return { recorder, batches, published, news: () => news };
}

function verdict(correlationId: string, claim = 1n, with_: Partial<Transition> = {}): Verdict {
  const transition = { ...unchanged(claimed({ correlationId, claim })), ...with_ };
  return { transition, unclearSinceMs: null, firstHeld: null };
}

describe('outcomes', () => {
  it('of one onboarding are never in one batch: an answer that came late may wait beside that of a newer claim', async () => {
    const { recorder, batches } = onLedger();
    const told = [verdict('a', 1n), verdict('b'), verdict('a', 2n), verdict('c')].map((each) => recorder.record(each));
    recorder.start();
    await recorder.close();
    expect(await Promise.all(told)).toEqual(told.map(() => ({ kind: 'recorded' })));
    expect(batches.map((rows) => rows.map((row) => `${row.correlation_id}${row.claim}`))).toEqual([
      ['a1', 'b1'],
      ['a2', 'c1'],
    ]);
  });

  it('are kept while the ledger is away, also by a worker that is told to stop', async () => {
    const { recorder, batches } = onLedger(2);
    recorder.start();
    const told = recorder.record(verdict('a'));
    await recorder.close();
    expect(await told).toEqual({ kind: 'recorded' });
    expect(batches).toHaveLength(1);
  });

  it('wait no longer for their round than the given clock tells', async () => {
    let nowMs = 0;
    const { recorder, batches } = onLedger(0, () => (nowMs += 60));
    for (const claim of [1n, 2n, 3n]) void recorder.record(verdict('a', claim));
    recorder.start();
    const recorded = recorder.close().then(() => 'recorded');
    const turned = new Promise<string>((resolve) => void setImmediate(resolve, 'the event loop turned'));
    expect(await Promise.race([recorded, turned])).toBe('recorded');
    expect(batches).toHaveLength(3);
  });
});

describe('records to publish', () => {
  it('are counted when the ledger has the batch that they came with', async () => {
    const { recorder, published } = onLedger(1);
    const about = { code: null, key: null, value: null, slot: 0 as const, headers: [], recordTimestampMs: 1 };
    const publish = [{ kind: 'created' as const, ...about }];
    for (const each of [verdict('a', 1n, { publish }), verdict('b'), verdict('c', 1n, { publish })]) {
      void recorder.record(each);
    }
    recorder.start();
    await recorder.close();
    expect(published).toEqual([2]);
  });
});

describe('a first hold', () => {
  const held = (id: string): Verdict => ({ ...verdict(id), firstHeld: { country: 'US', partnerId: null } });
  const accepted = verdict('accepted', 1n, {
    definite: true,
    created: { tenantId: 't', announcement: '{}', announcementHeaders: '[]', sealedCredentials: null },
  });

  it('is no news when a create was accepted after it in the same batch', async () => {
    const { recorder, news } = onLedger();
    void recorder.record(held('a'));
    void recorder.record(accepted);
    recorder.start();
    await recorder.close();
    expect(news()).toBe(0);
  });
});
