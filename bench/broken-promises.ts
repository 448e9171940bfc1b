import type { ChaosReport, Kill } from './chaos-report.ts';

/** A worker's work is taken over after `WORKER_LEASE_MS` (10 s); the rest is for starting another. */
const SILENCE_MAX_MS = 15_000;

/** What must not happen whatever dies (P1, P2, P3), one line each; none: every promise was kept. */
export function brokenPromises(report: ChaosReport): string[] {
  const { surplusTenants, lost, announcedTwice, deadLetters, killed } = report;
  const counts: [number, string][] = [
    [surplusTenants, 'made twice'],
    [lost, 'lost'],
    [announcedTwice, 'announced twice'],
    [deadLetters, 'dead-lettered although nothing was wrong with them'],
  ];
  return [
    ...counts.filter(([count]) => count > 0).map(([count, what]) => `${count} ${what}`),
    ...killed.flatMap((kill, n) => silences(kill, killed[n + 1]).map((what) => `kill ${n + 1}: ${what}`)),
  ];
}

/** After a kill that another one followed in time, that one is judged instead. */
function silences({ atMs, tenantsLeft, untilNextTenantMs, untilNextEventMs }: Kill, next: Kill | undefined): string[] {
  if (next && next.atMs - atMs <= SILENCE_MAX_MS) return [];
  const faults: string[] = [];
  if (tenantsLeft > 0 && (untilNextTenantMs ?? Infinity) > SILENCE_MAX_MS) {
    faults.push(`no tenant for ${seconds(untilNextTenantMs)}`);
  }
  if (untilNextEventMs !== null && untilNextEventMs > SILENCE_MAX_MS) {
    faults.push(`no event for ${seconds(untilNextEventMs)}`);
  }
  return faults;
}

/** Null: the next kill came first, and later than allowed. */
function seconds(ms: number | null): string {
  return ms === null ? `more than ${SILENCE_MAX_MS / 1_000} s` : `${(ms / 1_000).toFixed(1)} s`;
}
