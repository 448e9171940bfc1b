import {
  type Database,
  type PlanInTurn,
  type PlanProgress,
  type Queryable,
  beginTurn,
  endPlan,
  readPlansToDrive,
  sendLetters,
  writeProgress,
} from '#ledger';
import type { Logger } from '#observability';
import { Wake } from '../lease/wake.js';
import { type Move, afterSending, nextMove } from './next-move.js';

const RUNNING_POLL_MS = 200;
const IDLE_POLL_MS = 1_000;
/** Of the records that one turn puts into the outbox. */
const TURN_BYTES_MAX = 16 * 1024 * 1024;

/**
 * Drives running plans of replays (P7), turn by turn; every worker does so, and a plan is in one turn at a time. A turn is one
 * transaction: a worker that dies within it leaves the plan as it was, and the next turn is anybody's.
 */
export class ReplayDriver {
  private readonly wake = new Wake();
  private loop: Promise<void> | null = null;
  private isClosing = false;

  constructor(
    private readonly parts: {
      db: Database;
      /** That the workers read. */
      topic: string;
      log: Logger;
      /** Letters are in the outbox. */
      onSent: () => void;
    },
  ) {}

  start(): void {
    this.loop = this.run();
  }

  /** An operator started or changed a plan. */
  hurry(): void {
    this.wake.set();
  }

  /** Ends with the turn that is under way. */
  async close(): Promise<void> {
    this.isClosing = true;
    this.wake.set();
    await this.loop;
  }

  private async run(): Promise<void> {
    while (!this.isClosing) {
      const isAnyRunning = await this.driveAll().catch((error: unknown) => this.failed(error));
      await this.wake.wait(isAnyRunning ? RUNNING_POLL_MS : IDLE_POLL_MS);
    }
  }

  /** One turn for each plan that no other worker has its turn with. True when one of them goes on. */
  private async driveAll(): Promise<boolean> {
    let isAnyRunning = false;
    for (const id of await readPlansToDrive(this.parts.db)) {
      if (this.isClosing) return false;
      const goesOn = await this.drive(id).catch((error: unknown) => this.failed(error, id));
      isAnyRunning ||= goesOn;
    }
    return isAnyRunning;
  }

  private async drive(id: string): Promise<boolean> {
    const turn = await this.parts.db.transaction((tx) => takeTurn(tx, id, this.parts.topic));
    if (turn?.move) this.tell(id, turn.move);
    return turn === null || turn.plan.isRunning;
  }

  private failed(error: unknown, replayId?: string): false {
    this.parts.log.warn({ err: error, replayId }, 'a plan of replays could not be driven: the next turn tries again');
    return false;
  }

  private tell(id: string, move: Move): void {
    const { log, onSent } = this.parts;
    if (move.kind === 'send') onSent();
    if (move.kind === 'stop') log.warn({ replayId: id, reason: move.reason }, 'a plan of replays stopped by itself');
    if (move.kind === 'done') log.info({ replayId: id }, 'a plan of replays is done');
  }
}

async function takeTurn(
  tx: Queryable,
  id: string,
  topic: string,
): Promise<{ plan: PlanInTurn; move: Move | null } | null> {
  const plan = await beginTurn(tx, id, topic);
  if (plan === null) return null;
  // Paused, stopped or aborted: only what became of the letters that were sent is of interest.
  if (!plan.isRunning) return { plan, move: null };
  const move = nextMove(plan);
  switch (move.kind) {
    case 'send': {
      const sent = await sendLetters(tx, id, move.letters, TURN_BYTES_MAX);
      await writeProgress(tx, id, afterSending(plan, move.progress, sent));
      break;
    }
    case 'wait':
      if (hasChanged(plan, move.progress)) await writeProgress(tx, id, move.progress);
      break;
    case 'stop':
      await endPlan(tx, id, { stopReason: move.reason });
      break;
    case 'done':
      await endPlan(tx, id, { stopReason: null });
  }
  return { plan, move };
}

function hasChanged(plan: PlanInTurn, progress: PlanProgress): boolean {
  return (Object.keys(progress) as (keyof PlanProgress)[]).some((name) => plan[name] !== progress[name]);
}
