import type { OnboardingDetails } from '#ledger';
import type { Output } from '../output.js';

/** `show` of contract 8. */
export function showDocument({ domain: _domain, history, ...found }: OnboardingDetails): object {
  const { correlationId, state, revision, requestId, msCorrelationId, attempts, dueAt, tenantId, code, letters } =
    found;
  return {
    ...{ correlationId, state, revision, requestId, msCorrelationId, attempts, dueAt, tenantId, code, letters },
    history: history.map(({ at, what }) => ({ at, what })),
  };
}

export function showText(out: Output, found: OnboardingDetails): string {
  const facts = out.facts([
    ['correlation id', found.correlationId],
    ['state', found.state],
    ['domain', found.domain],
    ['tenant', found.tenantId],
    ['code', found.code],
    ['attempts', found.attempts],
    ['due', found.dueAt],
    ['revision', found.revision],
    ['MS-RequestId', found.requestId],
    ['MS-CorrelationId', found.msCorrelationId],
    ['dead letters', found.letters.join(', ') || null],
  ]);
  const history = out.table(
    ['at', 'what'],
    found.history.map(({ at, what }) => [at, what]),
  );
  return `${facts}\n\n${history}`;
}
