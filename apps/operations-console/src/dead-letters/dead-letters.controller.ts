import { Controller, Get, Param, Query } from '@nestjs/common';
import {
  DeadLetters,
  type Group,
  type LetterDocument,
  type Selection,
  letterDocument,
  parseLetterId,
} from '#dead-letters';
import { Database, readOnboardingState, writeAudit } from '#ledger';
import { Caller } from '../access/caller.js';
import { readReveal, refuseUnlessMayReveal } from '../access/reveal.js';
import type { Role } from '../access/tokens.js';
import { Given } from '../http/given.js';
import { ReadPipe } from '../http/read.pipe.js';
import { Refusal } from '../http/refusal.js';
import { type LetterInFull, letterInFull } from './letter-document.js';
import { SELECTION_MEMBERS, selectionIn } from './selection.js';

const PAGE_DEFAULT = 50;
const PAGE_MAX = 500;

interface ListQuery {
  selection: Selection;
  limit: number;
  after: string | undefined;
}

/** Dead letters: kinds of failure, lists, and one with its record. */
@Controller('api/dead-letters')
export class DeadLettersController {
  constructor(
    private readonly deadLetters: DeadLetters,
    private readonly db: Database,
  ) {}

  @Get('groups')
  async groups(@Query(new ReadPipe(readSelection)) selection: Selection): Promise<{ total: number; groups: Group[] }> {
    await this.deadLetters.catchUp();
    return this.deadLetters.groups(selection);
  }

  @Get()
  async list(
    @Query(new ReadPipe(readList)) { selection, limit, after }: ListQuery,
  ): Promise<{ total: number; letters: LetterDocument[]; next: string | null }> {
    await this.deadLetters.catchUp();
    const { total, letters } = await this.deadLetters.list(selection, limit, after);
    const next = letters.length < limit ? null : (letters.at(-1)?.id ?? null);
    return { total, letters: letters.map(letterDocument), next };
  }

  @Get(':id')
  async show(
    @Param('id', new ReadPipe(readLetterId)) { partition, offset }: { partition: number; offset: bigint },
    @Query(new ReadPipe(readReveal)) isRevealed: boolean,
    @Caller() role: Role,
  ): Promise<LetterInFull> {
    refuseUnlessMayReveal(isRevealed, role);
    await this.deadLetters.catchUp();
    const letter = await this.deadLetters.show(partition, offset);
    if (letter === null) throw new Refusal('NOT_FOUND', `there is no dead letter ${partition}:${offset}`);
    // Before anything is shown: nobody looks without a trace.
    if (isRevealed) await writeAudit(this.db, { who: `console ${role}`, what: 'payload shown', subject: letter.id });
    const state = letter.correlationId === null ? null : await readOnboardingState(this.db, letter.correlationId);
    return letterInFull(letter, { isRevealed, state });
  }
}

function readSelection(query: unknown): Selection {
  return selectionIn(Given.read('the query', query, SELECTION_MEMBERS));
}

function readList(query: unknown): ListQuery {
  const given = Given.read('the query', query, [...SELECTION_MEMBERS, 'limit', 'after']);
  const after = given.text('after');
  if (after !== undefined) parseLetterId(after);
  return { selection: selectionIn(given), limit: readLimit(given, PAGE_DEFAULT), after };
}

function readLimit(given: Given, byDefault: number): number {
  return given.number('limit', { min: 1, max: PAGE_MAX, whole: true }) ?? byDefault;
}

function readLetterId(id: unknown): { partition: number; offset: bigint } {
  return parseLetterId(String(id));
}
