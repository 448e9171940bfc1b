import type { Queryable } from './database.js';

/** The newest refresh token of a consent, sealed as it was kept; null if none was. `consent` names it without telling it. */
export async function readRefreshToken(db: Queryable, consent: string): Promise<string | null> {
  const { rows } = await db.query<{ sealed: string }>('SELECT sealed FROM refresh_token WHERE consent = $1', [consent]);
  return rows[0]?.sealed ?? null;
}

/** Replaces the refresh token of a consent. Of two workers that do so at once either may win: both tokens are good. */
export async function keepRefreshToken(db: Queryable, consent: string, sealed: string): Promise<void> {
  await db.query(
    `INSERT INTO refresh_token (consent, sealed) VALUES ($1, $2)
     ON CONFLICT (consent) DO UPDATE SET sealed = excluded.sealed, kept_at = now()`,
    [consent, sealed],
  );
}
