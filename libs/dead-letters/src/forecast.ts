import type { DecodedRecord } from '#events';
import {
  type AnotherRecord,
  type EarlierReplay,
  type Forecast,
  type JudgedOnboarding,
  judgeSameCorrelationId,
} from '#ledger';

/**
 * What a replay of a letter will do (P7), from the ledger and the rules and without calling the API. It asks what intake
 * asks: the same decoding with the same rules, the same judgement of a known correlation id. Only newer rules of a country,
 * which a worker keeps in its memory, are not known here. What only the API can say (whether a corrected address pleases it)
 * stays open: then the replay is worth a try, `create`.
 */
export interface ReplayOfLetter {
  letter: PlannedLetter;
  /** Topic of requests and consumer group of this system. */
  ours: { topic: string; groupId: string };
  /** The record as it will be sent, decoded as intake will; null if it is not on the dead-letter topic any more. */
  verdict: DecodedRecord | null;
  isEdited: boolean;
  onboarding: JudgedOnboarding | null;
  /** What another plan does, or did, with this very letter. */
  earlier: EarlierReplay | null;
}

export interface PlannedLetter {
  /** `P:O` */
  id: string;
  code: string;
  /** Null: not a letter of ours, nobody knows where it would have to go. */
  consumerGroup: string | null;
  originalTopic: string;
  /** The newest letter of its onboarding in the plan: this one, if no other is newer. */
  newestId: string;
}

type Request = Extract<DecodedRecord, { kind: 'request' }>;

/** Never throws: each letter has one forecast and a sentence for people that says why, without any of its data. */
export function forecastOf(replay: ReplayOfLetter): Forecast {
  return notOurs(replay) ?? replayedBefore(replay.earlier) ?? notTheNewest(replay.letter) ?? forecastOfVerdict(replay);
}

function notOurs({ letter, ours }: ReplayOfLetter): Forecast | null {
  const { consumerGroup, originalTopic } = letter;
  if (consumerGroup === null)
    return nothing('this system did not write the letter: where it would have to go is not known');
  if (originalTopic !== ours.topic) return nothing(`it is of the topic ${originalTopic}, not of ${ours.topic}`);
  if (consumerGroup !== ours.groupId)
    return nothing(`it failed in the consumer group ${consumerGroup}, not in ${ours.groupId}`);
  return null;
}

function replayedBefore(earlier: EarlierReplay | null): Forecast | null {
  if (earlier === null) return null;
  if (earlier.isUnderWay) return nothing(`is being replayed by plan ${earlier.plan}`);
  const newer = earlier.newerId === null ? 'it failed again' : `${earlier.newerId} is its newer letter`;
  return nothing(`already replayed by plan ${earlier.plan}: ${newer}`);
}

function notTheNewest({ id, newestId }: PlannedLetter): Forecast | null {
  return newestId === id ? null : nothing(`a newer letter of this onboarding, ${newestId}, is in the plan`);
}

function forecastOfVerdict(replay: ReplayOfLetter): Forecast {
  const { verdict, isEdited } = replay;
  if (verdict === null) return nothing('it is not on the dead-letter topic any more');
  switch (verdict.kind) {
    case 'skipped':
      return nothing(`it would be skipped: ${verdict.detail}`);
    case 'refused':
      return failAgain(`${isEdited ? 'invalid after the edit' : 'still invalid'}: ${verdict.code}, ${verdict.message}`);
    case 'request':
      return replay.onboarding === null
        ? create('will be tried: there is no onboarding yet')
        : meet(replay.onboarding, verdict, replay);
  }
}

/** What intake will do when it meets the onboarding as it is now. */
function meet(onboarding: JudgedOnboarding, request: Request, replay: ReplayOfLetter): Forecast {
  const judgement = judgeSameCorrelationId(onboarding, asReplay(request.digest));
  switch (judgement.kind) {
    case 'duplicate':
      return nothing('being worked on now');
    case 'announce-again':
      return { forecast: 'announceAgain', why: 'already created: only announced again' };
    case 'reused':
      return failAgain(`CORRELATION_ID_REUSED, ${judgement.message}`);
    case 'reopen':
      return tryAnew(judgement.how, onboarding, { request, replay });
  }
}

function tryAnew(
  how: 'new-revision' | 'same-revision' | 'correction',
  onboarding: JudgedOnboarding,
  { request, replay }: { request: Request; replay: ReplayOfLetter },
): Forecast {
  if (how === 'same-revision') {
    return reconcile(
      'unresolved: whether the earlier call made a tenant is looked up first; a person may have to look',
    );
  }
  if (how === 'correction') {
    return reconcile(
      'unresolved: the earlier call with other data is settled first; if it made the tenant, this is refused',
    );
  }
  const refusal = refusalOfSameData(onboarding, request.digest, replay);
  if (refusal !== null) return failAgain(`unchanged cause: was rejected with ${refusal}`);
  return create(`will be tried anew, with a new request id; was ${onboarding.code ?? replay.letter.code}`);
}

/** The code with which the API refused these very data: the onboarding's for those of its last revision, else the letter's. */
function refusalOfSameData(
  { digests, code }: JudgedOnboarding,
  digest: Buffer,
  { letter, isEdited }: ReplayOfLetter,
): string | null {
  const isLast = digests.at(-1)?.equals(digest) ?? false;
  const isEarlier = !isEdited && digests.some((each) => each.equals(digest));
  const told = isLast ? code : isEarlier ? letter.code : null;
  return told?.startsWith('PARTNER_CENTER_') ? told : null;
}

/** A replay is tried whatever its timestamp. */
function asReplay(digest: Buffer): AnotherRecord {
  return { digest, timestampMs: 0, isReplay: true };
}

function nothing(why: string): Forecast {
  return { forecast: 'nothing', why };
}

function create(why: string): Forecast {
  return { forecast: 'create', why };
}

function reconcile(why: string): Forecast {
  return { forecast: 'reconcile', why };
}

function failAgain(why: string): Forecast {
  return { forecast: 'failAgain', why };
}
