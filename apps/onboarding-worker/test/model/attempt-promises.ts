import { type Account, type Call, type LedgerLine, correlationOf } from './account.js';
import { isDefinite } from './outage-promises.js';

/**
 * Contract 5: an unclear answer spends an attempt only when the service was evidently working. The journal gives the bound:
 * a definite answer to somebody else's create since the attempt before, or a search answered before and after.
 */
export function uncountedAttempts(account: Account): string[] {
  return account.onboardings.flatMap((onboarding) => {
    const bound = creatingCalls(account, onboarding).filter((_, n, creates) => mayCount(account, creates, n)).length;
    return onboarding.counted > bound
      ? [`${onboarding.correlationId} spent ${onboarding.counted} attempts, the service worked for ${bound}`]
      : [];
  });
}

function creatingCalls({ calls }: Account, { correlationId }: LedgerLine): Call[] {
  return calls.filter((call) => call.operation === 'create' && call.correlationId === correlationOf(correlationId));
}

function mayCount({ calls }: Account, creates: Call[], n: number): boolean {
  const call = creates[n]!;
  const before = creates[n - 1]?.startedAt ?? Number.NEGATIVE_INFINITY;
  const after = creates[n + 1]?.startedAt ?? Number.POSITIVE_INFINITY;
  const answers = (from: number, to: number): Call[] =>
    calls.filter(({ startedAt, status }) => status !== null && startedAt > from && startedAt < to);
  const hasSearch = (from: number, to: number): boolean =>
    answers(from, to).some(
      ({ operation, status, correlationId }) =>
        operation === 'search' && status === 200 && correlationId === call.correlationId,
    );
  const isForAnother = answers(before, after).some(
    (other) => other.operation === 'create' && other.correlationId !== call.correlationId && isDefinite(other),
  );
  return isForAnother || (hasSearch(before, call.startedAt) && hasSearch(call.startedAt, after));
}
