import { type Kysely, sql } from 'kysely';

/** Since when an onboarding waits: one that is tried anew is not as old as its first record. */
const STATEMENTS = [
  `ALTER TABLE onboarding ADD COLUMN opened_at timestamptz NOT NULL DEFAULT now()`,
  `UPDATE onboarding SET opened_at = received_at WHERE state IN ('open', 'held')`,
  `DROP INDEX onboarding_pending`,
  `CREATE INDEX onboarding_pending ON onboarding (opened_at) WHERE state IN ('open', 'held')`,
];

export const openedAt = {
  async up(db: Kysely<unknown>): Promise<void> {
    for (const statement of STATEMENTS) await sql.raw(statement).execute(db);
  },
};
