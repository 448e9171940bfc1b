import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { IntakePosition } from '#ledger';
import { type FetchedBatch, type LogBounds, decidePosition } from './log-position.js';

const digest = (text: string): Buffer => Buffer.from(text);
const record = (offset: bigint, what = 'x'): FetchedBatch['records'][number] => ({
  ...{ offset, timestampMs: 5, digest: () => digest(what) },
});
const last = { offset: 9n, timestampMs: 5, digest: digest('x') };
const position: IntakePosition = { nextOffset: 10n, last };
const bounds = { start: 0n, end: 50n };
const batch = (fetchOffset: bigint, with_: Partial<FetchedBatch> = {}): FetchedBatch => ({
  ...{ fetchOffset, verified: false, records: [record(fetchOffset), record(fetchOffset + 1n)] },
  ...with_,
});
const take = (from: bigint, lost = 0n): unknown => ({ kind: 'take', from, lost });
const seek = (offset: bigint): unknown => ({ kind: 'seek', offset });
const restart = (offset: bigint): unknown => ({ kind: 'restart', offset });

describe('a partition that was never read', () => {
  it('is read from the start of the log, whatever offset is committed', () => {
    expect(decidePosition(null, batch(7n), null)).toEqual({ kind: 'need-bounds' });
    expect(decidePosition(null, batch(7n), bounds)).toEqual(seek(0n));
    expect(decidePosition(null, batch(0n), bounds)).toEqual(take(0n));
  });

  it('is taken from what was fetched, also where it was deleted since', () => {
    expect(decidePosition(null, batch(0n), { start: 30n, end: 50n })).toEqual(take(0n));
  });
});

describe('a batch that goes on where the last one ended', () => {
  it('is taken without a question to the broker, in the generation that showed the last record', () => {
    expect(decidePosition(position, batch(10n, { verified: true }), null)).toEqual(take(10n));
  });

  it('must show the last record first after an assignment', () => {
    expect(decidePosition(position, batch(10n), null)).toEqual({ kind: 'need-bounds' });
    expect(decidePosition(position, batch(10n), bounds)).toEqual(seek(9n));
    expect(decidePosition(position, batch(9n), bounds)).toEqual(take(10n));
  });
});

describe('a batch that begins elsewhere', () => {
  it('beyond the position is not taken: it is read from the position', () => {
    expect(decidePosition(position, batch(12n, { verified: true }), bounds)).toEqual(seek(10n));
    expect(decidePosition({ ...position, last: null }, batch(12n), { start: 10n, end: 50n })).toEqual(seek(10n));
  });

  it('before the position and without the last record is read on until that shows', () => {
    expect(decidePosition(position, batch(4n), bounds)).toEqual(seek(9n));
  });

  it('before the position, of the log that was read last, goes on at the position', () => {
    expect(decidePosition(position, batch(4n, { verified: true }), null)).toEqual(take(10n));
  });

  it('is proven by nothing where nothing was taken yet', () => {
    const nothingTaken = { ...position, last: null };
    expect(decidePosition(nothingTaken, batch(10n, { verified: true }), null)).toEqual(take(10n));
    expect(decidePosition(nothingTaken, batch(30n, { verified: true }), { start: 30n, end: 50n })).toEqual(
      take(30n, 20n),
    );
  });
});

describe('another or a truncated log', () => {
  it('shows another record where the last one was: read from its start', () => {
    const records = [record(9n, 'another'), record(10n)];
    expect(decidePosition(position, batch(9n, { records }), bounds)).toEqual(restart(0n));
  });

  it('shows another time stamp where the last one was: read from its start', () => {
    const records = [{ ...record(9n), timestampMs: 6 }];
    expect(decidePosition(position, batch(9n, { records }), bounds)).toEqual(restart(0n));
  });

  it('has no record where the last one was: read from its start', () => {
    expect(decidePosition(position, batch(8n, { records: [record(8n), record(11n)] }), bounds)).toEqual(restart(0n));
  });

  it('begins before what was never read of the last one: read from its start', () => {
    expect(decidePosition({ ...position, last: null }, batch(10n), bounds)).toEqual(restart(0n));
  });

  it('ends before the position: read from its start', () => {
    expect(decidePosition(position, batch(0n), { start: 0n, end: 5n })).toEqual(restart(0n));
  });
});

describe('records that Kafka deleted', () => {
  it('before they were read are lost: those between the position and the first that there is', () => {
    expect(decidePosition(position, batch(30n), { start: 30n, end: 50n })).toEqual(take(30n, 20n));
    expect(decidePosition(position, batch(35n), { start: 30n, end: 50n })).toEqual(seek(30n));
  });

  it('after they were fetched are not lost', () => {
    expect(decidePosition(position, batch(9n), { start: 30n, end: 50n })).toEqual(take(10n));
    expect(decidePosition(position, batch(20n), { start: 30n, end: 50n })).toEqual(take(20n, 10n));
  });

  it('with the last record taken leave nothing to compare', () => {
    expect(decidePosition(position, batch(10n), { start: 10n, end: 50n })).toEqual(take(10n));
  });
});

/** A partition as Kafka keeps it, and a reader that is driven by the decisions alone. */
interface Log {
  epoch: number;
  start: number;
  records: { offset: number; name: string }[];
}

interface Move {
  kind: 'append' | 'recreate' | 'truncate' | 'retain' | 'assign' | 'fetch' | 'handle';
  /** How many records, or at which offset. */
  n: number;
}

