import {
  type HoldOptions,
  type KafkaInstance,
  KafkaProxy,
  OnboardingSystem,
  requestRecord,
  startKafka,
} from '#testing';
import { afterAll, afterEach, beforeAll, expect, inject, it } from 'vitest';
import { eachHasOneTenantAnnouncedOnce, ledgerCounts, logged } from '../support/announced.js';

// The relay has written the outcome down and is in the midst of the Kafka transaction that announces it. A proxy stops
// one request or one answer of that transaction; then the relay is killed with SIGKILL, and another worker takes over.
// The request that was stopped arrives at the broker after all, long after its sender died.
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

const cuts: [string, Omit<HoldOptions, 'clientId'>][] = [
  ['its records on the way to the broker', { api: 'Produce', side: 'request' }],
  ['its marker on the way to the broker', { api: 'TxnOffsetCommit', side: 'request' }],
  ['its marker written and not acknowledged', { api: 'TxnOffsetCommit', side: 'response' }],
  ['its commit on the way to the broker', { api: 'EndTxn', side: 'request' }],
  ['its commit done and not acknowledged', { api: 'EndTxn', side: 'response' }],
];

it.each(cuts)('each tenant is announced once when the relay dies with %s', async (_, cut) => {
  system = await OnboardingSystem.start({
    brokers: kafka.brokers,
    databaseUrl: inject('databaseUrl'),
    settings: { WORKER_LEASE_MS: '2000' },
    partitions: 1,
  });
  const relay = await system.startWorker({ KAFKA_CLIENT_ID: 'relay' });
  await logged(relay.process, 'this worker is the relay');
  const hold = proxy.hold({ ...cut, clientId: 'relay' });
  const ids = ['cut-1', 'cut-2', 'cut-3'];
  await system.request(ids.map((id) => requestRecord(id)));
  await hold.reached;
  expect((await ledgerCounts(system)).unsent).toBeGreaterThan(0);

  await system.startWorker({ KAFKA_CLIENT_ID: 'standby' });
  await relay.process.kill();
  const events = await eachHasOneTenantAnnouncedOnce(system, ids);

  hold.release();
  await hold.answered;
  expect(await system.created()).toEqual(events);
});
