import { Body, Controller, Get, HttpCode, HttpStatus, Param, Post, Query } from '@nestjs/common';
import { type JsonObject, type PlanSummary, ReplayPlanner, type Selection, checkPatch, masked } from '#dead-letters';
import {
  Database,
  type ForecastCounts,
  type PlanChange,
  type PlanDetails,
  type PlanStatus,
  type PlannedLetter,
  type RunOptions,
  abortPlan,
  listPlans,
  pausePlan,
  readPlan,
  readPlanStatus,
  resumePlan,
  startPlan,
  writeAudit,
} from '#ledger';
import { Caller } from '../access/caller.js';
import { readReveal, refuseUnlessMayReveal } from '../access/reveal.js';
import type { Role } from '../access/tokens.js';
import { SELECTION_MEMBERS, selectionIn } from '../dead-letters/selection.js';
import { Given } from '../http/given.js';
import { ReadPipe } from '../http/read.pipe.js';
import { Refusal } from '../http/refusal.js';
import { readStartOptions } from './start-options.js';

const PLANS_MAX = 100;
const LETTERS_DEFAULT = 100;
const LETTERS_MAX = 500;

interface PlanOrder {
  selection: Selection;
  patch: JsonObject | null;
}

type PlanListItem = PlanStatus & Pick<PlanDetails, 'madeBy' | 'madeAt' | 'selection'>;
type PlanDocument = PlanListItem & { forecast: ForecastCounts; patch: unknown };
type Letters = { letters: Omit<PlannedLetter, 'n'>[]; next: number | null };

/** Plans of replays: made from a selection, looked at, started and stopped. The workers drive what is running. */
@Controller('api/plans')
export class PlansController {
  constructor(
    private readonly planner: ReplayPlanner,
    private readonly db: Database,
  ) {}

  @Post()
  async make(
    @Body(new ReadPipe(readOrder)) { selection, patch }: PlanOrder,
    @Caller() role: Role,
  ): Promise<PlanSummary & Letters> {
    const plan = await this.planner.plan(selection, { patch, who: whoIs(role) });
    return { ...plan, ...(await this.page(plan.plan, LETTERS_DEFAULT, 0)) };
  }

  @Get()
  async list(): Promise<{ plans: PlanListItem[] }> {
    return { plans: (await listPlans(this.db, PLANS_MAX)).map(listItem) };
  }

  @Get(':plan')
  async show(
    @Param('plan') plan: string,
    @Query(new ReadPipe(readReveal)) isRevealed: boolean,
    @Caller() role: Role,
  ): Promise<PlanDocument> {
    refuseUnlessMayReveal(isRevealed, role);
    const found = await readPlan(this.db, plan);
    if (found === null) throw noSuchPlan();
    const { forecast, patch } = found;
    // A correction holds what customers are called and where they live, as the payload does.
    if (isRevealed) await writeAudit(this.db, { who: whoIs(role), what: 'edit shown', subject: plan });
    return { ...listItem(found), forecast, patch: isRevealed ? patch : masked(patch) };
  }

  @Get(':plan/letters')
  async letters(
    @Param('plan') plan: string,
    @Query(new ReadPipe(readPage)) { limit, after }: { limit: number; after: number },
  ): Promise<Letters> {
    if ((await readPlanStatus(this.db, plan)) === null) throw noSuchPlan();
    return this.page(plan, limit, after);
  }

  @Post(':plan/start')
  @HttpCode(HttpStatus.OK)
  async start(
    @Param('plan') plan: string,
    @Body(new ReadPipe(readStartOptions)) options: RunOptions,
    @Caller() role: Role,
  ): Promise<PlanStatus> {
    return this.after(plan, await startPlan(this.db, plan, options, whoIs(role)));
  }

  @Post(':plan/pause')
  @HttpCode(HttpStatus.OK)
  async pause(@Param('plan') plan: string, @Caller() role: Role): Promise<PlanStatus> {
    return this.after(plan, await pausePlan(this.db, plan, whoIs(role)));
  }

  @Post(':plan/resume')
  @HttpCode(HttpStatus.OK)
  async resume(@Param('plan') plan: string, @Caller() role: Role): Promise<PlanStatus> {
    return this.after(plan, await resumePlan(this.db, plan, whoIs(role)));
  }

  @Post(':plan/abort')
  @HttpCode(HttpStatus.OK)
  async abort(@Param('plan') plan: string, @Caller() role: Role): Promise<PlanStatus> {
    return this.after(plan, await abortPlan(this.db, plan, whoIs(role)));
  }

  private async after(plan: string, change: PlanChange): Promise<PlanStatus> {
    if (change.kind === 'refused') throw new Refusal(change.code, change.message);
    const status = change.kind === 'not-found' ? null : await readPlanStatus(this.db, plan);
    if (status === null) throw noSuchPlan();
    return status;
  }

  private async page(plan: string, limit: number, after: number): Promise<Letters> {
    const { letters, next } = await this.planner.letters(plan, limit, after);
    return { letters: letters.map(({ n: _n, ...letter }) => letter), next };
  }
}

function listItem({ status, madeBy, madeAt, selection }: PlanDetails): PlanListItem {
  return { ...status, madeBy, madeAt, selection };
}

function noSuchPlan(): Refusal {
  return new Refusal('NOT_FOUND', 'there is no such plan');
}

function whoIs(role: Role): string {
  return `console ${role}`;
}

function readOrder(body: unknown): PlanOrder {
  const given = Given.read('the body', body, ['selection', 'patch']);
  const patch = given.object('patch');
  return {
    selection: selectionIn(Given.read('the selection', given.object('selection'), SELECTION_MEMBERS)),
    patch: patch === undefined ? null : checkPatch(patch),
  };
}

function readPage(query: unknown): { limit: number; after: number } {
  const given = Given.read('the query', query, ['limit', 'after']);
  return {
    limit: given.number('limit', { min: 1, max: LETTERS_MAX, whole: true }) ?? LETTERS_DEFAULT,
    after: given.number('after', { min: 0, max: 2 ** 31 - 1, whole: true }) ?? 0,
  };
}
