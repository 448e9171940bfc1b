import { normaliseCorrelationId } from '#events';
import { writeAudit } from './audit.js';
import type { Database } from './database.js';

/**
 * The sealed credentials of new tenants. Only the recipient can open them; every look is audited. With
 * CREDENTIALS_DELIVERY=event the announcement carries them too and keeps them, for a replay announces the same event.
 */

/** The compact JWE; null when none are kept for this correlation id. */
export async function readCredentials(db: Database, correlationId: string, who: string): Promise<string | null> {
  const id = normaliseCorrelationId(correlationId);
  return db.transaction(async (tx) => {
    const { rows } = await tx.query<{ sealed_credentials: string }>(
      `SELECT sealed_credentials FROM onboarding WHERE correlation_id = $1 AND sealed_credentials IS NOT NULL`,
      [id],
    );
    if (!rows[0]) return null;
    await writeAudit(tx, { who, what: 'credentials shown', subject: id });
    return rows[0].sealed_credentials;
  });
}

/** False when none are kept for this correlation id. */
export async function eraseCredentials(db: Database, correlationId: string, who: string): Promise<boolean> {
  const id = normaliseCorrelationId(correlationId);
  return db.transaction(async (tx) => {
    const { rowCount } = await tx.query(
      `UPDATE onboarding SET sealed_credentials = NULL WHERE correlation_id = $1 AND sealed_credentials IS NOT NULL`,
      [id],
    );
    if (rowCount !== 1) return false;
    await writeAudit(tx, { who, what: 'credentials erased', subject: id });
    return true;
  });
}
