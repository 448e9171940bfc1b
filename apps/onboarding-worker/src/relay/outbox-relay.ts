import { setTimeout as delay } from 'node:timers/promises';
import { randomBytes } from 'node:crypto';
import {
  type Database,
  type OutboxRow,
  type RelayTerm,
  numberBatch,
  releaseRelay,
  setRowAside,
  settleBatch,
  takeRelay,
} from '#ledger';
import { PublishError, type RelayPublisher } from '#kafka';
import type { Logger, Metrics } from '#observability';
import type { Lease } from '../lease/lease.js';
import { type OutboxTopics, kindsOf, toOutgoingRecord } from './outgoing-record.js';
import { Wake } from '../lease/wake.js';

export interface RelaySettings {
  topics: OutboxTopics;
  /** Makes the Kafka half; told the ledger's id, which every marker carries. */
  createPublisher: (ledgerId: string) => RelayPublisher;
}

const BATCH_ROWS_MAX = 500;
const BATCH_BYTES_MAX = 8 * 1024 * 1024;
const POLL_MS = 1_000;
/** Under load a transaction begins at most this often: more rows share it. The first row on an idle system goes at once. */
const LONE_ROUND_MS = 50;
const SHARED_ROUND_MS = 150;
const SHARED_FROM = 3;
const NOT_RELAY_POLL_MS = 500;
const ERROR_DELAY_MIN_MS = 100;
const ERROR_DELAY_MAX_MS = 5_000;
const ASIDE_MS = 60_000;
const ASIDE_POLL_MS = 5_000;
/** Rows set aside are tried alone; while they go out they follow each other at once, more and more at a time. */
const ASIDE_ROWS_MAX = 16;
const TOPIC_HOLD_MS = 15_000;
/** An outbox that cannot be emptied must not use up the time in which the worker has to stop. */
const CLOSE_MAX_MS = 5_000;
const MARKER_AGE_MAX_MS = 24 * 3_600_000;

/**
 * The outbox relay (P3, design 2): every row of the outbox gets on its topic exactly once, whatever dies in between.
 * One worker is the relay. There is one way to begin, at start, at take-over and after any error: take the term, fence
 * every earlier relay with the first transaction of a new producer, read the marker, settle the one batch in doubt by it.
 * Then batch by batch: number rows, publish them and the batch id in one Kafka transaction, delete them together with the
 * next numbering. Only a producer that fenced before the numbering publishes it.
 * No row stops another: a batch that can never be written is halved until the row is found, which is set aside.
 */
export class OutboxRelay {
  private readonly wake = new Wake();
  private loop: Promise<void> | null = null;
  private isClosing = false;
  private publisher: RelayPublisher | null = null;
  private maxRows = BATCH_ROWS_MAX;
  private poison: bigint | null = null;
  /** Topics that could not be written to, and until when their rows wait. */
  private readonly heldUntilMs = new Map<string, number>();
  private nextAsideMs = ASIDE_POLL_MS;
  private isAside = false;
  private asideRows = 1;
  isRelay = false;
  /** When the loop last turned, monotonic: liveness. */
  lastTurnMs: number;

  constructor(
    private readonly parts: {
      db: Database;
      lease: Lease;
      log: Logger;
      metrics: Metrics;
      nowMs: () => number;
      settings: RelaySettings;
    },
  ) {
    this.lastTurnMs = parts.nowMs();
  }

  start(): void {
    this.loop = this.run();
  }

  /** Rows were written. */
  hurry(): void {
    this.wake.set();
  }

  /** Publishes what is there, unless Kafka does not let it, then gives the lease back. */
  async close(): Promise<void> {
    this.isClosing = true;
    this.wake.set();
    await Promise.race([this.loop, delay(CLOSE_MAX_MS, null, { ref: false })]);
    // What still waits for Kafka fails by this; rows that were numbered stay in doubt for the next relay.
    await this.publisher?.close();
    await releaseRelay(this.parts.db, this.parts.lease.workerId);
  }

  private async run(): Promise<void> {
    let delayMs = ERROR_DELAY_MIN_MS;
    while (!this.isClosing) {
      this.lastTurnMs = this.parts.nowMs();
      try {
        const term = await takeRelay(this.parts.db, this.parts.lease.workerId);
        if (term === null) await this.wake.wait(NOT_RELAY_POLL_MS);
        else await this.lead(term, () => (delayMs = ERROR_DELAY_MIN_MS));
      } catch (error) {
        this.parts.log.warn({ err: error }, 'the relay begins again');
        await this.wake.wait(delayMs);
        delayMs = Math.min(ERROR_DELAY_MAX_MS, delayMs * 2);
      } finally {
        this.isRelay = false;
      }
    }
  }

