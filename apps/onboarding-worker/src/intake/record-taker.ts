import { type DecodedRecord, type DecodeOptions, decodeRecord } from '#events';
import { type KafkaRecord, encodeHeaders } from '#kafka';
import {
  type KnownOnboarding,
  type OutboxEntry,
  type Publisher,
  type Queryable,
  type ReplayTaken,
  type Reopening,
  type RequestRecord,
  judgeSameCorrelationId,
  lockKnown,
  noteReplaysTaken,
  openOnboardings,
  reopenOnboardings,
  writeOutbox,
} from '#ledger';
import { type RefusedRecord, refusalEntries } from './refusal.js';

export interface PreparedRecord {
  record: KafkaRecord;
  decoded: DecodedRecord;
}

export interface TakenCounts {
  results: Record<string, number>;
  opened: number;
  published: number;
  skippedTypes: string[];
}

type Request = Extract<DecodedRecord, { kind: 'request' }>;

/** What a chunk writes, gathered while its records are judged in order. */
interface Gathered {
  outbox: OutboxEntry[];
  reopenings: Map<string, Reopening>;
  replays: ReplayTaken[];
  counts: TakenCounts;
}

/**
 * Takes the records of one chunk into the ledger, inside the chunk's transaction and with a constant number of statements:
 * open what is new, lock and read back what is not, judge each further record of a known correlation id in order, write.
 */
export class RecordTaker {
  constructor(
    private readonly parts: {
      decode: DecodeOptions;
      publisher: Publisher;
      databaseNowMs: () => number;
    },
  ) {}

  /** Decodes outside the transaction: most of the work. A rule that refuses may ask for newer rules in the background. */
  prepare(records: readonly KafkaRecord[]): PreparedRecord[] {
    return records.map((record) => ({ record, decoded: decodeRecord(record, this.parts.decode) }));
  }

  /** The same records, refused because the database cannot hold a value of theirs. */
  refuseUnstorable(records: readonly KafkaRecord[]): PreparedRecord[] {
    return this.prepare(records).map(({ record, decoded }) => ({
      record,
      decoded: decoded.kind === 'request' ? unstorable(decoded) : decoded,
    }));
  }

  async take(tx: Queryable, prepared: PreparedRecord[]): Promise<TakenCounts> {
    const gathered: Gathered = {
      outbox: [],
      reopenings: new Map(),
      replays: [],
      counts: { results: {}, opened: 0, published: 0, skippedTypes: [] },
    };
    const opened = await openOnboardings(tx, firstOfEachId(prepared));
    gathered.counts.opened = opened.size;
    const known = await lockKnown(tx, idsToJudge(prepared, opened));
    const byId = new Map(known.map((onboarding) => [onboarding.correlationId, onboarding]));
    for (const each of prepared) this.judge(each, opened, byId, gathered);
    await reopenOnboardings(tx, [...gathered.reopenings.values()].sort(byCorrelationId));
    gathered.counts.opened += gathered.reopenings.size;
    gathered.counts.published = gathered.outbox.length;
    await writeOutbox(tx, gathered.outbox);
    await noteReplaysTaken(tx, gathered.replays);
    return gathered.counts;
  }

  private judge(
    prepared: PreparedRecord,
    opened: Set<string>,
    known: Map<string, KnownOnboarding>,
    gathered: Gathered,
  ): void {
    const { record, decoded } = prepared;
    switch (decoded.kind) {
      case 'skipped':
        noteReplay({ replay: decoded.replay, correlationId: null }, { takenAs: decoded.reason }, gathered);
        count(gathered, decoded.reason);
        if (decoded.reason === 'other-type') gathered.counts.skippedTypes.push(decoded.detail);
        return;
      case 'refused': {
        const onboarding = decoded.correlationId === null ? undefined : known.get(decoded.correlationId);
        noteReplay(decoded, { takenAs: 'refused', code: decoded.code }, gathered);
        return this.refuse(
          { ...decoded, record, replays: decoded.replay?.count ?? 0, isTold: isTold(onboarding) },
          gathered,
        );
      }
      case 'request':
        // The first record of a new id opened the onboarding; any further one is judged against it.
        if (opened.delete(decoded.correlationId)) {
          noteReplay(decoded, { takenAs: 'opened', revision: 1 }, gathered);
          return count(gathered, 'opened');
        }
        return this.judgeAgain(record, decoded, known, gathered);
    }
  }

  private judgeAgain(
    record: KafkaRecord,
    request: Request,
    known: Map<string, KnownOnboarding>,
    gathered: Gathered,
  ): void {
    const onboarding = known.get(request.correlationId);
    if (!onboarding) throw new Error(`onboarding ${request.correlationId} was neither opened nor found`);
    const another = { digest: request.digest, timestampMs: record.timestampMs, isReplay: request.replay !== null };
    const judgement = judgeSameCorrelationId(onboarding, another);
    switch (judgement.kind) {
      case 'duplicate':
        noteReplay(request, { takenAs: 'duplicate' }, gathered);
        return count(gathered, 'duplicate');
      case 'announce-again':
        gathered.outbox.push(announcement(record, onboarding));
        noteReplay(request, { takenAs: 'announced-again' }, gathered);
        return count(gathered, 'announced-again');
      case 'reused':
        noteReplay(request, { takenAs: 'refused', code: 'CORRELATION_ID_REUSED' }, gathered);
        return this.refuse(reusedRecord(record, request, judgement.message, isTold(onboarding)), gathered);
      case 'reopen': {
        const reopening = { record: toRequestRecord(record, request), how: judgement.how, isReplay: another.isReplay };
        gathered.reopenings.set(request.correlationId, reopening);
        // It is open when this chunk is committed: nothing of it is told as refused.
        gathered.outbox = gathered.outbox.filter((each) => !isRejectionOf(each, request.correlationId));
        known.set(request.correlationId, reopened(onboarding, reopening));
        const revision = judgement.how === 'same-revision' ? onboarding.revision : onboarding.revision + 1;
        noteReplay(request, { takenAs: 'reopened', revision }, gathered);
        return count(gathered, 'reopened');
      }
    }
  }

