import { type DecodedRecord, type DecodeOptions, decodeRecord } from '#events';
import { type KafkaRecord, encodeHeaders, recordDigest } from '#kafka';
import {
  type ForecastCounts,
  type JudgedOnboarding,
  type PlanLetter,
  type Queryable,
  type SelectedLetter,
  fetchSelected,
  insertPlanLetters,
  readEarlierReplays,
  readJudged,
} from '#ledger';
import { forecastOf } from './forecast.js';
import type { LetterRecords } from './letter-records.js';
import type { JsonObject } from './merge-patch.js';
import type { Progress } from './projection.js';
import { replayRecord } from './replay-record.js';

export interface PlanInMakingParts {
  id: string;
  patch: JsonObject | null;
  decode: DecodeOptions;
  records: LetterRecords;
  ours: { topic: string; groupId: string };
}

/** A letter with its record as it would be sent and as intake would read it; nulls where the topic lost it. */
interface Draft {
  letter: SelectedLetter;
  record: KafkaRecord | null;
  verdict: DecodedRecord | null;
  isEdited: boolean;
}

/** What is held at once: letters, and bytes of them. */
const CHUNK_LETTERS = 1_000;
const CHUNK_BYTES = 4 * 1024 * 1024;

/**
 * Fills a plan from the frozen selection, inside the plan's transaction. While the ledger writes one chunk of letters the
 * next one is read from the topic and decoded; memory does not grow with the plan.
 */
export class PlanInMaking {
  private readonly forecast: ForecastCounts = { create: 0, announceAgain: 0, reconcile: 0, failAgain: 0, nothing: 0 };
  private done = 0;

  constructor(
    private readonly tx: Queryable,
    private readonly parts: PlanInMakingParts,
  ) {}

  async run(onProgress: Progress = () => undefined): Promise<{ total: number; forecast: ForecastCounts }> {
    let drafts: Draft[] = [];
    for await (const selected of this.chunks()) {
      drafts = await this.draftWhile(this.write(drafts), selected);
      onProgress(this.done, selected[0]?.total ?? 0);
    }
    await this.write(drafts);
    onProgress(this.done, this.done);
    return { total: this.done, forecast: this.forecast };
  }

  private async *chunks(): AsyncGenerator<SelectedLetter[]> {
    for (;;) {
      const page = await fetchSelected(this.tx, CHUNK_LETTERS);
      yield* chunksOf(page);
      if (page.length < CHUNK_LETTERS) return;
    }
  }

  /** Also when a letter cannot be read the ledger answers first: a statement after the end would meet another transaction. */
  private async draftWhile(writing: Promise<void>, selected: SelectedLetter[]): Promise<Draft[]> {
    const [drafted, written] = await Promise.allSettled([this.draft(selected), writing]);
    if (written.status === 'rejected') throw written.reason;
    if (drafted.status === 'rejected') throw drafted.reason;
    return drafted.value;
  }

  private async draft(selected: SelectedLetter[]): Promise<Draft[]> {
    const drafts: Draft[] = [];
    for (const letter of selected) {
      const found = await this.parts.records.at(letter.partition, letter.offset);
      drafts.push(
        found === null ? { letter, record: null, verdict: null, isEdited: false } : this.draftOf(letter, found),
      );
    }
    return drafts;
  }

  private draftOf(letter: SelectedLetter, found: KafkaRecord): Draft {
    if (!recordDigest(found).equals(letter.digest)) {
      throw new Error(`Letter ${letter.id} is another one than was read before: rebuild the dead letters`);
    }
    const { id: plan, patch, ours, decode } = this.parts;
    const mark = { plan, n: letter.n, replays: letter.replays, groupId: ours.groupId };
    const { record, edit } = replayRecord(found, mark, patch);
    return { letter, record, verdict: decodeRecord(record, decode), isEdited: edit !== null };
  }

  private async write(drafts: Draft[]): Promise<void> {
    if (drafts.length === 0) return;
    const earlier = await readEarlierReplays(
      this.tx,
      drafts.map(({ letter }) => letter),
    );
    const onboardings = await readJudged(this.tx, correlationIdsOf(drafts));
    const letters = drafts.map((draft): PlanLetter => {
      const onboarding = onboardingOf(draft, onboardings);
      const { ours } = this.parts;
      const forecast = forecastOf({ ...draft, ours, onboarding, earlier: earlier.get(draft.letter.id) ?? null });
      this.forecast[forecast.forecast] += 1;
      const send = forecast.forecast === 'nothing' || draft.record === null ? null : toSend(draft.record, ours.topic);
      const letter = { ...draft.letter, correlationId: correlationIdOf(draft) };
      return { letter, isEdited: draft.isEdited, ...forecast, send };
    });
    await insertPlanLetters(this.tx, this.parts.id, letters);
    this.done += letters.length;
  }
}

/** Letters as they come, cut where they hold too many bytes together; a larger one stands alone. */
function* chunksOf(letters: SelectedLetter[]): Generator<SelectedLetter[]> {
  let chunk: SelectedLetter[] = [];
  let bytes = 0;
  for (const letter of letters) {
    if (chunk.length > 0 && bytes + letter.bytes > CHUNK_BYTES) {
      yield chunk;
      chunk = [];
      bytes = 0;
    }
    chunk.push(letter);
    bytes += letter.bytes;
  }
  if (chunk.length > 0) yield chunk;
}

function correlationIdsOf(drafts: Draft[]): string[] {
  return drafts.flatMap(({ verdict }) => (verdict?.kind === 'request' ? [verdict.correlationId] : []));
}

/** As intake will find it in the record. */
function correlationIdOf({ letter, verdict }: Draft): string | null {
  if (verdict === null || verdict.kind === 'skipped') return letter.correlationId;
  return verdict.correlationId ?? letter.correlationId;
}

function onboardingOf({ verdict }: Draft, onboardings: Map<string, JudgedOnboarding>): JudgedOnboarding | null {
  return verdict?.kind === 'request' ? (onboardings.get(verdict.correlationId) ?? null) : null;
}

function toSend(record: KafkaRecord, topic: string): NonNullable<PlanLetter['send']> {
  return { topic, key: record.key, value: record.value, headers: encodeHeaders(record.headers) };
}
