import type { Queryable } from './database.js';

/** What an operator, or a worker at the end of a plan, did. `detail` is for people and exports: no payload, no secret. */
export interface AuditNote {
  /** `<os user>@<host>`, `console operator`, `worker`. */
  who: string;
  what: string;
  /** Plan id, correlation id or `P:O` of a letter. */
  subject: string;
  detail?: Readonly<Record<string, unknown>>;
}

export interface AuditEntry {
  /** Grows with time; decimal digits. */
  id: string;
  /** ISO 8601 UTC. */
  at: string;
  who: string;
  what: string;
  subject: string;
  detail: Record<string, unknown>;
}

/** Says who did what, in the transaction that does it: neither is there without the other. */
export async function writeAudit(tx: Queryable, { who, what, subject, detail = {} }: AuditNote): Promise<void> {
  await tx.query(`INSERT INTO audit (who, what, subject, detail) VALUES ($1, $2, $3, $4)`, [
    who,
    what,
    subject,
    JSON.stringify(detail),
  ]);
}

/** The newest entries first, at most `limit`; those older than the entry `before`, where it is given. */
export async function readAudit(
  db: Queryable,
  { limit, before = null }: { limit: number; before?: string | null },
): Promise<AuditEntry[]> {
  const { rows } = await db.query<Omit<AuditEntry, 'at'> & { at: Date }>(
    `SELECT id, at, who, what, subject, detail FROM audit
      WHERE id < coalesce($1::bigint, 9223372036854775807) ORDER BY id DESC LIMIT $2`,
    [before, limit],
  );
  return rows.map((row) => ({ ...row, at: row.at.toISOString() }));
}
