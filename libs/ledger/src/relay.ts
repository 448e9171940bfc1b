import type { Queryable } from './database.js';
import type { OutboxKind, OutboxRow } from './outbox.js';

/**
 * The ledger's half of the outbox relay (P3, design 2). One relay row holds the term and the one batch that may be in doubt.
 * Every statement first updates that row `WHERE term = mine AND batch = expected`; when no row is hit, somebody else is the
 * relay and nothing else of the statement happens.
 * A crash after any of them leaves at most one batch in doubt, and the marker on Kafka tells whether it was sent. Crashes
 * between them at random: apps/onboarding-worker/test/relay-simulation.it.ts.
 */

export interface RelayIdentity {
  groupId: string;
  clusterId: string;
  createdTopic: string;
  rejectedTopic: string;
}

export interface RelayTerm {
  ledgerId: string;
  term: bigint;
  /** The batch whose transaction may or may not have been committed. */
  batchInDoubt: bigint | null;
}

/** The id of this ledger, drawn when it was made. */
export async function readLedgerId(db: Queryable): Promise<string> {
  const { rows } = await db.query<{ id: string }>(`SELECT id FROM ledger`);
  if (!rows[0]) throw new Error('the ledger has lost its id (table ledger)');
  return rows[0].id;
}

export async function readRelayIdentity(db: Queryable): Promise<RelayIdentity | null> {
  const { rows } = await db.query<{
    group_id: string | null;
    cluster_id: string;
    created_topic: string;
    rejected_topic: string;
  }>(`SELECT group_id, cluster_id, created_topic, rejected_topic FROM relay`);
  const row = rows[0];
  if (!row?.group_id) return null;
  return {
    groupId: row.group_id,
    clusterId: row.cluster_id,
    createdTopic: row.created_topic,
    rejectedTopic: row.rejected_topic,
  };
}

export async function rememberRelayIdentity(db: Queryable, identity: RelayIdentity): Promise<void> {
  await db.query(`UPDATE relay SET group_id = $1, cluster_id = $2, created_topic = $3, rejected_topic = $4`, [
    identity.groupId,
    identity.clusterId,
    identity.createdTopic,
    identity.rejectedTopic,
  ]);
}

/** Takes the lease, or a new term of one's own lease: null while a living worker other than this one is the relay. */
export async function takeRelay(db: Queryable, workerId: string): Promise<RelayTerm | null> {
  const { rows } = await db.query<{ term: string; batch_id: string | null; ledger_id: string }>(
    `UPDATE relay SET term = term + 1, worker_id = $1
      WHERE (worker_id IS NULL OR worker_id = $1
             OR NOT EXISTS (SELECT 1 FROM worker w WHERE w.id = relay.worker_id AND w.expired_at IS NULL))
        AND EXISTS (SELECT 1 FROM worker w WHERE w.id = $1 AND w.expired_at IS NULL)
      RETURNING term, batch_id, (SELECT id FROM ledger) AS ledger_id`,
    [workerId],
  );
  const row = rows[0];
  if (!row) return null;
  return {
    ledgerId: row.ledger_id,
    term: BigInt(row.term),
    batchInDoubt: row.batch_id === null ? null : BigInt(row.batch_id),
  };
}

/** Gives the lease back, so that another worker need not wait for silence. A batch in doubt stays in doubt. */
export async function releaseRelay(db: Queryable, workerId: string): Promise<void> {
  await db.query(`UPDATE relay SET worker_id = NULL WHERE worker_id = $1`, [workerId]);
}

/** Settles the batch in doubt: its rows were sent (deleted) or were not (freed). False: no longer the relay. */
export async function settleBatch(db: Queryable, term: bigint, batch: bigint, wasSent: boolean): Promise<boolean> {
  const settle = wasSent
    ? `settled AS (DELETE FROM outbox WHERE batch_id = $2 AND EXISTS (SELECT 1 FROM guard) RETURNING 1)`
    : `settled AS (UPDATE outbox SET batch_id = NULL WHERE batch_id = $2 AND EXISTS (SELECT 1 FROM guard) RETURNING 1)`;
  const { rows } = await db.query<{ hit: string }>(
    `WITH guard AS (UPDATE relay SET batch_id = NULL WHERE term = $1 AND batch_id = $2 RETURNING 1), ${settle}
     SELECT count(*) AS hit FROM guard`,
    [term.toString(), batch.toString()],
  );
  return rows[0]?.hit === '1';
}