  /** One term, until it is lost or something fails. */
  private async lead(term: RelayTerm, onProgress: () => void): Promise<void> {
    const publisher = this.publisherOf(term.ledgerId);
    const { marker } = await publisher.begin(term.term);
    if (!(await this.settle(term, marker?.offset ?? null))) return;
    this.isRelay = true;
    this.parts.log.info({ term: term.term.toString() }, 'this worker is the relay');
    let sent: bigint | null = null;
    let onTopics = marker?.offset ?? null;
    let markedMs = this.parts.nowMs();
    let nextRoundMs = Number.NEGATIVE_INFINITY;
    for (;;) {
      this.lastTurnMs = this.parts.nowMs();
      const earlyMs = nextRoundMs - this.parts.nowMs();
      if (earlyMs > 0 && !this.isClosing) await delay(earlyMs);
      const beganMs = this.parts.nowMs();
      const batch = randomBatchId();
      const rows = await this.number(term.term, sent, batch);
      if (rows === null) return;
      nextRoundMs = beganMs + (rows.length < SHARED_FROM ? LONE_ROUND_MS : SHARED_ROUND_MS);
      sent = null;
      if (rows.length > 0) {
        await this.publish(publisher, batch, rows);
        onTopics = sent = batch;
        markedMs = this.parts.nowMs();
        onProgress();
        continue;
      }
      if (this.isClosing) return;
      if (onTopics !== null && this.parts.nowMs() - markedMs > MARKER_AGE_MAX_MS) {
        await publisher.touchMarker(onTopics);
        markedMs = this.parts.nowMs();
      }
      await this.wake.wait(POLL_MS);
    }
  }

  /** At most one batch is in doubt; it is on the topics if, and only if, the marker equals its id. */
  private async settle(term: RelayTerm, marker: bigint | null): Promise<boolean> {
    const { db, log } = this.parts;
    if (term.batchInDoubt !== null) {
      if (marker === null) {
        log.warn(
          { code: 'RELAY_MARKER_LOST' },
          'Kafka has no marker of the relay: the batch in doubt is published again',
        );
      }
      const wasSent = marker === term.batchInDoubt;
      if (!(await settleBatch(db, term.term, term.batchInDoubt, wasSent))) return false;
    }
    if (this.poison !== null) await setRowAside(db, this.poison, ASIDE_MS);
    this.poison = null;
    return true;
  }

  private number(term: bigint, sent: bigint | null, batch: bigint): Promise<OutboxRow[] | null> {
    const now = this.parts.nowMs();
    const blockedFirst = now > this.nextAsideMs;
    if (blockedFirst) this.nextAsideMs = now + ASIDE_POLL_MS;
    const exceptTopics = [...this.heldUntilMs].filter(([, until]) => until > now).map(([topic]) => topic);
    const exceptKinds = kindsOf(exceptTopics, this.parts.settings.topics);
    const options = { term, batch, maxRows: this.maxRows, maxBytes: BATCH_BYTES_MAX, exceptKinds, exceptTopics };
    this.isAside = false;
    if (!blockedFirst) return numberBatch(this.parts.db, { ...options, sent, blockedFirst: false });
    return this.numberBlockedFirst({ ...options, sent });
  }

  private async numberBlockedFirst(
    options: Omit<Parameters<typeof numberBatch>[1], 'blockedFirst'>,
  ): Promise<OutboxRow[] | null> {
    const blocked = await numberBatch(this.parts.db, { ...options, maxRows: this.asideRows, blockedFirst: true });
    this.isAside = blocked !== null && blocked.length > 0;
    if (blocked === null || blocked.length > 0) return blocked;
    return numberBatch(this.parts.db, { ...options, sent: null, blockedFirst: false });
  }

  private async publish(publisher: RelayPublisher, batch: bigint, rows: OutboxRow[]): Promise<void> {
    const { topics } = this.parts.settings;
    try {
      await publisher.publish(
        batch,
        rows.map((row) => toOutgoingRecord(row, topics)),
      );
    } catch (error) {
      this.learnFrom(error, rows);
      throw error;
    }
    if (this.isAside) {
      this.asideRows = Math.min(ASIDE_ROWS_MAX, this.asideRows * 2);
      this.nextAsideMs = this.parts.nowMs();
    } else this.maxRows = Math.min(BATCH_ROWS_MAX, this.maxRows * 2);
    this.tell(rows);
  }

  /** Narrows the next batches down to what failed, so that the rest goes on. */
  private learnFrom(error: unknown, rows: OutboxRow[]): void {
    if (!(error instanceof PublishError)) return;
    if (error.fault === 'topic' && error.topic !== null) {
      this.heldUntilMs.set(error.topic, this.parts.nowMs() + TOPIC_HOLD_MS);
    }
    if (error.fault !== 'record') return;
    const wasAside = this.isAside;
    this.asideRows = 1;
    const [only] = rows;
    if (rows.length === 1 && only) {
      this.poison = only.id;
      this.maxRows = BATCH_ROWS_MAX;
      const fields = { correlationId: only.correlationId, kind: only.kind, err: error };
      this.parts.log.error(fields, 'a record cannot be published: it is set aside and tried again every minute');
    } else if (!wasAside) this.maxRows = Math.max(1, Math.floor(rows.length / 2));
  }

  private tell(rows: OutboxRow[]): void {
    const nowMs = this.parts.lease.databaseNowMs();
    for (const row of rows) {
      if (row.kind !== 'created' || row.recordTimestampMs === null) continue;
      this.parts.metrics.duration.observe(Math.max(0, nowMs - row.recordTimestampMs) / 1_000);
    }
  }

  private publisherOf(ledgerId: string): RelayPublisher {
    this.publisher ??= this.parts.settings.createPublisher(ledgerId);
    return this.publisher;
  }
}

/** 62 random bits: never 0, always a valid consumer offset. */
function randomBatchId(): bigint {
  return (randomBytes(8).readBigUInt64BE() >> 2n) | 1n;
}
