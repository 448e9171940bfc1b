import { type Account, type Call, correlationOf } from './account.js';
import { RETRY_DELAY_MIN_MS } from './model-worker.js';
import { RETRY_AFTER_MAX_MS } from './pause-promises.js';

const UNCLEAR_IN_ROW = 5;
const NOT_DEFINITE = new Set([401, 403, 404, 408, 429]);

/** Contract 5: unclear answers in a row from several onboardings pause all work; those of one wait for its own delay. */
export function brokenOutages(account: Account): string[] {
  return [...missedOutages(account), ...hastyRetries(account)];
}

export function isDefinite(call: Call): boolean {
  return call.status !== null && call.status < 500 && !NOT_DEFINITE.has(call.status) && !isDamaged(call);
}

function isUnclear(call: Call): boolean {
  if (call.status === null) return call.fault !== null;
  return call.status >= 500 || call.status === 408 || isDamaged(call);
}

/** A yes without its tenant, or a refusal that did not arrive whole; an empty one did, and 409 says all by itself (ADR 0019). */
function isDamaged({ status, fault }: Call): boolean {
  if (status === null || status === 409 || fault === null) return false;
  return ['garbage', 'truncated'].includes(fault.kind) || (fault.kind === 'empty' && status < 300);
}

function missedOutages({ calls, looks, blindTurns }: Account): string[] {
  const creates = calls.filter(({ operation }) => operation === 'create');
  let row: (string | null)[] = [];
  for (const [turn, inTurn] of Map.groupBy(creates, (call) => call.turn)) {
    const isPaused = [turn - 1, turn, turn + 1].some((n) => looks.get(n)?.pauses.some(({ kind }) => kind === 'outage'));
    if (isPaused || blindTurns.has(turn) || inTurn.some(isDefinite)) row = [];
    else row.push(...inTurn.filter(isUnclear).map(({ correlationId }) => correlationId));
    if (row.length >= UNCLEAR_IN_ROW && new Set(row).size > 1) return [`${row.length} unclear answers and no pause`];
  }
  return [];
}

function hastyRetries(account: Account): string[] {
  return account.onboardings.flatMap(({ correlationId }) => {
    const own = account.calls.filter(
      (call) => call.operation === 'create' && call.correlationId === correlationOf(correlationId),
    );
    return own.flatMap((call, n) => {
      const before = own[n - 1];
      if (!before || !isUnclear(before) || wasFreed(account, before.turn, call.turn)) return [];
      const waitedMs = call.atMs - before.atMs;
      const askedMs = account.played.retryAfters.get(before.fault?.id ?? '') ?? 0;
      const wantedMs = Math.max(RETRY_DELAY_MIN_MS, Math.min(askedMs, RETRY_AFTER_MAX_MS));
      return waitedMs < wantedMs ? [`${correlationId} tried again after ${waitedMs} ms and not ${wantedMs}`] : [];
    });
  });
}

/** A pause that ends lets everybody go on at once, and whoever takes over does not know of an answer. */
function wasFreed({ looks, blindTurns }: Account, from: number, to: number): boolean {
  for (let turn = from - 1; turn <= to; turn++) {
    if (blindTurns.has(turn) || looks.get(turn)?.pauses.some(({ kind }) => kind !== 'throttled')) return true;
  }
  return false;
}