export interface NumberingOptions {
  term: bigint;
  /** The batch that was published last and whose rows are deleted by this statement. */
  sent: bigint | null;
  batch: bigint;
  maxRows: number;
  maxBytes: number;
  /** Kinds whose topic is out of reach for now, and the topics themselves for replays, which name theirs. */
  exceptKinds: OutboxKind[];
  exceptTopics: string[];
  /** Take rows that were set aside and are due for another try, apart from the others. */
  blockedFirst: boolean;
}

interface NumberedRow {
  id: string;
  kind: OutboxKind;
  correlation_id: string | null;
  code: string | null;
  key: Buffer | null;
  value: Buffer | null;
  original_headers: Buffer | null;
  headers: string;
  record_timestamp_ms: string | null;
  topic: string | null;
}

/**
 * Deletes the rows of the last batch and numbers the next ones with `batch`, in one statement. Returns null when this is no
 * longer the relay; an empty list when there is nothing to send (then no batch is in doubt).
 */
export async function numberBatch(db: Queryable, options: NumberingOptions): Promise<OutboxRow[] | null> {
  const isInReach = `kind <> ALL($5) AND (topic IS NULL OR topic <> ALL($6))`;
  const free = options.blockedFirst
    ? `SELECT id FROM outbox WHERE batch_id IS NULL AND blocked_until <= now() AND ${isInReach} ORDER BY blocked_until LIMIT $4`
    : `SELECT id FROM (
         SELECT id, sum(coalesce(octet_length(value), 0) + coalesce(octet_length(key), 0) + coalesce(octet_length(original_headers), 0)
                + octet_length(headers) + 200) OVER (ORDER BY id) AS bytes,
                row_number() OVER (ORDER BY id) AS n
           FROM (SELECT id, key, value, original_headers, headers FROM outbox
                  WHERE batch_id IS NULL AND blocked_until IS NULL AND ${isInReach} ORDER BY id LIMIT $4) f) s
        WHERE n = 1 OR bytes <= $7`;
  const { rows } = await db.query<NumberedRow & { hit: string; picked: string | null }>(
    `WITH picked AS (${free}),
     guard AS (
       UPDATE relay SET batch_id = CASE WHEN EXISTS (SELECT 1 FROM picked) THEN $3::bigint END
        WHERE term = $1 AND batch_id IS NOT DISTINCT FROM $2::bigint RETURNING 1),
     sent AS (DELETE FROM outbox WHERE batch_id = $2::bigint AND EXISTS (SELECT 1 FROM guard)),
     numbered AS (
       UPDATE outbox SET batch_id = $3 WHERE id IN (SELECT id FROM picked) AND EXISTS (SELECT 1 FROM guard) RETURNING *)
     SELECT (SELECT count(*) FROM guard) AS hit, n.id, n.kind, n.correlation_id, n.code, n.key, n.value,
            n.original_headers, n.headers, n.record_timestamp_ms, n.topic
       FROM (SELECT 1) one LEFT JOIN numbered n ON true ORDER BY n.id`,
    [
      options.term.toString(),
      options.sent?.toString() ?? null,
      options.batch.toString(),
      options.maxRows,
      options.exceptKinds,
      options.exceptTopics,
      ...(options.blockedFirst ? [] : [options.maxBytes]),
    ],
  );
  if (rows[0]?.hit !== '1') return null;
  return rows.filter((row) => row.id !== null).map(toOutboxRow);
}

function toOutboxRow(row: NumberedRow): OutboxRow {
  return {
    id: BigInt(row.id),
    kind: row.kind,
    correlationId: row.correlation_id,
    code: row.code,
    key: row.key,
    value: row.value,
    originalHeaders: row.original_headers,
    headers: row.headers,
    recordTimestampMs: row.record_timestamp_ms === null ? null : Number(row.record_timestamp_ms),
    topic: row.topic,
  };
}

/** Sets one row aside for a while: the rest goes on. The row keeps everything and is tried again by itself. */
export async function setRowAside(db: Queryable, id: bigint, retryAfterMs: number): Promise<void> {
  await db.query(
    `UPDATE outbox SET blocked_until = now() + $2 * interval '1 millisecond' WHERE id = $1 AND batch_id IS NULL`,
    [id.toString(), retryAfterMs],
  );
}
