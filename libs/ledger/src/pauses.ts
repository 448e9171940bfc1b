import { DOMAIN_IS_FREE } from './claims.js';
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

/** Any other answer than 429 ends the series of throttles, for all workers; a throttle that has not passed stays. */
export async function forgetPassedThrottle(db: Queryable): Promise<void> {
  await db.query(
    `WITH passed AS (DELETE FROM pause WHERE kind = 'throttled' AND until < now() RETURNING 1)
     SELECT ${wakeUpSql('pause')} FROM passed`,
  );
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

export interface PauseInForce {
  kind: PauseKind;
  reason: string;
  /** ISO 8601 UTC. */
  since: string;
  /** Its end, or without a given end the next probe. */
  until: string | null;
}

/** Why nothing, or nothing new, is called now; the longest pause first. */
export async function readPauses(db: Queryable): Promise<PauseInForce[]> {
  const { rows } = await db.query<{ kind: PauseKind; reason: string; since: Date; until: Date | null }>(
    `SELECT kind, reason, since, coalesce(until, next_probe_at) AS until FROM pause
      WHERE until IS NULL OR until > now() ORDER BY since, kind`,
  );
  return rows.map(({ kind, reason, since, until }) => {
    return { kind, reason, since: since.toISOString(), until: until?.toISOString() ?? null };
  });
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
       UPDATE onboarding SET due_at = now() WHERE correlation_id IN (SELECT correlation_id FROM waiting) RETURNING 1),
     forgotten AS (
       UPDATE service SET unclear_in_row = 0, unclear_first_id = NULL, unclear_from_several = false
        WHERE EXISTS (SELECT 1 FROM ended) AND (SELECT count(*) FROM freed) >= 0)
     SELECT count(*) AS ended, ${wakeUpSql('pause')} FROM ended`,
    [kinds],
  );
  return Number(rows[0]?.ended ?? 0) > 0;
}

/**
 * Ends the pauses that a create would end, where no onboarding is open or held any more: nobody is left to probe them, and
 * replays, which wait for their end, would wait for ever. Whoever comes next finds out what the service does. True when one
 * has ended.
 */
export async function endPausesWithNobodyWaiting(db: Queryable): Promise<boolean> {
  const { rows } = await db.query(`SELECT 1 FROM onboarding WHERE state IN ('open', 'held') LIMIT 1`);
  return rows.length === 0 && endPauses(db, ['outage', 'configuration']);
}

/** Trouble that all workers count together (contract 5). Good news needs no telling: every worker's row holds it. */
export interface ServiceNews {
  /** Unclear answers to creates in the order in which they came; `beganMsAgo`: when the call began. */
  unclear: { correlationId: string; beganMsAgo: number }[];
  /** Onboardings that were held for the first time. */
  firstHeld: { correlationId: string; country: string; partnerId: string | null }[];
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
  /** A definite answer came after the last unclear one; an accepted create after the last first hold. */
  answered_since: boolean;
  accepted_since: boolean;
  definite_ms_ago: number | null;
}

/**
 * Applies the news and returns the state afterwards, so that the caller can pause by contract 5's rules. A row of unclear
 * answers is broken by a definite answer that came while their calls were under way: several customers that hang until
 * the time-out, while others are served, are no outage.
 */
export async function noteServiceNews(tx: Queryable, news: ServiceNews): Promise<ServiceState> {
  await tx.query(`SELECT 1 FROM service FOR UPDATE`);
  const { rows } = await tx.query<ServiceRow>(
    `SELECT s.*, coalesce(w.definite_at > s.unclear_at, false) AS answered_since,
            coalesce(w.accepted_at > s.held_at, false) AS accepted_since,
            (extract(epoch FROM clock_timestamp() - w.definite_at) * 1000)::float8 AS definite_ms_ago
       FROM service s, (SELECT max(definite_at) AS definite_at, max(accepted_at) AS accepted_at FROM worker) w`,
  );
  const row = rows[0];
  if (!row) throw new Error('the ledger has lost its row of service facts (table service)');
  if (row.answered_since) {
    Object.assign(row, { unclear_in_row: 0, unclear_first_id: null, unclear_from_several: false });
  }
  if (row.accepted_since) Object.assign(row, { held_country: null, held_partner_id: null });
  for (const answer of news.unclear) noteUnclear(row, answer);
  const heldAlike = news.firstHeld.map((held) => noteHeld(row, held)).includes(true);
  await tx.query(
    `UPDATE service SET unclear_in_row = $1, unclear_first_id = $2, unclear_from_several = $3, held_country = $4,
            held_partner_id = $5, unclear_at = CASE WHEN $6 THEN clock_timestamp() ELSE unclear_at END,
            held_at = CASE WHEN $7 THEN clock_timestamp() ELSE held_at END`,
    [
      row.unclear_in_row,
      row.unclear_first_id,
      row.unclear_from_several,
      row.held_country,
      row.held_partner_id,
      news.unclear.length > 0,
      news.firstHeld.length > 0,
    ],
  );
  return { unclearInRow: row.unclear_in_row, unclearFromSeveral: row.unclear_from_several, heldAlike };
}

function noteUnclear(row: ServiceRow, answer: ServiceNews['unclear'][number]): void {
  if (row.definite_ms_ago !== null && row.definite_ms_ago < answer.beganMsAgo) return;
  row.unclear_in_row += 1;
  row.unclear_first_id ??= answer.correlationId;
  row.unclear_from_several ||= row.unclear_first_id !== answer.correlationId;
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
 * for a create who is not waiting like it? One that waits for this one's domain cannot give evidence.
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
              SELECT 1 FROM onboarding o, onboarding me WHERE me.correlation_id = $1 AND o.correlation_id <> $1
                 AND o.state = 'open' AND o.step = 'create' AND o.tries = 0 AND o.domain <> me.domain
                 AND ${DOMAIN_IS_FREE}) AS others`,
    [correlationId],
  );
  return { definiteForAnother: rows[0]?.definite ?? false, othersWaitOtherwise: rows[0]?.others ?? false };
}
