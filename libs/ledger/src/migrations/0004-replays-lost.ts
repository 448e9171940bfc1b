import { type Kysely, sql } from 'kysely';

/** Which row of the outbox a letter of a plan was sent as: it is on its topic when that row is gone. */
const STATEMENTS = [`ALTER TABLE replay_letter ADD COLUMN outbox_id bigint`];

export const replaysLost = {
  async up(db: Kysely<unknown>): Promise<void> {
    for (const statement of STATEMENTS) await sql.raw(statement).execute(db);
  },
};
