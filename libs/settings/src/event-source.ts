import type { Environment } from './environment.js';

/** `ce_source` of the events that we publish (contract 3). */
export function readEventSource(env: Environment): string {
  const eventSource = env.optional('EVENT_SOURCE') ?? '/customer-onboarding';
  if (!/^[!-~]{1,255}$/.test(eventSource))
    env.fault('EVENT_SOURCE', 'must be a URI reference of at most 255 characters');
  return eventSource;
}
