/** Delays between tries: doubling with full jitter between the half and the whole, pure. */
export interface BackoffSettings {
  minMs: number;
  maxMs: number;
}

/** `tries` is how many tries went before (0 for the first wait); `random` lies in [0, 1). */
export function backoffMs(tries: number, settings: BackoffSettings, random: number): number {
  const whole = Math.min(settings.maxMs, settings.minMs * 2 ** Math.min(tries, 40));
  return Math.max(settings.minMs, Math.round(whole / 2 + (whole / 2) * random));
}

const RETRY_AFTER_MIN_MS = 1_000;
const RETRY_AFTER_MAX_MS = 15 * 60_000;
const RETRY_AFTER_ABSENT_MS = 10_000;

/** Contract 5: `Retry-After` is clamped to 1 s – 15 min; absent it is 10 s, doubled for each throttle in a row. */
export function throttleMs(retryAfterMs: number | null, repeats: number): number {
  const wanted = retryAfterMs ?? RETRY_AFTER_ABSENT_MS * 2 ** Math.min(repeats, 20);
  return Math.min(RETRY_AFTER_MAX_MS, Math.max(RETRY_AFTER_MIN_MS, wanted));
}

const HOLD_MAX_MS = 3_600_000;

/** How long a 5xx may make an onboarding wait: as long as a throttle, an absurd value would strand it. */
export function retryAfterOf5xx(retryAfterMs: number | null): number {
  return Math.min(RETRY_AFTER_MAX_MS, retryAfterMs ?? 0);
}

/** Contract 5: a held onboarding is tried again after the probe interval, doubling up to an hour. */
export function holdMs(holds: number, probeIntervalMs: number): number {
  return Math.min(HOLD_MAX_MS, probeIntervalMs * 2 ** Math.min(holds, 40));
}
