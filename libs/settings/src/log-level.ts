import { LOG_LEVELS, type LogLevel } from '#observability';
import type { Environment } from './environment.js';

export function readLogLevel(env: Environment): LogLevel {
  return env.oneOf('LOG_LEVEL', LOG_LEVELS) ?? 'info';
}
