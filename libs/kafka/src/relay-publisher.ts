/**
 * Kafka's half of the outbox relay (design 2, P3): every batch is one Kafka transaction that carries the records of
 * all topics and the batch id as a marker, so that after a crash the marker says whether the batch is on the topics.
 *
 * There is one way to begin. `begin(term)` makes a new producer whose first transaction fences every earlier relay
 * (connecting alone does not) and aborts what it left open; then it reads the marker. A producer that saw an error is
 * thrown away, never aborted and used on: kafkajs does not know afterwards what the broker did. What a crash leaves
 * behind is an open transaction, which readers of committed records never see and the next `begin` aborts.
 */
import { setTimeout as sleep } from 'node:timers/promises';
import kafkajs, { type Producer, type Transaction } from 'kafkajs';
import { AdminConnection } from './admin-connection.js';
import { createKafka, type KafkaSettings } from './client.js';
import { withDeadline } from './deadline.js';
import { errorTypes } from './kafka-errors.js';
import type { KafkaLog } from './log.js';
import { StickyPartitions } from './partitions.js';
import { PublishError } from './publish-error.js';
import { toKafkajsHeaders } from './record.js';
import {
  markerOffsets,
  readMarkers,
  relayGroupId,
  type Marker,
  type MarkerSlots,
  type RelayMarkers,
} from './relay-markers.js';
import { planSends, type OutgoingRecord, type RelaySend, type SendLimits } from './relay-sends.js';

export interface RelayPublisherOptions {
  readonly settings: KafkaSettings;
  readonly log: KafkaLog;
  /** `KAFKA_GROUP_ID`; the relay's transactional id and marker group follow from it. */
  readonly groupId: string;
  /** Written into every marker, so that a relay of another ledger is noticed. */
  readonly ledgerId: string;
  readonly topics: { readonly created: string; readonly rejected: string; readonly deadLetter: string };
  /** `max.message.bytes` by topic name. */
  readonly maxMessageBytes: ReadonlyMap<string, number>;
}

const TRANSACTION_TIMEOUT_MS = 45_000;
/** All of `begin`, and each step of a publish: well below the transaction's own time-out. */
const BEGIN_DEADLINE_MS = 20_000;
const STEP_DEADLINE_MS = 10_000;
const SEND_TIMEOUT_MS = 8_000;
const DISCONNECT_DEADLINE_MS = 1_000;
const TERM_POLL_MS = 10;
const TERM_POLLS_MAX = 500;
const BUSY_RETRY_MS = 10;
const BUSY_RETRIES_MAX = 200;

interface Session {
  readonly producer: Producer;
  readonly partitions: StickyPartitions;
  readonly term: bigint;
}

export class RelayPublisher {
  private session: Session | null = null;
  private readonly admin: AdminConnection;
  private readonly slots: MarkerSlots;
  private readonly limits: SendLimits;

  constructor(private readonly options: RelayPublisherOptions) {
    const { topics, settings, log, maxMessageBytes } = options;
    this.admin = new AdminConnection(settings, log);
    this.slots = {
      groupId: relayGroupId(options.groupId),
      batchTopic: topics.created,
      termTopic: topics.rejected,
    };
    this.limits = { maxMessageBytes, compressedTopics: new Set([topics.deadLetter]) };
  }

  /**
   * Fences every earlier relay, writes `term` into slot 1 and returns the marker of the last batch that is on the
   * topics (`null`: none). Throws {@link PublishError}, also when another relay began meanwhile.
   */
  async begin(term: bigint): Promise<{ marker: Marker | null }> {
    await this.discard();
    try {
      return await withDeadline(this.fence(term), BEGIN_DEADLINE_MS, 'beginning a relay term');
    } catch (cause) {
      await this.discard();
      throw new PublishError('The relay could not begin', { topic: null, cause });
    }
  }

  /**
   * Writes all records and the marker in one transaction; resolves only when it is committed. On any
   * {@link PublishError} nothing is known but by the next `begin`. Calls must not overlap.
   */
  async publish(batchId: bigint, records: readonly OutgoingRecord[]): Promise<void> {
    await this.transact(async (transaction, session) => {
      for (const send of planSends(records, this.limits)) await this.send(transaction, session, send);
      await this.mark(transaction, session, batchId);
    });
  }

  /** Commits the marker of the last batch anew: Kafka forgets offsets of a group without members after 7 days. */
  async touchMarker(batchId: bigint): Promise<void> {
    await this.transact((transaction, session) => this.mark(transaction, session, batchId));
  }

