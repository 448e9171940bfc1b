import { Database, type RunOptions, startPlan } from '#ledger';
import {
  type CrmRecord,
  type OnboardingSystem,
  type PlannedLetter,
  type ReadRecord,
  eventually,
  insertPlan,
} from '#testing';

/** Letters by state, and how the plan stands. */
export interface PlanStands {
  state: string;
  reason: string | null;
  step: number;
  letters: Record<string, number>;
}

/** A dead letter as a plan keeps it: what was added to the failed record is taken away. */
export function planned(
  system: OnboardingSystem,
  letter: ReadRecord,
  with_: Partial<PlannedLetter> = {},
): PlannedLetter {
  const headers: Record<string, (Buffer | string)[]> = {};
  for (const [name, value] of letter.headerList) {
    if (/^(dead-letter|replay)-/.test(name)) continue;
    (headers[name] ??= []).push(value ?? '');
  }
  return {
    record: { key: letter.key, value: letter.value, headers },
    topic: letter.headers['dead-letter-original-topic'] ?? '',
    correlationId: letter.headers['dead-letter-correlation-id'] ?? null,
    group: system.settings['KAFKA_GROUP_ID'] ?? '',
    partition: letter.partition,
    offset: letter.offset,
    ...with_,
  };
}

/** A letter whose record is made for a test. */
export function letterOf(
  system: OnboardingSystem,
  record: CrmRecord,
  with_: Partial<PlannedLetter> = {},
): PlannedLetter {
  return {
    record,
    topic: system.topics.requested,
    correlationId: String(record.key),
    group: system.settings['KAFKA_GROUP_ID'] ?? '',
    ...with_,
  };
}

/** Plans of one system, as an operator's tools see them: through the ledger. */
export class Plans {
  readonly db: Database;

  constructor(private readonly system: OnboardingSystem) {
    this.db = new Database({ url: system.settings['DATABASE_URL'] ?? '', poolMax: 2 });
  }

  async start(letters: PlannedLetter[], options: Partial<RunOptions> = {}): Promise<string> {
    const plan = await insertPlan(this.db.settings.url, letters);
    const all = { rate: null, ramp: [1, 2, 5, 20, 50], stopAt: 0.2, force: false, ...options };
    const change = await startPlan(this.db, plan, all, 'test');
    if (change.kind !== 'changed') throw new Error(`the plan was not started: ${JSON.stringify(change)}`);
    return plan;
  }

  async stands(plan: string): Promise<PlanStands> {
    const { rows } = await this.db.query<PlanStands>(
      `SELECT state, reason, step, (
                SELECT jsonb_object_agg(state, n) FROM (
                  SELECT state, count(*) AS n FROM replay_letter WHERE plan_id = $1 GROUP BY state) l) AS letters
         FROM replay_plan WHERE id = $1`,
      [plan],
    );
    if (!rows[0]) throw new Error(`there is no plan ${plan}`);
    return rows[0];
  }

  /** State and code of each letter in the order of the plan. */
  async letters(plan: string): Promise<string[]> {
    const { rows } = await this.db.query<{ text: string }>(
      `SELECT concat_ws(' ', state, code) AS text FROM replay_letter WHERE plan_id = $1 ORDER BY n`,
      [plan],
    );
    return rows.map(({ text }) => text);
  }

  until(plan: string, state: string, timeoutMs = 60_000): Promise<PlanStands> {
    return eventually(
      async () => {
        const stands = await this.stands(plan);
        if (stands.state !== state) throw new Error(JSON.stringify(stands));
        return stands;
      },
      { what: `the plan to be ${state}`, timeoutMs, intervalMs: 50 },
    );
  }

  /** Polls fast: for moments that pass within milliseconds. */
  untilRow(sql: string, what: string): Promise<unknown> {
    return eventually(async () => (await this.db.query(sql)).rowCount !== 0, {
      what,
      timeoutMs: 60_000,
      intervalMs: 1,
    });
  }

  /** Waits for a row and acts while intake takes nothing: for moments that end when a record is taken. */
  async beforeIntake(sql: string, what: string, act: () => Promise<unknown>): Promise<void> {
    await this.db.transaction(async (tx) => {
      await tx.query(`SELECT 1 FROM intake_position FOR UPDATE`);
      const isThere = async (): Promise<boolean> => (await tx.query(sql)).rowCount !== 0;
      await eventually(isThere, { what, timeoutMs: 60_000, intervalMs: 20 });
      await act();
    });
  }

  /** Replay ids on the topic of requests, in no particular order. */
  async replayed(): Promise<string[]> {
    return (await this.system.read('requested')).flatMap(({ headers }) => headers['replay-id'] ?? []);
  }

  close(): Promise<void> {
    return this.db.close();
  }
}

/** The replay ids of a plan of so many letters. */
export function replayIds(plan: string, count: number): string[] {
  return Array.from({ length: count }, (_, n) => `${plan}/${n + 1}`);
}
