import { OnboardingSystem, eventually, requestRecord } from '#testing';
import { afterEach, beforeEach, expect, inject, it } from 'vitest';

// An operator deletes the request topic and makes it anew under the same name. What the new one holds is new, however many
// records it has by the time a worker looks; what was made before is not made again.
let system: OnboardingSystem;

beforeEach(async () => {
  system = await OnboardingSystem.start({
    brokers: inject('kafkaBrokers'),
    databaseUrl: inject('databaseUrl'),
    partitions: 1,
  });
  await system.startWorker();
  await system.request(['a1', 'a2', 'a3', 'a4'].map((id) => requestRecord(id)));
  await system.settled();
});
afterEach(() => system.stop());

async function makeAnew(): Promise<void> {
  const { requested } = system.topics;
  await system.log.admin((admin) => admin.deleteTopics({ topics: [requested] }));
  await eventually(
    async () => {
      await system.log.createTopic(requested, 1);
      return (await system.log.ends(requested)).get(0)?.high === 0;
    },
    { what: 'the topic to be made anew', intervalMs: 100 },
  );
}

const ids = (count: number): string[] => Array.from({ length: count }, (_, n) => `b${n}`);

it.each([
  ['fewer records than before', 2],
  ['as many', 4],
  ['more', 9],
])('reads a new topic with %s, made while no worker ran', async (_, count) => {
  await system.workers.pop()?.process.stop();
  await makeAnew();
  await system.request([...ids(count - 1), 'a1'].map((id) => requestRecord(id)));
  await system.startWorker();
  await system.settled();
  expect([...(await system.created()).keys()].sort()).toEqual(['a1', 'a2', 'a3', 'a4', ...ids(count - 1)]);
  expect(await system.read('deadLetter')).toEqual([]);
  expect((await system.workers[0]?.readiness())?.recordsLost).toBe(0);
});

it('reads a new topic made under a running worker', async () => {
  await makeAnew();
  await system.request(ids(6).map((id) => requestRecord(id)));
  await eventually(async () => expect((await system.created()).size).toBe(10), {
    what: 'the new topic to be read',
    timeoutMs: 60_000,
    intervalMs: 250,
  });
  expect(system.workers[0]?.process.hasExited).toBe(false);
  expect((await system.workers[0]?.readiness())?.recordsLost).toBe(0);
});
