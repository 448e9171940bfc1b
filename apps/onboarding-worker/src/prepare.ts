import { setTimeout as delay } from 'node:timers/promises';
import {
  BrokerUnsupportedError,
  MissingTopicsError,
  RelayPublisher,
  type TopicsReport,
  checkBrokerSupport,
  createKafka,
  ensureTopics,
  isFatalKafkaError,
} from '#kafka';
import { Database, isTransient, readLedgerId, readRelayIdentity, rememberRelayIdentity } from '#ledger';
import type { Logger } from '#observability';
import { SettingsError } from '#settings';
import type { Settings } from './config/settings.js';
import { CredentialSealer } from './credentials/credential-sealer.js';
import { ForeignMarkerError, checkRelayIdentity } from './relay/relay-identity.js';

export interface Prepared {
  db: Database;
  sealer: CredentialSealer | null;
  topics: TopicsReport;
}

const RETRY_MS = 1_000;

/**
 * What must be there before any work begins: the ledger's schema, a broker with transactions, the topics, and a relay
 * marker that belongs to this ledger. Parts that are not up yet are waited for; what a person must mend is thrown.
 */
export async function prepare(settings: Settings, log: Logger): Promise<Prepared> {
  const sealer = await readSealer(settings);
  const db = new Database(settings.database);
  await untilReached('the database', log, () => db.migrate());
  const topics = await untilReached('Kafka', log, () => prepareKafka(settings, log));
  await untilReached('Kafka', log, () => checkRelay(settings, topics, db, log));
  return { db, sealer, topics };
}

/** True for faults that a restart does not mend (exit 78). */
export function isConfigurationFault(error: unknown): boolean {
  const kinds = [SettingsError, MissingTopicsError, BrokerUnsupportedError, ForeignMarkerError];
  return kinds.some((kind) => error instanceof kind);
}

async function readSealer({ credentials }: Settings): Promise<CredentialSealer | null> {
  if (credentials.delivery === 'discard' || credentials.publicKeyFile === null) return null;
  return CredentialSealer.fromFile(credentials.publicKeyFile);
}

async function prepareKafka(settings: Settings, log: Logger): Promise<TopicsReport> {
  await checkBrokerSupport(settings.kafka);
  const admin = createKafka(settings.kafka, log).admin();
  try {
    await admin.connect();
    const { topics, createTopics, partitions, replication } = settings.kafka;
    return await ensureTopics(admin, { names: topics, createTopics, partitions, replication }, log);
  } finally {
    await admin.disconnect();
  }
}

async function checkRelay(settings: Settings, topics: TopicsReport, db: Database, log: Logger): Promise<void> {
  const { groupId, topics: names } = settings.kafka;
  const ledgerId = await readLedgerId(db);
  const publisher = new RelayPublisher({
    settings: settings.kafka,
    log,
    groupId,
    ledgerId,
    topics: names,
    maxMessageBytes: new Map(),
  });
  try {
    const now = { groupId, clusterId: topics.clusterId, createdTopic: names.created, rejectedTopic: names.rejected };
    const facts = { ledgerId, now, remembered: await readRelayIdentity(db), markers: await publisher.readMarkers() };
    checkRelayIdentity(facts, settings.relayAdoptMarker);
    await rememberRelayIdentity(db, now);
  } finally {
    await publisher.close();
  }
}

async function untilReached<T>(what: string, log: Logger, attempt: () => Promise<T>): Promise<T> {
  for (;;) {
    try {
      return await attempt();
    } catch (error) {
      if (isConfigurationFault(error) || !isPassing(error)) throw error;
      log.warn({ err: error }, `${what} cannot be reached yet`);
      await delay(RETRY_MS);
    }
  }
}

/** Errors of the network and of parts that are starting go away; a refused login or a missing right does not. */
function isPassing(error: unknown): boolean {
  if (isFatalKafkaError(error)) return false;
  if (isTransient(error)) return true;
  const name = error instanceof Error ? error.name : '';
  return name.startsWith('KafkaJS') || name === 'BrokerUnreachableError' || isTransient((error as Error).cause);
}
