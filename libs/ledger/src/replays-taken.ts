import type { Queryable } from './database.js';

/** What intake made of the record of a replay. */
export interface ReplayTaken {
  /** As the header says: `<plan>/<n>` of ours, or anything of anybody else. */
  replayId: string;
  takenAs: 'opened' | 'reopened' | 'announced-again' | 'duplicate' | 'refused';
  correlationId: string | null;
  /** The revision that tries the record's data; null when none will. */
  revision: number | null;
  /** Why it was refused. */
  code: string | null;
}

const REPLAY_ID = /^([0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12})\/(\d{1,9})$/;

/**
 * Notes what became of replays inside the transaction that took them (P7), so that their plans know it exactly once.
 * Replays of no plan of ours are passed over, and so is a second record of the same replay: the first one counts.
 */
export async function noteReplaysTaken(tx: Queryable, taken: ReplayTaken[]): Promise<void> {
  const notes = taken.flatMap(({ replayId, ...note }) => {
    const [, plan, n] = REPLAY_ID.exec(replayId) ?? [];
    return plan === undefined ? [] : [{ ...note, plan, n: Number(n) }];
  });
  if (notes.length === 0) return;
  await tx.query(
    `WITH note AS (
       SELECT DISTINCT ON (plan_id, n) * FROM unnest($1::uuid[], $2::int[], $3::text[], $4::text[], $5::int[], $6::text[])
              WITH ORDINALITY AS t(plan_id, n, taken_as, correlation_id, revision, code, nth) ORDER BY plan_id, n, nth),
     letter AS (
       SELECT l.plan_id, l.n FROM replay_letter l JOIN note ON note.plan_id = l.plan_id AND note.n = l.n
        WHERE l.state = 'sent' AND l.taken_as IS NULL ORDER BY l.plan_id, l.n FOR UPDATE OF l)
     UPDATE replay_letter l SET taken_as = note.taken_as, taken_at = now(), taken_revision = note.revision, code = note.code,
            correlation_id = coalesce(note.correlation_id, l.correlation_id)
       FROM letter JOIN note ON note.plan_id = letter.plan_id AND note.n = letter.n
      WHERE l.plan_id = letter.plan_id AND l.n = letter.n`,
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