  private refuse(refused: RefusedRecord, gathered: Gathered): void {
    gathered.outbox.push(...refusalEntries(refused, this.parts.databaseNowMs(), this.parts.publisher));
    count(gathered, 'refused');
  }
}

function unstorable(request: Request): DecodedRecord {
  const { correlationId, data, causationId, traceparent, replay } = request;
  return {
    kind: 'refused',
    code: 'EVENT_INVALID',
    message: 'The record holds a value (of its data, headers or timestamp) that cannot be stored.',
    fields: [],
    customerReference: data.customerReference ?? null,
    ...{ correlationId, causationId, traceparent, replay },
  };
}

function count(gathered: Gathered, result: string): void {
  gathered.counts.results[result] = (gathered.counts.results[result] ?? 0) + 1;
}

/** Most records are no replays: for these nothing is written. */
function noteReplay(
  { replay, correlationId }: Pick<Request, 'replay'> & { correlationId: string | null },
  taken: Pick<ReplayTaken, 'takenAs'> & Partial<ReplayTaken>,
  gathered: Gathered,
): void {
  if (replay === null) return;
  gathered.replays.push({ replayId: replay.id, correlationId, revision: null, code: null, ...taken });
}

function isRejectionOf({ kind, correlationId }: OutboxEntry, id: string): boolean {
  return kind === 'rejected' && correlationId === id;
}

function isTold(onboarding: KnownOnboarding | undefined): boolean {
  return onboarding === undefined || onboarding.state === 'rejected' || onboarding.state === 'unresolved';
}

/** One record for each correlation id, the first one, sorted: see `openOnboardings`. */
function firstOfEachId(prepared: PreparedRecord[]): RequestRecord[] {
  const first = new Map<string, RequestRecord>();
  for (const { record, decoded } of prepared) {
    if (decoded.kind !== 'request' || first.has(decoded.correlationId)) continue;
    first.set(decoded.correlationId, toRequestRecord(record, decoded));
  }
  return [...first.values()].sort((a, b) => (a.correlationId < b.correlationId ? -1 : 1));
}

/** Ids of records that are not the opening one: existing onboardings, repetitions in the chunk, refused records with an id. */
function idsToJudge(prepared: PreparedRecord[], opened: Set<string>): string[] {
  const ids = new Set<string>();
  const seen = new Set<string>();
  for (const { decoded } of prepared) {
    if (decoded.kind === 'skipped' || decoded.correlationId === null) continue;
    const isOpening =
      decoded.kind === 'request' && opened.has(decoded.correlationId) && !seen.has(decoded.correlationId);
    if (decoded.kind === 'request') seen.add(decoded.correlationId);
    if (!isOpening) ids.add(decoded.correlationId);
  }
  return [...ids].sort();
}

function byCorrelationId(a: Reopening, b: Reopening): number {
  return a.record.correlationId < b.record.correlationId ? -1 : 1;
}

function toRequestRecord(record: KafkaRecord, request: Request): RequestRecord {
  return {
    correlationId: request.correlationId,
    topic: record.topic,
    partition: record.partition,
    offset: record.offset,
    timestampMs: record.timestampMs,
    key: record.key,
    value: record.value,
    headers: encodeHeaders(record.headers),
    data: JSON.stringify(request.data),
    digest: request.digest,
    domain: request.domain,
    country: request.country,
    associatedPartnerId: request.associatedPartnerId,
    causationId: request.causationId,
    traceparent: request.traceparent,
    replays: request.replay?.count ?? 0,
  };
}

function announcement(record: KafkaRecord, onboarding: KnownOnboarding): OutboxEntry {
  return {
    kind: 'created',
    correlationId: onboarding.correlationId,
    code: null,
    key: record.key ?? Buffer.from(onboarding.correlationId),
    value: Buffer.from(onboarding.announcement?.value ?? ''),
    originalHeaders: null,
    headers: onboarding.announcement?.headers ?? '[]',
    recordTimestampMs: null,
  };
}

function reusedRecord(record: KafkaRecord, request: Request, message: string, told: boolean): RefusedRecord {
  return {
    record,
    correlationId: request.correlationId,
    customerReference: request.data.customerReference ?? null,
    causationId: request.causationId,
    traceparent: request.traceparent,
    code: 'CORRELATION_ID_REUSED',
    message,
    fields: [],
    replays: request.replay?.count ?? 0,
    isTold: told,
  };
}

/** The onboarding as the statement after the loop will leave it, for further records in the same chunk. */
function reopened(onboarding: KnownOnboarding, { record, how }: Reopening): KnownOnboarding {
  return {
    ...onboarding,
    state: 'open',
    revision: how === 'new-revision' ? onboarding.revision + 1 : onboarding.revision,
    digests: how === 'new-revision' ? [...onboarding.digests, record.digest] : onboarding.digests,
    correctionDigest: how === 'correction' ? record.digest : onboarding.correctionDigest,
  };
}
