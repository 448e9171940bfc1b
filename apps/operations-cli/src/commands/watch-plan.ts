import { type Database, type PlanStatus, isTransient, readPlanStatus } from '#ledger';
import { setTimeout as delay } from 'node:timers/promises';
import { EXIT, notFound } from '../command-error.js';
import type { App } from '../app.js';
import { ProgressBar } from '../progress-bar.js';
import { statusText } from './plan-view.js';

const LOOK_EVERY_MS = 400;

/**
 * Shows how far a plan is until it ends, and answers with its last status. The workers drive it: Ctrl-C, a lost database
 * or the end of this process change nothing of it.
 */
export async function watchPlan({ out, end }: App, db: Database, plan: string): Promise<void> {
  const interrupt = new AbortController();
  const stop = (): void => interrupt.abort();
  process.on('SIGINT', stop).on('SIGTERM', stop);
  const bar = new ProgressBar('replaying');
  try {
    const status = await lastStatus(db, plan, { bar, signal: interrupt.signal });
    if (status.state !== 'done' && status.state !== 'running') end(EXIT.endedEarly);
    bar.end();
    if (status.state === 'running') out.note('Not watched any more; the workers go on with the plan.');
    out.answer(status, () => statusText(out, status));
  } finally {
    bar.end();
    process.off('SIGINT', stop).off('SIGTERM', stop);
  }
}

/** The status with which it ended, or the newest one when the watching was interrupted. */
async function lastStatus(
  db: Database,
  plan: string,
  { bar, signal }: { bar: ProgressBar; signal: AbortSignal },
): Promise<PlanStatus> {
  for (;;) {
    const status = await readPlanStatus(db, plan).catch((error: unknown) => {
      if (!isTransient(error) || signal.aborted) throw error;
    });
    if (status === null) throw notFound(`There is no plan ${plan} any more.`);
    if (status) {
      const toSend = status.total - status.nothing;
      bar.show(status.created + status.announced + status.failed, toSend);
      if (status.state !== 'running' || signal.aborted) return status;
    }
    await delay(LOOK_EVERY_MS, undefined, { signal }).catch(() => undefined);
  }
}
