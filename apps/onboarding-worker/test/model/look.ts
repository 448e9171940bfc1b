import type { Queryable } from '#ledger';

/** What the ledger shows between two turns. */
export interface Look {
  open: number;
  pauses: { kind: string; probeInMs: number | null }[];
  /** Milliseconds until something becomes due. */
  nextInMs: number | null;
  /** Claimed by a worker that does nothing about it: it is dead or frozen, or never heard of its claim. */
  isOrphaned: boolean;
}

export async function lookAt(db: Queryable): Promise<Look> {
  const { rows } = await db.query<Look & Record<keyof Look, never>>(LOOK);
  return rows[0]!;
}

/** As it was before the first record. */
export async function wipe(db: Queryable): Promise<void> {
  await db.query(WIPE);
}

const LOOK = `
  SELECT (SELECT count(*) FROM onboarding WHERE state IN ('open', 'held'))::int AS open,
         (SELECT coalesce(json_agg(json_build_object('kind', kind,
                   'probeInMs', extract(epoch FROM next_probe_at - now()) * 1000)), '[]') FROM pause) AS pauses,
         (SELECT (extract(epoch FROM min(t) - now()) * 1000)::float8 FROM (
            SELECT due_at FROM onboarding WHERE worker_id IS NULL AND state IN ('open', 'held')
            UNION ALL SELECT until FROM pause
            UNION ALL SELECT next_probe_at FROM pause) AS due(t) WHERE t > now()) AS "nextInMs",
         EXISTS (SELECT 1 FROM onboarding WHERE worker_id IS NOT NULL) AS "isOrphaned"`;

const WIPE = `
  DELETE FROM onboarding; DELETE FROM request_record; DELETE FROM history; DELETE FROM outbox; DELETE FROM pause;
  DELETE FROM worker; DELETE FROM service; INSERT INTO service DEFAULT VALUES`;
