import type { Queryable } from './database.js';
import { wakeUpSql } from './wake-ups.js';

/**
 * Replays that intake never took although they are on their topic (P7): Kafka deleted the record before it was read, or the
 * topic was made anew. Intake notes what it takes in the transaction that moves its position, so a letter without a note
 * is lost once intake has passed everything that was written when the letter was on the topic.
 */

/** A letter of a plan, by its number there. */
export interface SentLetter {
  plan: string;
  n: number;
}

/** Letters that are on this topic, for at least so long in the outbox or out of it, and that intake has not taken. */
export async function readUntakenReplays(
  db: Queryable,
  topic: string,
  { sentBeforeMs, limit }: { sentBeforeMs: number; limit: number },
): Promise<SentLetter[]> {
  const { rows } = await db.query<SentLetter>(
    `SELECT l.plan_id AS plan, l.n FROM replay_letter l
      WHERE l.state = 'sent' AND l.taken_as IS NULL AND l.topic = $1 AND l.sent_at < now() - $2 * interval '1 millisecond'
        AND NOT EXISTS (SELECT 1 FROM outbox o WHERE o.kind = 'replay' AND (o.id = l.outbox_id OR l.outbox_id IS NULL))
      ORDER BY l.plan_id, l.n LIMIT $3`,
    [topic, sentBeforeMs, limit],
  );
  return rows;
}

/** Ends those that are still not taken: they became nothing. Returns how many. */
export async function giveUpReplays(db: Queryable, letters: SentLetter[]): Promise<number> {
  const { rows } = await db.query<{ lost: string }>(
    `WITH letter AS (
       SELECT l.plan_id, l.n FROM replay_letter l JOIN unnest($1::uuid[], $2::int[]) AS t(plan_id, n)
              ON t.plan_id = l.plan_id AND t.n = l.n
        WHERE l.state = 'sent' AND l.taken_as IS NULL ORDER BY l.plan_id, l.n FOR UPDATE OF l),
     lost AS (
       UPDATE replay_letter l SET taken_as = 'lost', taken_at = now()
         FROM letter WHERE l.plan_id = letter.plan_id AND l.n = letter.n RETURNING 1)
     SELECT count(*) AS lost, ${wakeUpSql('replay')} FROM lost`,
    [letters.map(({ plan }) => plan), letters.map(({ n }) => n)],
  );
  return Number(rows[0]?.lost ?? 0);
}
