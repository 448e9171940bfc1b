import { OnboardingSystem, eventually, requestRecord } from '#testing';
import { afterEach, beforeEach, expect, inject, it } from 'vitest';

// Somebody moves the offsets of the group while no worker runs: back to the start, on to the end, or they are ahead of a
// ledger that knows nothing. Nothing is made twice, nothing is passed over, also when no further record ever arrives.
let system: OnboardingSystem;

beforeEach(async () => {
  system = await OnboardingSystem.start({
    brokers: inject('kafkaBrokers'),
    databaseUrl: inject('databaseUrl'),
    partitions: 1,
  });
});
afterEach(() => system.stop());

async function commit(offset: number): Promise<void> {
  const partitions = [{ partition: 0, offset: String(offset) }];
  const groupId = system.settings['KAFKA_GROUP_ID'] ?? '';
  await system.log.admin((admin) => admin.setOffsets({ groupId, topic: system.topics.requested, partitions }));
}

async function firstRun(): Promise<void> {
  await system.startWorker();
  await system.request([...['a1', 'a2'].map((id) => requestRecord(id)), { key: null, value: 'poison', headers: {} }]);
  await system.settled();
  await system.workers.pop()?.process.stop();
}

async function expectOnlyOnce(ids: string[]): Promise<void> {
  await eventually(async () => expect([...(await system.created()).keys()].sort()).toEqual(ids), {
    what: `${ids.join()} to be created once`,
    timeoutMs: 20_000,
    intervalMs: 200,
  });
  await system.settled();
  expect(await system.read('deadLetter')).toHaveLength(1);
  expect((await system.simulator.summary()).creates).toBe(ids.length);
}

it('drops what it took before when the offset is set back', async () => {
  await firstRun();
  await commit(0);
  await system.request([requestRecord('b1')]);
  await system.startWorker();
  await expectOnlyOnce(['a1', 'a2', 'b1']);
});

it('reads what the offset was moved past', async () => {
  await firstRun();
  await system.request([requestRecord('b1'), requestRecord('b2')]);
  await commit(5);
  await system.startWorker();
  await expectOnlyOnce(['a1', 'a2', 'b1', 'b2']);
});

it('reads from the beginning of the topic when the ledger is new', async () => {
  await system.log.createTopic(system.topics.requested, 1);
  await system.request([requestRecord('a1'), { key: null, value: 'poison', headers: {} }, requestRecord('a2')]);
  await commit(3);
  await system.startWorker();
  await expectOnlyOnce(['a1', 'a2']);
});