  /** Both slots as they are now, without fencing anyone: for the check of a foreign ledger before `begin`. */
  async readMarkers(): Promise<RelayMarkers> {
    return readMarkers(this.admin, this.slots);
  }

  /** Leaves an open transaction to the next `begin`, like a crash would. */
  async close(): Promise<void> {
    await this.discard();
    await this.admin.close();
  }

  private async fence(term: bigint): Promise<{ marker: Marker | null }> {
    const session = this.open(term);
    this.session = session;
    await session.producer.connect();
    const transaction = await session.producer.transaction();
    await this.commitMarker(transaction, this.slots.termTopic, session, term);
    if (this.session !== session) throw new Error('The deadline had passed');
    await transaction.commit();
    for (let polls = 0; polls < TERM_POLLS_MAX; polls++) {
      const markers = await this.readMarkers();
      if (markers.term?.offset === term) return { marker: markers.batch };
      await sleep(TERM_POLL_MS);
    }
    throw new Error(`The marker of term ${term} does not show`);
  }

  private open(term: bigint): Session {
    const { settings, log } = this.options;
    const partitions = new StickyPartitions();
    const producer = createKafka(settings, log).producer({
      transactionalId: this.slots.groupId,
      idempotent: true,
      maxInFlightRequests: 1,
      transactionTimeout: TRANSACTION_TIMEOUT_MS,
      allowAutoTopicCreation: false,
      metadataMaxAge: 300_000,
      createPartitioner: partitions.createPartitioner,
      // Each transaction waits for the markers of the one before it in steps of this time: 27 ms or 330 ms a batch.
      retry: { initialRetryTime: 10, maxRetryTime: 200, multiplier: 2, factor: 0.2, retries: 30 },
    });
    return { producer, partitions, term };
  }

  private async transact(work: (transaction: Transaction, session: Session) => Promise<void>): Promise<void> {
    const { session } = this;
    try {
      if (session === null) throw new Error('begin() comes first');
      const transaction = await withDeadline(session.producer.transaction(), STEP_DEADLINE_MS, 'opening');
      await work(transaction, session);
      await withDeadline(transaction.commit(), STEP_DEADLINE_MS, 'committing');
    } catch (cause) {
      await this.discard();
      if (cause instanceof PublishError) throw cause;
      throw new PublishError('The transaction of the relay failed', { topic: null, cause });
    }
  }

  private async send(transaction: Transaction, { partitions }: Session, send: RelaySend): Promise<void> {
    const { topic, records, isCompressed } = send;
    const { GZIP, None } = kafkajs.CompressionTypes;
    partitions.forget();
    try {
      const messages = records.map(({ key, value, headers }) => ({ key, value, headers: toKafkajsHeaders(headers) }));
      const compression = isCompressed ? GZIP : None;
      const request = transaction.send({ topic, messages, acks: -1, timeout: SEND_TIMEOUT_MS, compression });
      partitions.verify(await withDeadline(request, STEP_DEADLINE_MS, `sending to ${topic}`));
    } catch (cause) {
      throw new PublishError(`Records could not be sent to ${topic}`, { topic, cause });
    }
  }

  private async mark(transaction: Transaction, session: Session, batchId: bigint): Promise<void> {
    const marking = this.commitMarker(transaction, this.slots.batchTopic, session, batchId);
    await withDeadline(marking, STEP_DEADLINE_MS, 'writing the marker');
  }

  /** kafkajs does not repeat this step while the broker still finishes the transaction before; nothing was done then. */
  private async commitMarker(transaction: Transaction, topic: string, session: Session, offset: bigint): Promise<void> {
    const marker = { offset, ledgerId: this.options.ledgerId, term: session.term };
    for (let retries = 0; ; retries++) {
      try {
        return await transaction.sendOffsets(markerOffsets(this.slots.groupId, topic, marker));
      } catch (error) {
        if (retries >= BUSY_RETRIES_MAX || !errorTypes(error).includes('CONCURRENT_TRANSACTIONS')) throw error;
        await sleep(BUSY_RETRY_MS);
      }
    }
  }

  private async discard(): Promise<void> {
    const { session } = this;
    this.session = null;
    if (session === null) return;
    await withDeadline(session.producer.disconnect(), DISCONNECT_DEADLINE_MS, 'disconnecting').catch(() => undefined);
  }
}
