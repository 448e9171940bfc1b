import { type Kysely, sql } from 'kysely';

/**
 * The first form of the ledger. Every table that is written by many workers at once says which statement may touch it;
 * the statements stand in the files beside this folder.
 */
const STATEMENTS = [
  // Which ledger this is: the relay's marker on Kafka carries the id, so that a marker of another ledger is recognised.
  `CREATE TABLE ledger (
     singleton boolean PRIMARY KEY DEFAULT true CHECK (singleton),
     id uuid NOT NULL DEFAULT gen_random_uuid(),
     created_at timestamptz NOT NULL DEFAULT now())`,
  `INSERT INTO ledger DEFAULT VALUES`,

  // How far each partition was taken. The row is locked by every batch: this makes intake exactly once.
  `CREATE TABLE intake_position (
     topic text COLLATE "C" NOT NULL,
     partition integer NOT NULL,
     next_offset bigint NOT NULL,
     last_offset bigint,
     last_timestamp_ms bigint,
     last_digest bytea,
     records_lost bigint NOT NULL DEFAULT 0,
     PRIMARY KEY (topic, partition))`,

  // Leases belong to workers: one heartbeat keeps all claims of a worker. The last two onboardings that got a definite
  // answer, and when a create was last accepted, are the evidence that the service works (contract 5).
  `CREATE TABLE worker (
     id uuid PRIMARY KEY,
     started_at timestamptz NOT NULL DEFAULT now(),
     heartbeat_at timestamptz NOT NULL DEFAULT now(),
     steady_since timestamptz NOT NULL DEFAULT now(),
     expired_at timestamptz,
     definite_id text COLLATE "C",
     definite_at timestamptz,
     previous_definite_id text COLLATE "C",
     previous_definite_at timestamptz,
     accepted_at timestamptz)`,

  `CREATE TABLE onboarding (
     correlation_id text COLLATE "C" PRIMARY KEY,
     state text NOT NULL CHECK (state IN ('open', 'held', 'created', 'rejected', 'unresolved')),
     step text NOT NULL CHECK (step IN ('create', 'reconcile')),
     cause text CHECK (cause IN ('domain-taken', 'refused', 'exhausted', 'tried-anew', 'correction')),
     revision integer NOT NULL DEFAULT 1,
     domain text COLLATE "C" NOT NULL,
     country text NOT NULL,
     associated_partner_id text,
     digests bytea[] NOT NULL,
     received_at timestamptz NOT NULL DEFAULT now(),
     due_at timestamptz,
     waiting_for text,
     worker_id uuid,
     claim bigint NOT NULL DEFAULT 0,
     claimed_at timestamptz,
     holds_domain boolean NOT NULL DEFAULT false,
     unsettled boolean NOT NULL DEFAULT false,
     window_from timestamptz,
     last_attempt_at timestamptz NOT NULL DEFAULT now(),
     probed_at timestamptz,
     attempts integer NOT NULL DEFAULT 0,
     attempts_total integer NOT NULL DEFAULT 0,
     tries integer NOT NULL DEFAULT 0,
     holds integer NOT NULL DEFAULT 0,
     replays integer NOT NULL DEFAULT 0,
     dead_letters integer NOT NULL DEFAULT 0,
     first_failed_at timestamptz,
     failed_at timestamptz,
     finished_at timestamptz,
     payload_erased boolean NOT NULL DEFAULT false,
     code text,
     http_status integer,
     message text,
     fields jsonb,
     request_id uuid,
     tenant_id uuid,
     announcement_headers text,
     announcement text,
     sealed_credentials text,
     CHECK ((state IN ('open', 'held')) = (due_at IS NOT NULL)),
     CHECK ((state = 'created') = (tenant_id IS NOT NULL)))
   WITH (fillfactor = 80)`,
  // One tenant, one onboarding; one onboarding at a time works for a domain.
  `CREATE UNIQUE INDEX onboarding_tenant ON onboarding (tenant_id) WHERE tenant_id IS NOT NULL`,
  `CREATE UNIQUE INDEX onboarding_domain_held ON onboarding (domain) WHERE holds_domain`,
  // Only what is open or held is due. The state is not part of the index on purpose: a claim that does not name it finds no
  // other index, whatever the statistics say while the table fills or empties.
  `CREATE INDEX onboarding_due ON onboarding (due_at) WHERE due_at IS NOT NULL AND worker_id IS NULL`,
  `CREATE INDEX onboarding_claimed ON onboarding (worker_id) WHERE worker_id IS NOT NULL`,
  `CREATE INDEX onboarding_pending ON onboarding (received_at) WHERE state IN ('open', 'held')`,
  `CREATE INDEX onboarding_finished ON onboarding (finished_at) WHERE finished_at IS NOT NULL AND NOT payload_erased`,

  // The record of the current revision (slot 0) and of a correction that waits for the old call to be settled (slot 1).
  // Bytes are kept as they came: a dead letter repeats them. Erased after PAYLOAD_RETENTION_DAYS.
  `CREATE TABLE request_record (
     correlation_id text COLLATE "C" NOT NULL,
     slot smallint NOT NULL CHECK (slot IN (0, 1)),
     topic text NOT NULL,
     partition integer NOT NULL,
     record_offset bigint NOT NULL,
     timestamp_ms bigint NOT NULL,
     key bytea,
     value bytea,
     headers bytea NOT NULL,
     data text NOT NULL,
     digest bytea NOT NULL,
     causation_id text,
     traceparent text,
     PRIMARY KEY (correlation_id, slot))`,

  // What happened to an onboarding, for people: one row for each answer and decision.
  `CREATE TABLE history (
     id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
     correlation_id text COLLATE "C" NOT NULL,
     at timestamptz NOT NULL DEFAULT now(),
     revision integer NOT NULL,
     what text NOT NULL,
     http_status integer,
     code text,
     counted boolean NOT NULL DEFAULT false)`,
  `CREATE INDEX history_of ON history (correlation_id, id)`,

  // Records to publish. A row is deleted when its batch is on the topics.
  `CREATE TABLE outbox (
     id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
     kind text NOT NULL CHECK (kind IN ('created', 'rejected', 'dead-letter')),
     correlation_id text COLLATE "C",
     code text,
     key bytea,
     value bytea,
     original_headers bytea,
     headers text NOT NULL,
     record_timestamp_ms bigint,
     batch_id bigint,
     blocked_until timestamptz,
     written_at timestamptz NOT NULL DEFAULT now())`,
  `CREATE INDEX outbox_free ON outbox (id) WHERE batch_id IS NULL AND blocked_until IS NULL`,
  `CREATE INDEX outbox_blocked ON outbox (blocked_until) WHERE blocked_until IS NOT NULL`,
  `CREATE INDEX outbox_batch ON outbox (batch_id) WHERE batch_id IS NOT NULL`,

  // The relay: its term, and the one batch that may be in doubt. What it remembers of the cluster guards against a
  // marker that belongs to something else.
  `CREATE TABLE relay (
     singleton boolean PRIMARY KEY DEFAULT true CHECK (singleton),
     term bigint NOT NULL DEFAULT 0,
     worker_id uuid,
     batch_id bigint,
     group_id text,
     cluster_id text,
     created_topic text,
     rejected_topic text)`,
  `INSERT INTO relay DEFAULT VALUES`,

  // Why nothing, or nothing new, is called. A throttle has an end; the others are probed.
  `CREATE TABLE pause (
     kind text PRIMARY KEY CHECK (kind IN ('throttled', 'outage', 'configuration', 'token')),
     reason text NOT NULL,
     since timestamptz NOT NULL DEFAULT now(),
     until timestamptz,
     next_probe_at timestamptz,
     repeats integer NOT NULL DEFAULT 0)`,

  // What several workers must count together: unclear answers in a row, and who was held since the last accepted create.
  `CREATE TABLE service (
     singleton boolean PRIMARY KEY DEFAULT true CHECK (singleton),
     unclear_in_row integer NOT NULL DEFAULT 0,
     unclear_at timestamptz,
     unclear_first_id text COLLATE "C",
     unclear_from_several boolean NOT NULL DEFAULT false,
     held_at timestamptz,
     held_country text,
     held_partner_id text)`,
  `INSERT INTO service DEFAULT VALUES`,
];

export const firstLedger = {
  async up(db: Kysely<unknown>): Promise<void> {
    for (const statement of STATEMENTS) await sql.raw(statement).execute(db);
  },
};
