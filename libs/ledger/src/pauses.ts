import type { Queryable } from './database.js';
import type { PauseKind } from './workers.js';
import { wakeUpSql } from './wake-ups.js';

/** Pauses are shared by all workers through one row a kind (P4, P6; contract 5). */

/** Nothing is called before the throttle's end; a later end never becomes an earlier one. */
export async function throttle(db: Queryable, delayMs: number, reason: string): Promise<void> {
  await db.query(
    `WITH set AS (
       INSERT INTO pause (kind, reason, until, repeats) VALUES ('throttled', $2, now() + $1 * interval '1 millisecond', 1)
       ON CONFLICT (kind) DO UPDATE SET reason = excluded.reason, until = greatest(pause.until, excluded.until),
              since = CASE WHEN pause.until < now() THEN now() ELSE pause.since END,
              repeats = pause.repeats + CASE WHEN pause.until < now() THEN 1 ELSE 0 END)
     SELECT ${wakeUpSql('pause')}`,
    [delayMs, reason],
  );
}

/** Any other answer than 429 ends the series of throttles; a throttle that has not passed stays. */
export async function forgetPassedThrottle(db: Queryable): Promise<void> {
  await db.query(`DELETE FROM pause WHERE kind = 'throttled' AND until < now()`);
}

/** Pauses all work until a probe succeeds; the first probe comes one interval later. True when it was not on already. */
export async function pauseAll(
  db: Queryable,
  kind: Exclude<PauseKind, 'throttled'>,
  reason: string,
  probeIntervalMs: number,
): Promise<boolean> {
  const { rows } = await db.query<{ fresh: string }>(
    `WITH set AS (
       INSERT INTO pause (kind, reason, next_probe_at) VALUES ($1, $2, now() + $3 * interval '1 millisecond')
       ON CONFLICT (kind) DO NOTHING RETURNING 1)
     SELECT count(*) AS fresh, ${wakeUpSql('pause')} FROM set`,
    [kind, reason, probeIntervalMs],
  );
  return rows[0]?.fresh === '1';
}

/** One worker wins the right to probe; the next probe is due an interval later, whatever becomes of this one. */
export async function takeProbe(db: Queryable, kind: PauseKind, probeIntervalMs: number): Promise<boolean> {
  const { rowCount } = await db.query(
    `UPDATE pause SET next_probe_at = now() + $2 * interval '1 millisecond' WHERE kind = $1 AND next_probe_at <= now()`,
    [kind, probeIntervalMs],
  );
  return rowCount === 1;
}

/** Ends pauses and lets everything that waited because of them go on at once. */
export async function endPauses(db: Queryable, kinds: Exclude<PauseKind, 'throttled'>[]): Promise<boolean> {
  const { rows } = await db.query<{ ended: string }>(
    `WITH ended AS (DELETE FROM pause WHERE kind = ANY($1) RETURNING 1),
     waiting AS (
       SELECT correlation_id FROM onboarding
        WHERE state IN ('open', 'held') AND worker_id IS NULL AND due_at > now()
          AND waiting_for IN ('world', 'hold', 'backoff') AND EXISTS (SELECT 1 FROM ended)
        ORDER BY correlation_id FOR UPDATE),
     freed AS (
       UPDATE onboarding SET due_at = now() WHERE correlation_id IN (SELECT correlation_id FROM waiting))
     SELECT count(*) AS ended, ${wakeUpSql('pause')} FROM ended`,
    [kinds],
  );
  return Number(rows[0]?.ended ?? 0) > 0;
}

/** Answers to creates in the order in which they came; facts that all workers count together (contract 5). */
export interface ServiceNews {
  answers: { correlationId: string; kind: 'accepted' | 'definite' | 'unclear' }[];
  /** Onboardings that were held for the first time. */
  firstHeld: { country: string; partnerId: string | null }[];
}

export interface ServiceState {
  unclearInRow: number;
  unclearFromSeveral: boolean;
  /** True when two onboardings that differ in country or partner were first held with no create accepted between. */
  heldAlike: boolean;
}

interface ServiceRow {
  unclear_in_row: number;
  unclear_first_id: string | null;
  unclear_from_several: boolean;
  held_country: string | null;
  held_partner_id: string | null;
}

/** Applies the news and returns the state afterwards, so that the caller can pause by contract 5's rules. */
export async function noteServiceNews(tx: Queryable, news: ServiceNews): Promise<ServiceState> {
  const { rows } = await tx.query<ServiceRow>(`SELECT * FROM service FOR UPDATE`);
  const row = rows[0];
  if (!row) throw new Error('the ledger has lost its row of service facts (table service)');
  for (const answer of news.answers) noteAnswer(row, answer);
  const heldAlike = news.firstHeld.map((held) => noteHeld(row, held)).includes(true);
  await tx.query(
    `UPDATE service SET unclear_in_row = $1, unclear_first_id = $2, unclear_from_several = $3, held_country = $4,
            held_partner_id = $5`,
    [row.unclear_in_row, row.unclear_first_id, row.unclear_from_several, row.held_country, row.held_partner_id],
  );
  return { unclearInRow: row.unclear_in_row, unclearFromSeveral: row.unclear_from_several, heldAlike };
}

function noteAnswer(row: ServiceRow, answer: ServiceNews['answers'][number]): void {
  if (answer.kind === 'unclear') {
    row.unclear_in_row += 1;
    row.unclear_first_id ??= answer.correlationId;
    row.unclear_from_several ||= row.unclear_first_id !== answer.correlationId;
    return;
  }
  Object.assign(row, { unclear_in_row: 0, unclear_first_id: null, unclear_from_several: false });
  if (answer.kind === 'accepted') Object.assign(row, { held_country: null, held_partner_id: null });
}

function noteHeld(row: ServiceRow, held: ServiceNews['firstHeld'][number]): boolean {
  if (row.held_country === null) {
    row.held_country = held.country;
    row.held_partner_id = held.partnerId;
    return false;
  }
  return held.country !== row.held_country || held.partnerId !== row.held_partner_id;
}

/**
 * Was the service evidently working for others since this onboarding's last attempt (contract 5), and does anybody wait
 * who is not waiting like it?
 */
export async function readEvidence(
  db: Queryable,
  correlationId: string,
): Promise<{ definiteForAnother: boolean; othersWaitOtherwise: boolean }> {
  const { rows } = await db.query<{ definite: boolean; others: boolean }>(
    `SELECT EXISTS (
              SELECT 1 FROM worker w, onboarding o WHERE o.correlation_id = $1
                 AND ((w.definite_id <> $1 AND w.definite_at > o.last_attempt_at)
                   OR (w.previous_definite_id <> $1 AND w.previous_definite_at > o.last_attempt_at))) AS definite,
            EXISTS (
              SELECT 1 FROM onboarding o WHERE o.correlation_id <> $1 AND o.state = 'open' AND o.tries = 0) AS others`,
    [correlationId],
  );
  return { definiteForAnother: rows[0]?.definite ?? false, othersWaitOtherwise: rows[0]?.others ?? false };
}
