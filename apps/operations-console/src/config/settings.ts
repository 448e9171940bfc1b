import type { LogLevel } from '#observability';
import {
  type DatabaseGroup,
  Environment,
  type KafkaGroup,
  SettingsError,
  misspellingsIn,
  readDatabase,
  readKafka,
  readLogLevel,
} from '#settings';
import type { TokenSettings } from '../access/tokens.js';

/** The settings of contract 6 as the console uses them. */
export interface ConsoleSettings {
  kafka: KafkaGroup;
  database: DatabaseGroup;
  host: string;
  port: number;
  tokens: TokenSettings;
  logLevel: LogLevel;
  /** To be logged at start: each names its setting, none holds a secret. */
  warnings: readonly string[];
}

const SHORT_TOKEN_CHARACTERS = 16;
/** What fits in a header of its own, without a space at its ends that nobody sees. */
const TOKEN = /^[!-~]{1,4096}$/;

/** Reads all settings once; throws one SettingsError that names every fault. */
export function readSettings(variables: NodeJS.ProcessEnv): ConsoleSettings {
  const env = new Environment(variables);
  const settings = {
    kafka: readKafka(env),
    database: readDatabase(env),
    host: env.optional('CONSOLE_HOST') ?? '127.0.0.1',
    port: env.integer('CONSOLE_PORT', { default: 3_100, min: 0, max: 65_535 }),
    tokens: readTokens(env),
    logLevel: readLogLevel(env),
  };
  if (env.faults.length > 0) throw new SettingsError(env.faults);
  return { ...settings, warnings: [...env.warnings, ...misspellingsIn(variables)] };
}

function readTokens(env: Environment): TokenSettings {
  const faultsBefore = env.faults.length;
  const tokens = { operator: readToken(env, 'CONSOLE_TOKEN'), viewer: readToken(env, 'CONSOLE_VIEWER_TOKEN') };
  const isFaulty = env.faults.length > faultsBefore;
  if (!isFaulty && tokens.operator === null && tokens.viewer === null) {
    env.fault('CONSOLE_TOKEN', 'or CONSOLE_VIEWER_TOKEN is required: nobody could log in');
  }
  if (tokens.operator !== null && tokens.operator === tokens.viewer) {
    env.fault('CONSOLE_VIEWER_TOKEN', 'must differ from CONSOLE_TOKEN: whoever may look could also change');
  }
  return tokens;
}

function readToken(env: Environment, name: string): string | null {
  const token = env.secret(name)?.trim() ?? null;
  if (token === null) return null;
  if (!TOKEN.test(token)) env.fault(name, 'must be 1 to 4096 printable ASCII characters without spaces');
  else if (token.length < SHORT_TOKEN_CHARACTERS) {
    env.warn(name, `is shorter than ${SHORT_TOKEN_CHARACTERS} characters: it may be guessed`);
  }
  return token;
}
