export { Logger as NestLogger } from 'nestjs-pino';
export { describeError, type ErrorDescription } from './describe-error.js';
export { createLogger, LOG_LEVELS, loggerModule, type Logger, type LoggerOptions, type LogLevel } from './logger.js';
export { Metrics } from './metrics.js';
