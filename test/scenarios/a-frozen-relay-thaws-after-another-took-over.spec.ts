import {
  type HoldOptions,
  type KafkaInstance,
  KafkaProxy,
  OnboardingSystem,
  requestRecord,
  startKafka,
} from '#testing';
import { afterAll, afterEach, beforeAll, inject, it } from 'vitest';
import { eachHasOneTenantAnnouncedOnce, logged } from '../support/announced.js';

// The relay is frozen (SIGSTOP) at an exact point of its work with Kafka, another worker takes over and announces, and
// then the first one thaws and goes on where it stood: before its first transaction, or in the midst of a later one.
let proxy: KafkaProxy;
let kafka: KafkaInstance;
let system: OnboardingSystem;

beforeAll(async () => {
  proxy = await KafkaProxy.start();
  kafka = await startKafka({ own: true, announce: proxy.announce });
});
afterEach(() => system.stop());
afterAll(async () => {
  await kafka.stop();
  await proxy.stop();
});

async function startSystem(): Promise<void> {
  system = await OnboardingSystem.start({
    brokers: kafka.brokers,
    databaseUrl: inject('databaseUrl'),
    settings: { WORKER_LEASE_MS: '2000' },
    partitions: 1,
  });
}

/** The frozen one goes on; then there is work again, and whoever is the relay announces it. */
async function thawAndAnnounceMore(frozen: OnboardingSystem['workers'][number], ids: string[]): Promise<void> {
  frozen.process.thaw();
  await logged(frozen.process, 'this worker was silent for too long');
  const more = ids.map((id) => `${id}-more`);
  await system.request(more.map((id) => requestRecord(id)));
  await eachHasOneTenantAnnouncedOnce(system, [...ids, ...more]);
}

it('nothing is announced twice when the frozen relay had its term and not yet its first transaction', async () => {
  await startSystem();
  const hold = proxy.hold({ api: 'InitProducerId', side: 'request', clientId: 'frozen' });
  const frozen = await system.startWorker({ KAFKA_CLIENT_ID: 'frozen' });
  await hold.reached;
  const ids = ['early-1', 'early-2'];
  await system.request(ids.map((id) => requestRecord(id)));
  await logged(frozen.process, 'onboarding created');
  frozen.process.freeze();

  await system.startWorker({ KAFKA_CLIENT_ID: 'next' });
  await eachHasOneTenantAnnouncedOnce(system, ids);
  // The late first request takes the producer id away from the relay that is at work.
  hold.release();
  await hold.answered;
  await thawAndAnnounceMore(frozen, ids);
});

const cuts: [string, Omit<HoldOptions, 'clientId'>][] = [
  ['its records', { api: 'Produce', side: 'request' }],
  ['its commit', { api: 'EndTxn', side: 'request' }],
  ['the answer to its commit', { api: 'EndTxn', side: 'response' }],
];

it.each(cuts)('nothing is announced twice when it was frozen while %s was on the way', async (_, cut) => {
  await startSystem();
  const frozen = await system.startWorker({ KAFKA_CLIENT_ID: 'frozen' });
  await logged(frozen.process, 'this worker is the relay');
  const hold = proxy.hold({ ...cut, clientId: 'frozen' });
  const ids = ['late-1', 'late-2'];
  await system.request(ids.map((id) => requestRecord(id)));
  await hold.reached;
  frozen.process.freeze();

  await system.startWorker({ KAFKA_CLIENT_ID: 'next' });
  await eachHasOneTenantAnnouncedOnce(system, ids);
  hold.release();
  await thawAndAnnounceMore(frozen, ids);
});
