import { RUN_DEFAULTS, type RunOptions } from '#ledger';
import { Given } from '../http/given.js';

const RATE_MAX = 1_000_000;

/** How a plan is to be run, from the body of its start; what is not given is as contract 8 has it. */
export function readStartOptions(body: unknown): RunOptions {
  const given = Given.read('the body', body, ['rate', 'ramp', 'stopAt', 'force']);
  return {
    rate: given.number('rate', { min: 0, max: RATE_MAX }) ?? RUN_DEFAULTS.rate,
    ramp: given.numbers('ramp') ?? RUN_DEFAULTS.ramp,
    stopAt: given.number('stopAt', { min: 0, max: 1 }) ?? RUN_DEFAULTS.stopAt,
    force: given.boolean('force') ?? RUN_DEFAULTS.force,
  };
}
