import type { Queryable } from './database.js';

/** What the rules of an event depend on beside the event and the country rules of the release (settings of the workers). */
export interface RulesInForce {
  cloud: string;
  hasUserAuth: boolean;
}

/** Told by each worker at its start, so that a forecast made elsewhere says what the workers will say. */
export async function tellRulesInForce(db: Queryable, { cloud, hasUserAuth }: RulesInForce): Promise<void> {
  await db.query(
    `INSERT INTO rules_in_force (cloud, has_user_auth) VALUES ($1, $2)
     ON CONFLICT (singleton) DO UPDATE SET cloud = excluded.cloud, has_user_auth = excluded.has_user_auth, told_at = now()`,
    [cloud, hasUserAuth],
  );
}

/** Null before any worker told. */
export async function readRulesInForce(db: Queryable): Promise<RulesInForce | null> {
  const { rows } = await db.query<{ cloud: string; has_user_auth: boolean }>(
    `SELECT cloud, has_user_auth FROM rules_in_force`,
  );
  return rows[0] ? { cloud: rows[0].cloud, hasUserAuth: rows[0].has_user_auth } : null;
}
