import type { Database } from '#ledger';
import { createLogger } from '#observability';
import type { PartnerCenterClient } from '#partner-center';
import type { Gate } from '../src/lease/gate.js';
import { PauseKeeper } from '../src/onboarding/pause-keeper.js';

/** A keeper of pauses without a ledger, and the pauses that it began. */
export function recordingPauses(): { pauses: PauseKeeper; begun: string[] } {
  const begun: string[] = [];
  const gate = {
    repeatsBeforeThis: 0,
    remembersThrottle: false,
    throttle: () => void begun.push('throttled'),
    close: (kind: string) => {
      begun.push(kind);
      return () => undefined;
    },
  };
  const pauses = new PauseKeeper({
    db: { query: () => Promise.reject(new Error('there is no ledger')) } as unknown as Database,
    client: {} as PartnerCenterClient,
    gate: gate as unknown as Gate,
    log: createLogger({ level: 'silent' }),
    settings: { probeIntervalMs: 1_000 },
  });
  return { pauses, begun };
}

/** Answers that end a call of any kind, and the pause that each begins when a read gets it that work can do without. */
export const ENDS_OF_OPTIONAL_READS = [
  { answer: { kind: 'throttled', retryAfterMs: 1_000 }, begins: ['throttled'] },
  { answer: { kind: 'token-failed', message: 'no token', permanent: true, code: null }, begins: ['token'] },
  { answer: { kind: 'account-refused', httpStatus: 401, code: '900420', message: 'refused' }, begins: [] },
  { answer: { kind: 'failed', why: 'timeout', httpStatus: null, code: null, message: 'no answer' }, begins: [] },
  { answer: { kind: 'not-sent', why: 'connection', message: 'no connection' }, begins: [] },
] as const;
