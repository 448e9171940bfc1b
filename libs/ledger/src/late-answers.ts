import type { RecordSource } from './claims.js';
import { dropCorrection, readCorrection } from './corrections.js';
import type { Database, Queryable } from './database.js';
import { type EventToPublish, type Transition, writeUnclaimed } from './transitions.js';

/** What a late 201 of a call meets whose claim was taken over meanwhile (design 2, frozen workers). */
export type LateAnswer = 'accepted' | 'already-known' | 'credentials-stored' | 'alarm';

interface LateRow {
  revision: number;
  tenant_id: string | null;
  sealed: boolean;
  claim: string;
}

/**
 * Accepts the 201 of a call whose claim was lost: while the onboarding has no tenant id and is still at that revision it
 * becomes created, even if it was rejected meanwhile; a correction that waits for this very call to be settled gets the
 * dead letter that `letterOf` makes. If it has this very tenant id and no credentials, only the sealed credentials are
 * stored. A 201 that contradicts its request (nothing `created`) is known if it was recorded and only the acknowledgement
 * was lost. Anything else is an alarm. Throws a tenant conflict as the database tells it.
 */
export async function acceptLateAnswer(
  db: Database,
  transition: Transition,
  letterOf: (correction: RecordSource) => EventToPublish,
): Promise<LateAnswer> {
  const { created, correlationId } = transition;
  if (!created) return (await stands(db, transition)) ? 'already-known' : 'alarm';
  return db.transaction(async (tx) => {
    const { rows } = await tx.query<LateRow>(
      `SELECT revision, tenant_id, sealed_credentials IS NOT NULL AS sealed, claim FROM onboarding
        WHERE correlation_id = $1 FOR UPDATE`,
      [correlationId],
    );
    const row = rows[0];
    if (!row) return 'alarm';
    if (row.tenant_id === created.tenantId.toLowerCase()) return storeCredentials(tx, transition, row);
    if (row.tenant_id !== null || row.revision !== transition.revision) return 'alarm';
    const correction = await readCorrection(tx, correlationId);
    const publish = correction ? [...transition.publish, letterOf(correction)] : transition.publish;
    await writeUnclaimed(tx, { ...transition, publish, claim: BigInt(row.claim) });
    if (correction) await dropCorrection(tx, correlationId);
    return 'accepted';
  });
}

/** The row is as this very transition left it: a later claim would have another number. */
async function stands(db: Queryable, { correlationId, claim, state }: Transition): Promise<boolean> {
  const { rowCount } = await db.query(
    `SELECT 1 FROM onboarding WHERE correlation_id = $1 AND claim = $2 AND state = $3`,
    [correlationId, claim.toString(), state],
  );
  return rowCount === 1;
}

async function storeCredentials(
  tx: Queryable,
  { correlationId, created }: Transition,
  row: LateRow,
): Promise<LateAnswer> {
  if (row.sealed || !created?.sealedCredentials) return 'already-known';
  await tx.query(`UPDATE onboarding SET sealed_credentials = $2 WHERE correlation_id = $1`, [
    correlationId,
    created.sealedCredentials,
  ]);
  return 'credentials-stored';
}
