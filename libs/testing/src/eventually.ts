import { setTimeout as delay } from 'node:timers/promises';

/** `what` names in the failure what was waited for. */
export interface EventuallyOptions {
  what: string;
  timeoutMs?: number;
  intervalMs?: number;
}

const PENDING = Symbol('pending');

/**
 * Tries `fn` until it neither throws nor gives `false`, and returns what it gave. After `timeoutMs` (default 10 s)
 * throws an error that says what was waited for and why the last try failed (its `cause`). A try that hangs counts as failed.
 */
export async function eventually<T>(fn: () => T | Promise<T>, options: EventuallyOptions): Promise<Exclude<T, false>> {
  const { what, timeoutMs = 10_000, intervalMs = 25 } = options;
  const deadline = performance.now() + timeoutMs;
  let lastFailure: unknown = new Error('it never gave an answer');
  do {
    const cancel = new AbortController();
    const outOfTime = delay(Math.max(0, deadline - performance.now()), PENDING, { signal: cancel.signal });
    outOfTime.catch(() => undefined);
    try {
      const result = await Promise.race([Promise.resolve().then(fn), outOfTime]);
      if (result === PENDING) break;
      if (result !== false) return result as Exclude<T, false>;
      lastFailure = new Error('it was false');
    } catch (failure) {
      lastFailure = failure;
    } finally {
      cancel.abort();
    }
    await delay(Math.min(intervalMs, Math.max(0, deadline - performance.now())));
  } while (performance.now() < deadline);
  const reason = lastFailure instanceof Error ? lastFailure.message : String(lastFailure);
  throw new Error(`waited ${timeoutMs} ms for ${what}: ${reason}`, { cause: lastFailure });
}