/** What a log of its own does, and what makes it another one. */
const CALM: Move['kind'][] = ['append', 'append', 'fetch', 'fetch', 'handle', 'handle', 'assign', 'retain'];
const KINDS: Move['kind'][] = [...CALM, 'recreate', 'truncate'];
const movesOf = (kinds: Move['kind'][]): fc.Arbitrary<Move[]> =>
  fc.array(fc.record({ kind: fc.constantFrom(...kinds), n: fc.integer({ min: 1, max: 12 }) }), {
    minLength: 1,
    maxLength: 40,
  });

/**
 * The rules of the world: anything may happen between a fetch and its handling, and nobody tells that a log was made anew or
 * truncated. After the fetch the last record taken is looked up, if this assignment took it.
 */
class World {
  private log: Log = { epoch: 0, start: 0, records: [] };
  private position: IntakePosition | null = null;
  private fetchAt = 0;
  private fetched: { at: number; records: Log['records'] } | null = null;
  private hasTaken = false;
  private names = 0;
  readonly taken: string[] = [];
  readonly unread = new Set<string>();
  lost = 0;

  play(move: Move): void {
    switch (move.kind) {
      case 'append':
        return this.append(move.n);
      case 'recreate':
        for (const each of this.log.records) this.unread.delete(each.name);
        this.log = { epoch: this.log.epoch + 1, start: 0, records: [] };
        return this.append(move.n);
      case 'truncate': {
        const kept = this.log.records.slice(0, move.n);
        for (const each of this.log.records.slice(move.n)) this.unread.delete(each.name);
        this.log = { ...this.log, records: kept };
        return this.append(1);
      }
      case 'retain': {
        for (const each of this.log.records.slice(0, move.n)) this.unread.delete(each.name);
        const end = this.end;
        const records = this.log.records.slice(move.n);
        this.log = { ...this.log, start: records[0]?.offset ?? end, records };
        return;
      }
      case 'assign':
        return this.assign(move.n);
      case 'fetch':
        return this.fetch(move.n);
      case 'handle':
        return this.handle();
    }
  }

  /** Something new arrives, without which there is nothing to decide on, and is read with all that came before. */
  settle(): void {
    do this.append(1);
    while (this.end <= this.fetchAt);
    for (let n = 0; n < 100; n++) {
      this.fetch(4);
      this.handle();
    }
  }

  private get end(): number {
    return (this.log.records.at(-1)?.offset ?? this.log.start - 1) + 1;
  }

  private append(count: number): void {
    for (let n = 0; n < count; n++) {
      const name = `${this.log.epoch}/${this.names++}`;
      this.log.records.push({ offset: this.end, name });
      this.unread.add(name);
    }
  }

  private assign(at: number): void {
    this.fetchAt = at;
    this.fetched = null;
    this.hasTaken = false;
  }

  private fetch(max: number): void {
    // OffsetOutOfRange: the client begins again at the log's start.
    if (this.fetchAt < this.log.start || this.fetchAt > this.end) this.fetchAt = this.log.start;
    const records = this.log.records.filter(({ offset }) => offset >= this.fetchAt).slice(0, max);
    this.fetched = records.length === 0 ? null : { at: this.fetchAt, records };
  }

  private isLastThere(): boolean {
    const last = this.position?.last;
    if (!last) return true;
    const found = this.log.records.find(({ offset }) => offset === Number(last.offset));
    return found !== undefined && digest(found.name).equals(last.digest);
  }

  private handle(): void {
    if (!this.fetched) return;
    const { at, records: found } = this.fetched;
    this.fetched = null;
    const next = found.at(-1)!.offset + 1;
    const fetched = {
      ...{ fetchOffset: BigInt(at), verified: this.hasTaken && this.isLastThere() },
      records: found.map(({ offset, name }) => ({
        offset: BigInt(offset),
        timestampMs: 0,
        digest: () => digest(name),
      })),
    };
    const logBounds: LogBounds = { start: BigInt(this.log.start), end: BigInt(this.end) };
    let decision = decidePosition(this.position, fetched, null);
    if (decision.kind === 'need-bounds') decision = decidePosition(this.position, fetched, logBounds);
    switch (decision.kind) {
      case 'need-bounds':
        throw new Error('the bounds are known');
      case 'seek':
        this.fetchAt = Number(decision.offset);
        return;
      case 'restart':
        this.position = { nextOffset: decision.offset, last: null };
        this.fetchAt = Number(decision.offset);
        return;
      case 'take':
        this.lost += Number(decision.lost);
        this.take(
          found.filter(({ offset }) => offset >= Number((decision as { from: bigint }).from)),
          next,
        );
    }
  }

  private take(records: Log['records'], next: number): void {
    for (const { name } of records) {
      this.taken.push(name);
      this.unread.delete(name);
    }
    const end = records.at(-1);
    const before = this.position;
    this.position = {
      nextOffset: before && before.nextOffset > BigInt(next) ? before.nextOffset : BigInt(next),
      last: end ? { offset: BigInt(end.offset), timestampMs: 0, digest: digest(end.name) } : (before?.last ?? null),
    };
    this.fetchAt = Number(this.position.nextOffset);
    this.hasTaken = true;
  }
}

describe('a log that is appended to, retained and read from anywhere', () => {
  it('gives every record once, and none is skipped unless Kafka deleted it', () => {
    fc.assert(
      fc.property(movesOf(CALM), (all) => {
        const world = new World();
        for (const move of all) world.play(move);
        world.settle();
        expect(new Set(world.taken).size).toBe(world.taken.length);
        expect([...world.unread]).toEqual([]);
      }),
      { numRuns: 3_000 },
    );
  });
});

describe('a log that is also made anew or truncated', () => {
  it('skips no record that is in it', () => {
    fc.assert(
      fc.property(movesOf(KINDS), (all) => {
        const world = new World();
        for (const move of all) world.play(move);
        world.settle();
        expect([...world.unread]).toEqual([]);
      }),
      { numRuns: 3_000 },
    );
  });
});
