import { type DeadLetters, isUpToDateWithin } from '#dead-letters';
import {
  type Activity,
  type Database,
  type Overview,
  type PauseInForce,
  readActivity,
  readOverview,
  readPauses,
} from '#ledger';

export interface OverviewDocument extends Overview {
  deadLetters: number;
  pauses: PauseInForce[];
  series: Activity;
}

export interface OverviewParts {
  db: Database;
  deadLetters: DeadLetters;
  requestedTopic: string;
}

/** While Kafka is away, and while a long topic is read for the first time, the dead letters known so far are counted. */
const WAIT_FOR_LETTERS_MS = 2_000;

/** A line of so many minutes is read anew after this: a week is much to read, and seldom looks different. */
const FRESH_MS_PER_MINUTE = 16;

export class OverviewService {
  private readonly lines = new Map<number, { readAtMs: number; series: Promise<Activity> }>();

  constructor(private readonly parts: OverviewParts) {}

  async read(minutes: number): Promise<OverviewDocument> {
    const { db, deadLetters, requestedTopic } = this.parts;
    await isUpToDateWithin(deadLetters, WAIT_FOR_LETTERS_MS);
    const [overview, letters, pauses, series] = await Promise.all([
      readOverview(db, requestedTopic),
      deadLetters.groups({ all: true }),
      readPauses(db),
      this.series(minutes),
    ]);
    return { ...overview, deadLetters: letters.total, pauses, series };
  }

  /** Shared by all who look at the same time. At most one line for each number of minutes that can be asked for is kept. */
  private async series(minutes: number): Promise<Activity> {
    const known = this.lines.get(minutes);
    if (known && performance.now() - known.readAtMs < minutes * FRESH_MS_PER_MINUTE) return known.series;
    const line = { readAtMs: performance.now(), series: readActivity(this.parts.db, minutes) };
    this.lines.set(minutes, line);
    line.series.catch(() => this.lines.delete(minutes));
    return line.series;
  }
}
