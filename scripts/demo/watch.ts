import type { OnboardingSystem } from '#testing';
import type { Watcher } from './play.ts';
import type { Screen } from './screen.ts';

const LOOK_EVERY_MS = 200;
const BAR_WIDTH = 24;

/** Shows how far the run is: from the simulator's summary and a worker's health, as anybody could read them. */
export function watch(screen: Screen, system: OnboardingSystem, total: number): Watcher & { stop: () => void } {
  const startedMs = performance.now();
  let sent = 0;
  let isStopped = false;
  const seconds = () => `${((performance.now() - startedMs) / 1_000).toFixed(1).padStart(6)} s`;

  const look = async (): Promise<void> => {
    const worker = system.workers.findLast(({ process }) => !process.hasExited);
    const [summary, health] = await Promise.all([system.simulator.summary(), worker?.readiness()]);
    if (isStopped) return;
    const { status, reason } = health?.parts.partnerCenter ?? {};
    const state = status === 'paused' ? `  waiting: ${reason ?? 'paused'}` : '';
    const bar = '━'.repeat(Math.round((BAR_WIDTH * sent) / total)).padEnd(BAR_WIDTH, '·');
    screen.progress(
      `  ${seconds()}  ${bar} ${sent} of ${total} sent, ${summary.tenants} tenants, ${health?.pending ?? '?'} open${state}`,
    );
  };
  const timer = setInterval(() => void look().catch(() => undefined), LOOK_EVERY_MS);
  return {
    tell: (what) => screen.line(`  ${seconds()}  ${screen.colour(what, 'yellow')}`),
    sent: (count) => {
      sent += count;
    },
    stop: () => {
      isStopped = true;
      clearInterval(timer);
      screen.endProgress();
    },
  };
}
