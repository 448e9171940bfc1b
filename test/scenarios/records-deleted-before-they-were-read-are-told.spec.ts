import { OnboardingSystem, customerData, eventually, requestRecord } from '#testing';
import { afterEach, beforeEach, expect, inject, it } from 'vitest';

// While no worker runs Kafka deletes requests that nobody has read (retention, or an operator). The loss is an error
// line, a metric and part of the health; what is left is taken.
let system: OnboardingSystem;

beforeEach(async () => {
  system = await OnboardingSystem.start({
    brokers: inject('kafkaBrokers'),
    databaseUrl: inject('databaseUrl'),
    partitions: 1,
  });
  await system.startWorker();
  await system.request(['a1', 'a2', 'a3'].map((id) => requestRecord(id)));
  await system.settled();
  await system.workers.pop()?.process.stop();
});
afterEach(() => system.stop());

async function deleteBefore(offset: number): Promise<void> {
  const partitions = [{ partition: 0, offset: String(offset) }];
  const topic = system.topics.requested;
  await system.log.admin(async (admin) => {
    // kafkajs deletes records only of a topic that this client has asked about before.
    await admin.fetchTopicOffsets(topic);
    await admin.deleteTopicRecords({ topic, partitions });
  });
}

async function expectLossTold(count: number): Promise<void> {
  const [worker] = system.workers;
  await eventually(async () => expect((await worker?.readiness())?.recordsLost).toBe(count), {
    what: 'health to tell',
  });
  expect(await worker?.metrics()).toContain(`\nonboarding_records_lost_total ${count}\n`);
  const lines = worker?.process.stdout.split('\n').filter((line) => line.includes('requests are lost')) ?? [];
  expect(lines).toHaveLength(1);
  expect(JSON.parse(lines[0] ?? '')).toMatchObject({ level: 'error', partition: 0, count });
}

it('takes what is left behind the gap', async () => {
  await system.request(['b1', 'b2', 'b3', 'b4'].map((id) => requestRecord(id)));
  await deleteBefore(5);
  await system.startWorker();
  await system.settled();
  await expectLossTold(2);
  expect([...(await system.created()).keys()].sort()).toEqual(['a1', 'a2', 'a3', 'b3', 'b4']);
});

it('tells the loss although nothing new arrives', async () => {
  await system.request(['b1', 'b2', 'b3', 'b4'].map((id) => requestRecord(id)));
  await deleteBefore(7);
  await system.startWorker();
  await expectLossTold(4);
  await system.request([requestRecord('c1', customerData('c1'))]);
  await system.settled();
  await expectLossTold(4);
  expect([...(await system.created()).keys()].sort()).toEqual(['a1', 'a2', 'a3', 'c1']);
});

it('counts nothing that had been read before', async () => {
  await deleteBefore(3);
  await system.request([requestRecord('b1')]);
  await system.startWorker();
  await system.settled();
  expect((await system.workers[0]?.readiness())?.recordsLost).toBe(0);
  expect([...(await system.created()).keys()].sort()).toEqual(['a1', 'a2', 'a3', 'b1']);
});
