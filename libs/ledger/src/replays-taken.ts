import type { Queryable } from './database.js';

/** What intake made of the record of a replay. */
export interface ReplayTaken {
  /** As the header says: `<plan>/<n>` of ours, or anything of anybody else. */
  replayId: string;
  takenAs: 'opened' | 'reopened' | 'announced-again' | 'duplicate' | 'refused' | 'other-type' | 'other-group';
  correlationId: string | null;
  /** The revision that tries the record's data; null when none will. */
  revision: number | null;
  /** Why it was refused. */
  code: string | null;
}

const REPLAY_ID = /^([0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12})\/(\d{1,9})$/;

/**
 * Notes what became of replays inside the transaction that took them (P7), so that their plans know it exactly once.
 * Replays of no plan of ours are passed over, and so is a second record of the same replay: the first one counts. So is a
 * record of another correlation id than the letter's: it has the replay's headers from somewhere else. One that comes
 * after its letter was given up (replays-lost.ts) counts all the same.
 */
export async function noteReplaysTaken(tx: Queryable, taken: ReplayTaken[]): Promise<void> {
  const notes = taken.flatMap(({ replayId, ...note }) => {
    const [, plan, n] = REPLAY_ID.exec(replayId) ?? [];
    return plan === undefined ? [] : [{ ...note, plan, n: Number(n) }];
  });
  if (notes.length === 0) return;
  await tx.query(
    `WITH note AS (
       SELECT * FROM unnest($1::uuid[], $2::int[], $3::text[], $4::text[], $5::int[], $6::text[])
              WITH ORDINALITY AS t(plan_id, n, taken_as, correlation_id, revision, code, nth)),
     letter AS (
       SELECT plan_id, n, correlation_id FROM replay_letter
        WHERE (plan_id, n) IN (SELECT plan_id, n FROM note) AND (state = 'sent' AND taken_as IS NULL OR taken_as = 'lost')
        ORDER BY plan_id, n FOR UPDATE),
     counted AS (
       SELECT DISTINCT ON (plan_id, n) note.* FROM note JOIN letter USING (plan_id, n)
        WHERE coalesce(note.correlation_id = letter.correlation_id, true) ORDER BY plan_id, n, nth)
     UPDATE replay_letter l SET taken_as = c.taken_as, taken_at = now(), taken_revision = c.revision, code = c.code,
            correlation_id = coalesce(c.correlation_id, l.correlation_id), state = 'sent', ended_at = NULL
       FROM counted c WHERE l.plan_id = c.plan_id AND l.n = c.n`,
    [
      notes.map((note) => note.plan),
      notes.map((note) => note.n),
      notes.map((note) => note.takenAs),
      notes.map((note) => note.correlationId),
      notes.map((note) => note.revision),
      notes.map((note) => note.code),
    ],
  );
}
