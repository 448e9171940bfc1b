import { type Kysely, sql } from 'kysely';

/** Dead letters as operators see them, plans of replays, and who did what. */
const STATEMENTS = [
  // How far each partition of the dead-letter topic was read into the projection below. The row is locked by every batch.
  `CREATE TABLE dead_letter_position (
     topic text COLLATE "C" NOT NULL,
     partition integer NOT NULL,
     next_offset bigint NOT NULL,
     PRIMARY KEY (topic, partition))`,

  // The projection: what the headers of each letter say, never its payload. Built from the topic, may be dropped and rebuilt.
  `CREATE TABLE dead_letter (
     partition integer NOT NULL,
     record_offset bigint NOT NULL,
     correlation_id text COLLATE "C",
     code text NOT NULL,
     reason text NOT NULL,
     message text NOT NULL,
     fields jsonb NOT NULL,
     http_status integer,
     request_id text,
     fingerprint text COLLATE "C" NOT NULL,
     consumer_group text,
     attempts integer NOT NULL,
     replays integer NOT NULL,
     first_failed_at timestamptz NOT NULL,
     failed_at timestamptz NOT NULL,
     original_topic text NOT NULL,
     original_partition integer NOT NULL,
     original_offset bigint NOT NULL,
     original_timestamp_ms bigint NOT NULL,
     replay_id text COLLATE "C",
     digest bytea NOT NULL,
     bytes integer NOT NULL,
     PRIMARY KEY (partition, record_offset))`,
  `CREATE INDEX dead_letter_newest ON dead_letter (failed_at, partition, record_offset)`,
  `CREATE INDEX dead_letter_group_newest ON dead_letter (fingerprint, failed_at, partition, record_offset)`,
  `CREATE INDEX dead_letter_of ON dead_letter (correlation_id) WHERE correlation_id IS NOT NULL`,
  `CREATE INDEX dead_letter_replayed ON dead_letter (replay_id) WHERE replay_id IS NOT NULL`,

  // Kinds of failure, and how many letters of each kind failed in each hour: written with the letters they count.
  `CREATE TABLE dead_letter_group (
     fingerprint text COLLATE "C" PRIMARY KEY,
     code text NOT NULL,
     reason text NOT NULL,
     http_status integer,
     fields jsonb NOT NULL,
     example_partition integer NOT NULL,
     example_offset bigint NOT NULL)`,
  `CREATE TABLE dead_letter_count (
     fingerprint text COLLATE "C" NOT NULL,
     hour timestamptz NOT NULL,
     letters bigint NOT NULL,
     first_failed_at timestamptz NOT NULL,
     last_failed_at timestamptz NOT NULL,
     PRIMARY KEY (fingerprint, hour))`,

  // A frozen selection. Times and counts of the ramp are the driver's; all else is the operator's.
  `CREATE TABLE replay_plan (
     id uuid PRIMARY KEY,
     state text NOT NULL CHECK (state IN ('planned', 'running', 'paused', 'stopped', 'done', 'aborted')),
     reason text,
     selection jsonb NOT NULL,
     patch jsonb,
     made_by text NOT NULL,
     made_at timestamptz NOT NULL DEFAULT now(),
     started_at timestamptz,
     resumed_at timestamptz,
     ended_at timestamptz,
     rate float8,
     ramp integer[] NOT NULL DEFAULT '{1,2,5,20,50}',
     stop_at float8 NOT NULL DEFAULT 0.2,
     step integer NOT NULL DEFAULT 0,
     step_left integer NOT NULL DEFAULT 0,
     last_sent_at timestamptz,
     api_paused_since timestamptz,
     -- Since the start or the last resume: what stop_at looks at.
     sent integer NOT NULL DEFAULT 0,
     failed integer NOT NULL DEFAULT 0,
     payload_erased boolean NOT NULL DEFAULT false)`,
  `CREATE INDEX replay_plan_payload ON replay_plan (made_at) WHERE NOT payload_erased`,
  `CREATE INDEX replay_plan_running ON replay_plan (id) WHERE state = 'running'`,

  // The letters of a plan in the order in which they are sent, with the bytes that will be sent; these are erased once the
  // outbox has them. What became of a sent letter is written by the driver from what intake and the onboarding tell.
  `CREATE TABLE replay_letter (
     plan_id uuid NOT NULL REFERENCES replay_plan ON DELETE CASCADE,
     n integer NOT NULL,
     partition integer NOT NULL,
     record_offset bigint NOT NULL,
     digest bytea NOT NULL,
     correlation_id text COLLATE "C",
     forecast text NOT NULL CHECK (forecast IN ('create', 'announceAgain', 'reconcile', 'failAgain', 'nothing')),
     why text NOT NULL,
     edited boolean NOT NULL DEFAULT false,
     replays integer NOT NULL,
     topic text,
     key bytea,
     value bytea,
     headers bytea,
     state text NOT NULL CHECK (state IN ('waiting', 'sent', 'created', 'announced', 'failed', 'nothing')),
     sent_at timestamptz,
     taken_as text,
     taken_at timestamptz,
     -- The revision that tries these data; an onboarding that is at another one tells of other data.
     taken_revision integer,
     ended_at timestamptz,
     code text,
     PRIMARY KEY (plan_id, n))`,
  `CREATE INDEX replay_letter_waiting ON replay_letter (plan_id, n) WHERE state = 'waiting'`,
  `CREATE INDEX replay_letter_sent ON replay_letter (plan_id, n) WHERE state = 'sent'`,
  `CREATE INDEX replay_letter_of ON replay_letter (partition, record_offset)`,

  // A letter is in one plan at a time that was started and has not ended.
  `CREATE TABLE replay_lock (
     partition integer NOT NULL,
     record_offset bigint NOT NULL,
     plan_id uuid NOT NULL REFERENCES replay_plan ON DELETE CASCADE,
     PRIMARY KEY (partition, record_offset))`,
  `CREATE INDEX replay_lock_plan ON replay_lock (plan_id)`,

  // A replay is a record that the relay publishes to the topic it names.
  `ALTER TABLE outbox DROP CONSTRAINT outbox_kind_check`,
  `ALTER TABLE outbox ADD CONSTRAINT outbox_kind_check CHECK (kind IN ('created', 'rejected', 'dead-letter', 'replay'))`,
  `ALTER TABLE outbox ADD COLUMN topic text, ADD CHECK ((kind = 'replay') = (topic IS NOT NULL))`,

  // What the workers check events with, so that a forecast made elsewhere says what they will say.
  `CREATE TABLE rules_in_force (
     singleton boolean PRIMARY KEY DEFAULT true CHECK (singleton),
     cloud text NOT NULL,
     has_user_auth boolean NOT NULL,
     told_at timestamptz NOT NULL DEFAULT now())`,

  // What operators look up. The daily work must not find these: their conditions are not those of any claim, take-over or
  // erasure, whatever the statistics say. Nor does it pay for them more than once: only what has ended is in them.
  `CREATE INDEX onboarding_created ON onboarding (finished_at) INCLUDE (received_at, first_failed_at)
     WHERE state = 'created'`,
  `CREATE INDEX onboarding_named ON onboarding (lower(domain)) WHERE due_at IS NULL`,

  // Who did what. Rows are written with the change that they tell, and never changed.
  `CREATE TABLE audit (
     id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
     at timestamptz NOT NULL DEFAULT now(),
     who text NOT NULL,
     what text NOT NULL,
     subject text NOT NULL,
     detail jsonb NOT NULL DEFAULT '{}')`,
  `CREATE INDEX audit_subject ON audit (subject, id)`,
];

export const deadLetters = {
  async up(db: Kysely<unknown>): Promise<void> {
    for (const statement of STATEMENTS) await sql.raw(statement).execute(db);
  },
};
