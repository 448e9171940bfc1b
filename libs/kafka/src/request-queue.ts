/**
 * kafkajs 2.2.4 arms a timer with a negative delay after every response, and again each time it fires: about a
 * thousand wake-ups a second for each idle connection, and on Node 24 a TimeoutNegativeWarning for each of them
 * (kafkajs issue 1751). A timer is of use only while requests are waiting in the queue, and then its delay is
 * positive; so this guard leaves the method as it is and skips it while nothing waits.
 */
import { createRequire } from 'node:module';

interface RequestQueue {
  pending: readonly unknown[];
  scheduleCheckPendingRequests(): void;
}

const guarded = Symbol.for('customer-onboarding.kafkajs-idle-timers');

/** Installs the guard once for the process; a kafkajs without the method is left alone. Returns whether it is in place. */
export function stopIdleTimers(): boolean {
  const load = createRequire(import.meta.url);
  const { prototype } = load('kafkajs/src/network/requestQueue/index.js') as { prototype: RequestQueue };
  if (guarded in prototype) return true;
  const schedule = prototype.scheduleCheckPendingRequests;
  if (typeof schedule !== 'function') return false;
  prototype.scheduleCheckPendingRequests = function (this: RequestQueue): void {
    if (this.pending.length > 0) schedule.call(this);
  };
  Object.defineProperty(prototype, guarded, { value: true });
  return true;
}
