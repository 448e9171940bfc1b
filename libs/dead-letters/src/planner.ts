import { randomUUID } from 'node:crypto';
import { type CustomerData, type DecodeOptions, type RuleViolation, decodeRecord } from '#events';
import {
  type ForecastCounts,
  type LetterSelection,
  type PlannedLetter,
  type Queryable,
  freezeSelection,
  insertPlan,
  listPlanLetters,
  readRulesInForce,
  writeAudit,
} from '#ledger';
import { CLOUDS, type RuleOptions } from '#partner-center';
import { DeadLetters } from './dead-letters.js';
import { type Change, checkPatch, patchedPaths } from './edit.js';
import { LetterRecords } from './letter-records.js';
import type { JsonObject } from './merge-patch.js';
import type { DeadLettersParts } from './parts.js';
import { PlanInMaking, type PlanInMakingParts } from './plan-in-making.js';
import type { Progress } from './projection.js';
import { replayRecord } from './replay-record.js';
import { SelectionError, isEmptySelection, selectionText } from './selection.js';

export interface PlannerParts extends DeadLettersParts {
  /** The rules as the workers check them (`checkRules` of the partner-center lib). */
  checkRules: (data: CustomerData, rules: RuleOptions) => RuleViolation[];
}

export interface PlanOrder {
  /** JSON merge patch for the data of every letter; null for none. */
  patch?: JsonObject | null;
  /** For the audit. */
  who: string;
  onProgress?: Progress;
}

/** A plan that was made (contract 8, without its letters). */
export interface PlanSummary {
  plan: string;
  state: 'planned';
  total: number;
  forecast: ForecastCounts;
}

/** What a patch changes in one letter, and what intake would say of the result. */
export interface EditPreview {
  diff: Change[];
  verdict: { ok: boolean; code: string | null; fields: string[]; message: string };
}

/**
 * Makes plans of replays (P7): a frozen copy of the selected letters, the bytes that will be sent and a forecast for each.
 * All of a plan is one transaction: it is there as a whole, with its audit entry, or not at all.
 */
export class ReplayPlanner {
  private readonly ours: { topic: string; groupId: string };

  constructor(
    private readonly parts: PlannerParts,
    private readonly deadLetters = new DeadLetters(parts),
  ) {
    this.ours = { topic: parts.topics.requested, groupId: parts.groupId };
  }

  /**
   * Plans the replay of what is selected on the topic as it is now. Throws a SelectionError for the empty selection, an
   * EditError for a patch that may not be applied, else what Kafka or the database throw.
   */
  async plan(selection: LetterSelection, { patch = null, who, onProgress }: PlanOrder): Promise<PlanSummary> {
    if (isEmptySelection(selection)) throw new SelectionError('a selection must be given; all selects every letter');
    if (patch !== null) checkPatch(patch);
    await this.deadLetters.catchUp();
    const id = randomUUID();
    const decode = await this.decodeOptions();
    const told = selectionText(selection);
    return this.parts.db.transaction(async (tx) => {
      await insertPlan(tx, { id, selection: told, patch, madeBy: who });
      await freezeSelection(tx, selection, this.ours);
      const made = await this.fill(tx, { id, patch, decode }, onProgress);
      const detail = { selection: told, ...(patch && { edits: patchedPaths(patch) }), ...made };
      await writeAudit(tx, { who, what: 'plan made', subject: id, detail });
      return { plan: id, state: 'planned', ...made };
    });
  }

  /** The topic's end is asked for after the selection is frozen: each letter that anybody brought in until then lies before it. */
  private async fill(
    tx: Queryable,
    plan: Pick<PlanInMakingParts, 'id' | 'patch' | 'decode'>,
    onProgress: Progress | undefined,
  ): Promise<{ total: number; forecast: ForecastCounts }> {
    const { reader, topics } = this.parts;
    const records = new LetterRecords(reader, topics.deadLetter, await reader.bounds(topics.deadLetter));
    try {
      return await new PlanInMaking(tx, { ...plan, records, ours: this.ours }).run(onProgress);
    } finally {
      await records.close();
    }
  }

  /** Letters of a plan in the order of sending, after the number `after`; `next` asks for the page after this one. */
  async letters(plan: string, limit: number, after = 0): Promise<{ letters: PlannedLetter[]; next: number | null }> {
    const letters = await listPlanLetters(this.parts.db, plan, { limit, after });
    return { letters, next: letters.length < limit ? null : (letters.at(-1)?.n ?? null) };
  }

  /** Tries a patch on one letter and keeps nothing; null when the topic has no such letter. Throws an EditError. */
  async previewEdit(partition: number, offset: bigint, patch: JsonObject): Promise<EditPreview | null> {
    checkPatch(patch);
    const letter = await this.deadLetters.show(partition, offset);
    if (letter === null) return null;
    const { topic, groupId } = this.ours;
    const { key, value, headers, replays } = letter;
    const found = { topic, partition, offset, timestampMs: 0, key, value, headers };
    const { record, edit } = replayRecord(found, { plan: 'preview', n: 1, replays, groupId }, patch);
    const verdict = decodeRecord(record, await this.decodeOptions());
    return { diff: edit?.changes ?? [], verdict: toldOf(verdict) };
  }

  /** The rules of the workers; before any worker told them, those that refuse least. */
  private async decodeOptions(): Promise<DecodeOptions> {
    const { db, groupId, checkRules } = this.parts;
    const told = await readRulesInForce(db);
    const cloud = CLOUDS.find((each) => each === told?.cloud) ?? 'global';
    return { groupId, checkRules: (data) => checkRules(data, { cloud, hasUserAuth: told?.hasUserAuth ?? true }) };
  }
}

function toldOf(verdict: ReturnType<typeof decodeRecord>): EditPreview['verdict'] {
  switch (verdict.kind) {
    case 'request':
      return { ok: true, code: null, fields: [], message: 'valid' };
    case 'refused':
      return { ok: false, code: verdict.code, fields: verdict.fields, message: verdict.message };
    case 'skipped':
      return { ok: false, code: null, fields: [], message: `it would be skipped: ${verdict.detail}` };
  }
}
