import type { Account, Call } from './account.js';

const RETRY_AFTER_MIN_MS = 1_000;
export const RETRY_AFTER_MAX_MS = 900_000;
const RETRY_AFTER_ABSENT_MS = 10_000;

/** P6 and P4: nobody calls before `Retry-After`, and pauses are only probed. */
export function brokenPauses(account: Account): string[] {
  return [...brokenThrottles(account), ...brokenProbes(account)];
}

/** In the turn of a 429 calls that were under way may end, and other workers hear of it; after it all wait (contract 5). */
function brokenThrottles({ calls, played, blindTurns }: Account): string[] {
  let until = { ms: Number.NEGATIVE_INFINITY, turn: -1 };
  let repeats = 0;
  for (const call of calls) {
    if (call.atMs < until.ms && call.turn > until.turn) {
      return [`${call.operation} ${Math.round(until.ms - call.atMs)} ms before Retry-After had passed`];
    }
    if (call.status === 429 && !blindTurns.has(call.turn)) {
      if (call.atMs >= until.ms) repeats += 1;
      const ms = call.atMs + waitOf(call, played.throttles, repeats);
      if (ms > until.ms) until = { ms, turn: call.turn };
    } else if (call.status !== null && call.atMs >= until.ms) repeats = 0;
  }
  return [];
}

function waitOf(call: Call, throttles: Account['played']['throttles'], repeats: number): number {
  const { seconds, form } = throttles.get(call.fault?.id ?? '') ?? { seconds: 0, form: 'absent' };
  const wanted =
    form === 'absent'
      ? RETRY_AFTER_ABSENT_MS * 2 ** Math.min(repeats - 1, 20)
      : form === 'absurd'
        ? RETRY_AFTER_MAX_MS
        : // A date has no fractions of a second.
          seconds * 1_000 - (form === 'date' ? 1_000 : 0);
  return Math.min(RETRY_AFTER_MAX_MS, Math.max(RETRY_AFTER_MIN_MS, wanted));
}

/** While all work is paused a create is a probe: one in a turn, and not before it is due. */
function brokenProbes({ calls, looks, blindTurns }: Account): string[] {
  const creates = Map.groupBy(
    calls.filter(({ operation }) => operation === 'create'),
    ({ turn }) => turn,
  );
  return [...creates].flatMap(([turn, inTurn]) => {
    const [before, after] = [looks.get(turn - 1), looks.get(turn)];
    const probed = before?.pauses.filter(({ kind }) => kind !== 'throttled') ?? [];
    if (!before || !after || probed.length === 0 || blindTurns.has(turn) || blindTurns.has(turn - 1)) return [];
    const first = inTurn[0]!;
    const dueInMs = Math.min(...probed.map(({ probeInMs }) => probeInMs ?? 0));
    const early = before.atMs + dueInMs - first.atMs;
    if (early > 100) return [`a create in a pause, ${Math.round(early)} ms before its probe was due`];
    const isOver = probed.some(({ kind }) => after.pauses.every((pause) => pause.kind !== kind));
    // A 401 is answered with a new token and the same call once more.
    const probes = inTurn.filter(({ status }) => status !== 401);
    return probes.length > 1 && !isOver ? [`${probes.length} creates in one turn of a pause`] : [];
  });
}
