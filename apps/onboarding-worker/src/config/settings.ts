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
import { readFileSync } from 'node:fs';
import { readRecipientKey } from '../credentials/recipient-key.js';
import { readPartnerCenter, type PartnerCenterGroup } from './partner-center-settings.js';

/** The settings of contract 6 as the worker uses them; durations in ms, `null` where an optional one is not given. */
export interface Settings {
  kafka: KafkaGroup;
  database: DatabaseGroup;
  partnerCenter: PartnerCenterGroup;
  work: WorkGroup;
  credentials: CredentialsGroup;
  process: { port: number; payloadRetentionDays: number; logLevel: LogLevel; eventSource: string };
  /** Accept a relay marker that another ledger left. */
  relayAdoptMarker: boolean;
  /** To be logged at start: each names its setting, none holds a secret. */
  warnings: readonly string[];
}

export interface WorkGroup {
  createConcurrencyMax: number;
  createAttemptsMax: number;
  pendingMax: number;
  retryDelayMinMs: number;
  retryDelayMaxMs: number;
  reconcileWindowMs: number;
  probeIntervalMs: number;
  workerLeaseMs: number;
}

export interface CredentialsGroup {
  delivery: 'event' | 'ledger' | 'discard';
  publicKeyFile: string | null;
  /** 32 bytes: seals the newest refresh token in the ledger. */
  ledgerKey: Buffer | null;
}

const DAY_MS = 86_400_000;
const HOUR_MS = 3_600_000;
const LEDGER_KEY_BYTES = 32;

/** Reads all settings once; throws one SettingsError that names every fault. */
export function readSettings(variables: NodeJS.ProcessEnv): Settings {
  const env = new Environment(variables);
  const settings = {
    kafka: readKafka(env),
    database: readDatabase(env),
    partnerCenter: readPartnerCenter(env),
    work: readWork(env),
    credentials: readCredentials(env),
    process: readProcess(env),
    relayAdoptMarker: env.boolean('RELAY_ADOPT_MARKER') ?? false,
  };
  if (settings.partnerCenter.refreshToken !== null && settings.credentials.ledgerKey === null) {
    env.warn('LEDGER_KEY', 'is not given: a rotated refresh token lives in memory only and is lost at a restart');
  }
  if (env.faults.length > 0) throw new SettingsError(env.faults);
  return { ...settings, warnings: [...env.warnings, ...misspellingsIn(variables)] };
}

function readWork(env: Environment): WorkGroup {
  const work = {
    createConcurrencyMax: env.integer('CREATE_CONCURRENCY_MAX', { default: 50, min: 1, max: 10_000 }),
    createAttemptsMax: env.integer('CREATE_ATTEMPTS_MAX', { default: 8, min: 1, max: 1_000 }),
    pendingMax: env.integer('PENDING_MAX', { default: 50_000, min: 1, max: 100_000_000 }),
    retryDelayMinMs: env.integer('RETRY_DELAY_MIN_MS', { default: 1_000, min: 1, max: DAY_MS }),
    retryDelayMaxMs: env.integer('RETRY_DELAY_MAX_MS', { default: 300_000, min: 1, max: DAY_MS }),
    reconcileWindowMs: env.integer('RECONCILE_WINDOW_MS', { default: 300_000, min: 0, max: DAY_MS }),
    probeIntervalMs: env.integer('PROBE_INTERVAL_MS', { default: 5_000, min: 10, max: HOUR_MS }),
    workerLeaseMs: env.integer('WORKER_LEASE_MS', { default: 10_000, min: 500, max: HOUR_MS }),
  };
  if (work.retryDelayMinMs > work.retryDelayMaxMs) {
    env.fault('RETRY_DELAY_MIN_MS', 'must not be greater than RETRY_DELAY_MAX_MS');
  }
  return work;
}

function readCredentials(env: Environment): CredentialsGroup {
  const delivery = env.oneOf('CREDENTIALS_DELIVERY', ['discard', 'event', 'ledger']);
  if (delivery === null) env.fault('CREDENTIALS_DELIVERY', 'is required: event, ledger or discard');
  const publicKeyFile = env.optional('CREDENTIALS_PUBLIC_KEY_FILE');
  if (publicKeyFile !== null && delivery !== 'discard') checkPublicKey(env, publicKeyFile);
  else if (delivery === 'event' || delivery === 'ledger') {
    env.fault('CREDENTIALS_PUBLIC_KEY_FILE', `is required with CREDENTIALS_DELIVERY=${delivery}`);
  }
  return { delivery: delivery ?? 'discard', publicKeyFile, ledgerKey: readLedgerKey(env) };
}

/** A key that cannot seal must stop the start: found later, it would cost the password of a tenant that exists. */
function checkPublicKey(env: Environment, path: string): void {
  try {
    readRecipientKey(readFileSync(path, 'utf8'));
  } catch (error) {
    env.fault('CREDENTIALS_PUBLIC_KEY_FILE', error instanceof Error ? reasonOf(error) : 'cannot be used');
  }
}

function reasonOf(error: Error): string {
  return 'syscall' in error && 'code' in error
    ? `names a file that cannot be read (${String(error.code)})`
    : error.message;
}

function readLedgerKey(env: Environment): Buffer | null {
  const text = env.secret('LEDGER_KEY')?.trim() ?? null;
  if (text === null) return null;
  const key = Buffer.from(text, 'base64');
  const isBase64 = key.toString('base64').replace(/=+$/, '') === text.replace(/=+$/, '');
  if (isBase64 && key.length === LEDGER_KEY_BYTES) return key;
  env.fault('LEDGER_KEY', `must be ${LEDGER_KEY_BYTES} bytes in base64`);
  return null;
}

function readProcess(env: Environment): Settings['process'] {
  return {
    port: env.integer('PORT', { default: 3_000, min: 0, max: 65_535 }),
    payloadRetentionDays: env.decimal('PAYLOAD_RETENTION_DAYS', { default: 30, min: 0, max: 36_500 }),
    logLevel: readLogLevel(env),
    eventSource: readEventSource(env),
  };
}
