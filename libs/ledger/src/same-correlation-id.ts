import type { KnownOnboarding } from './intake.js';

/**
 * The same correlation id in another record: the table of contract 2, pure. Intake calls it once for each such record while
 * the onboarding's row is locked, so what is decided here is what is written; a forecast asks it what a replay would meet.
 */

export interface AnotherRecord {
  digest: Buffer;
  timestampMs: number;
  isReplay: boolean;
}

/** The parts of an onboarding that the judgement rests on. */
type Judged = Pick<KnownOnboarding, 'state' | 'digests' | 'correctionDigest' | 'unsettled' | 'failedAtMs'>;

export type Judgement =
  | { kind: 'duplicate' }
  /** Publish the same CustomerCreated again, call nothing. */
  | { kind: 'announce-again' }
  /** Dead letter CORRELATION_ID_REUSED. */
  | { kind: 'reused'; message: string }
  /** Tried anew: as a new revision, as the same one (reconciled first), or once the old call is settled. */
  | { kind: 'reopen'; how: 'new-revision' | 'same-revision' | 'correction' };

export function judgeSameCorrelationId(known: Judged, record: AnotherRecord): Judgement {
  const isSame = isSameData(known, record.digest);
  switch (known.state) {
    case 'open':
    case 'held':
      return isSame
        ? { kind: 'duplicate' }
        : reused('an onboarding with other data is under way for this correlation id');
    case 'created':
      if (!isSame) return reused('this correlation id already made a tenant with other data');
      return record.isReplay ? { kind: 'announce-again' } : { kind: 'duplicate' };
    case 'rejected':
    case 'unresolved':
      return judgeFailed(known, record, isSame);
  }
}

function judgeFailed(known: Judged, record: AnotherRecord, isSame: boolean): Judgement {
  const isNewer = known.failedAtMs !== null && record.timestampMs > known.failedAtMs;
  if (!record.isReplay && !isNewer) {
    return isSame
      ? { kind: 'duplicate' }
      : reused('the record is older than the failure of this correlation id and has other data; replay it to try it');
  }
  if (!known.unsettled) return { kind: 'reopen', how: 'new-revision' };
  return { kind: 'reopen', how: isSame ? 'same-revision' : 'correction' };
}

/** While a call is unsettled only the data it was made with are the same; a waiting correction counts as a revision. */
function isSameData(known: Judged, digest: Buffer): boolean {
  const current = known.digests.at(-1);
  const candidates = known.unsettled && known.state !== 'created' ? (current ? [current] : []) : known.digests;
  return [...candidates, ...(known.correctionDigest ? [known.correctionDigest] : [])].some((each) =>
    each.equals(digest),
  );
}

function reused(message: string): Judgement {
  return { kind: 'reused', message };
}
