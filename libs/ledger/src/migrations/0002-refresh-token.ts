import { type Kysely, sql } from 'kysely';

/** Refresh tokens that the service handed out, so that neither a restart nor another worker uses an old one. */
const STATEMENTS = [
  // One row for each consent: whoever gets a new token replaces the one before. The ledger cannot read it.
  `CREATE TABLE refresh_token (
     consent text COLLATE "C" PRIMARY KEY,
     sealed text NOT NULL,
     kept_at timestamptz NOT NULL DEFAULT now())`,
];

export const refreshToken = {
  async up(db: Kysely<unknown>): Promise<void> {
    for (const statement of STATEMENTS) await sql.raw(statement).execute(db);
  },
};
