import type { LogLevel } from '#observability';
import {
  type DatabaseGroup,
  Environment,
  type KafkaGroup,
  SettingsError,
  misspellingsIn,
  readDatabase,
  readEventSource,
  readKafka,
  readLogLevel,
} from '#settings';

/** What the command line needs of contract 6: where Kafka and the ledger are, and how our events are signed. */
export interface Settings {
  kafka: KafkaGroup;
  database: DatabaseGroup;
  eventSource: string;
  /** Warnings only, unless `LOG_LEVEL` asks for more: the terminal belongs to the answer. */
  logLevel: LogLevel;
  warnings: readonly string[];
}

/** Throws one SettingsError that names every fault. */
export function settingsOfThisProcess(): Settings {
  const env = new Environment(process.env);
  const settings = {
    kafka: readKafka(env),
    database: readDatabase(env),
    eventSource: readEventSource(env),
    logLevel: env.optional('LOG_LEVEL') === null ? ('warn' as const) : readLogLevel(env),
  };
  if (env.faults.length > 0) throw new SettingsError(env.faults);
  return { ...settings, warnings: [...env.warnings, ...misspellingsIn(process.env)] };
}
