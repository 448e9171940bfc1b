import type { RecordSource } from './claims.js';
import type { Queryable } from './database.js';
import type { RequestRecord } from './intake.js';

/** The correction that waits in slot 1 until the old call is settled, and what becomes of it. For this folder. */

/** A correction is promoted with what its data say: nothing is derived from stored data here. */
export type CorrectionOrder =
  'keep' | 'drop' | { promote: Pick<RequestRecord, 'domain' | 'country' | 'associatedPartnerId'> };

export async function applyCorrection(
  tx: Queryable,
  { correlationId, correction }: { correlationId: string; correction: CorrectionOrder },
): Promise<void> {
  if (correction === 'keep') return;
  if (correction === 'drop') await dropCorrection(tx, correlationId);
  else await promoteCorrection(tx, correlationId, correction.promote);
}

export async function dropCorrection(tx: Queryable, correlationId: string): Promise<void> {
  await tx.query(`DELETE FROM request_record WHERE correlation_id = $1 AND slot = 1`, [correlationId]);
}

/** The old call certainly made nothing: the waiting correction becomes the next revision. */
async function promoteCorrection(
  tx: Queryable,
  correlationId: string,
  { domain, country, associatedPartnerId }: Pick<RequestRecord, 'domain' | 'country' | 'associatedPartnerId'>,
): Promise<void> {
  await tx.query(`DELETE FROM request_record WHERE correlation_id = $1 AND slot = 0`, [correlationId]);
  await tx.query(`UPDATE request_record SET slot = 0 WHERE correlation_id = $1 AND slot = 1`, [correlationId]);
  await tx.query(
    `UPDATE onboarding o SET revision = revision + 1, digests = digests || r.digest,
            domain = $2, country = $3, associated_partner_id = $4
       FROM request_record r WHERE r.correlation_id = o.correlation_id AND r.slot = 0 AND o.correlation_id = $1`,
    [correlationId, domain, country, associatedPartnerId],
  );
}

export async function readCorrection(tx: Queryable, correlationId: string): Promise<RecordSource | null> {
  const { rows } = await tx.query<{
    topic: string;
    partition: number;
    record_offset: string;
    timestamp_ms: string;
    key: Buffer | null;
    data: string;
    causation_id: string | null;
    traceparent: string | null;
  }>(`SELECT * FROM request_record WHERE correlation_id = $1 AND slot = 1`, [correlationId]);
  const row = rows[0];
  if (!row) return null;
  const { topic, partition, key, data, causation_id: causationId, traceparent } = row;
  return {
    ...{ topic, partition, key, data, causationId, traceparent },
    offset: BigInt(row.record_offset),
    timestampMs: Number(row.timestamp_ms),
  };
}
