import type { SimulatorOptions } from './simulator.js';

/**
 * PORT (4010), HOST (127.0.0.1), CONTROL_PORT (none), JOURNAL_LIMIT (200000), SETTINGS (JSON of settings to start with).
 * Throws a sentence for what is wrong.
 */
export function readConfig(env: NodeJS.ProcessEnv = process.env): SimulatorOptions {
  return {
    port: whole(env, 'PORT', 65_535) ?? 4010,
    host: env['HOST'] ?? '127.0.0.1',
    ...present('controlPort', whole(env, 'CONTROL_PORT', 65_535)),
    ...present('journalLimit', whole(env, 'JOURNAL_LIMIT', 10_000_000)),
    ...present('settings', settings(env)),
  };
}

function whole(env: NodeJS.ProcessEnv, name: string, max: number): number | undefined {
  const text = env[name];
  if (text === undefined || text === '') return undefined;
  if (/^\d{1,8}$/.test(text) && Number(text) <= max) return Number(text);
  throw new Error(`${name} must be a whole number up to ${max}`);
}

function settings(env: NodeJS.ProcessEnv): object | undefined {
  const text = env['SETTINGS'];
  if (text === undefined || text === '') return undefined;
  try {
    const value: unknown = JSON.parse(text);
    if (typeof value === 'object' && value !== null && !Array.isArray(value)) return value;
  } catch {
    // Said below, in a sentence.
  }
  throw new Error('SETTINGS must be a JSON object');
}

function present<K extends string, T>(name: K, value: T | undefined): { [name in K]?: T } {
  return (value === undefined ? {} : { [name]: value }) as { [name in K]?: T };
}
