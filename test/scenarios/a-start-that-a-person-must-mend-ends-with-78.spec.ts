import { createServer, type AddressInfo } from 'node:net';
import { OnboardingSystem, eventually, requestRecord } from '#testing';
import { afterEach, beforeEach, expect, inject, it } from 'vitest';

// Topics that are missing and may not be created, a broker without transactions, a relay marker that another ledger left, a
// request topic that goes away for good: the worker says what is wrong and ends, with 78 where only a person can help and 1
// where a restart may.
let system: OnboardingSystem;

beforeEach(async () => {
  system = await OnboardingSystem.start({
    brokers: inject('kafkaBrokers'),
    databaseUrl: inject('databaseUrl'),
    partitions: 1,
  });
});
afterEach(() => system.stop());

async function endOf(settings: Record<string, string>): Promise<{ code: number | null; fatal: string }> {
  const { process } = await system.startWorker(settings, { untilReady: false });
  const { code } = await process.exited;
  const fatal = process.stdout.split('\n').find((line) => line.includes('"level":"fatal"')) ?? '';
  return { code, fatal };
}

it('names the topics that are missing', async () => {
  const { requested, created, rejected, deadLetter } = system.topics;
  await system.log.createTopic(requested, 1);
  await system.log.createTopic(rejected, 1);
  const { code, fatal } = await endOf({ KAFKA_CREATE_TOPICS: 'false' });
  expect(code).toBe(78);
  expect(fatal).toContain(created);
  expect(fatal).toContain(deadLetter);
  expect(fatal).not.toContain(`${requested},`);
  expect(fatal).not.toContain(rejected);
});

it('refuses a broker without transactions', async () => {
  // Its answer to ApiVersions: correlation id 1, no error, no request that it knows.
  const broker = createServer((socket) => void socket.end(Buffer.from('0000000a00000001000000000000', 'hex')));
  await new Promise<void>((resolve) => broker.listen(0, '127.0.0.1', resolve));
  const { port } = broker.address() as AddressInfo;
  const { code, fatal } = await endOf({ KAFKA_BROKERS: `127.0.0.1:${port}` });
  broker.close();
  expect(code).toBe(78);
  expect(fatal).toContain('it has no InitProducerId');
});

it('refuses the marker of another ledger until it is told to adopt it', async () => {
  await system.startWorker();
  await system.request([requestRecord('a')]);
  await system.settled();
  await system.workers.pop()?.process.stop();
  // A restored or new database: same group, same topics, another ledger.
  await system.query('UPDATE ledger SET id = gen_random_uuid()');
  const { code, fatal } = await endOf({});
  expect(code).toBe(78);
  expect(fatal).toContain('RELAY_ADOPT_MARKER');

  system.workers.pop();
  const adopting = await system.startWorker({ RELAY_ADOPT_MARKER: 'true' });
  await system.request([requestRecord('b')]);
  await system.settled();
  expect([...(await system.created()).keys()].sort()).toEqual(['a', 'b']);
  expect((await adopting.process.stop()).code).toBe(0);
  system.workers.pop();
  await system.startWorker();
});

it('refuses another group than its ledger worked with', async () => {
  await system.startWorker();
  await system.workers.pop()?.process.stop();
  const { code, fatal } = await endOf({ KAFKA_GROUP_ID: 'another-group' });
  expect(code).toBe(78);
  expect(fatal).toContain('groupId');
});

it('ends with 1 when the request topic stays away', async () => {
  const worker = await system.startWorker();
  await system.log.admin((admin) => admin.deleteTopics({ topics: [system.topics.requested] }));
  const { code } = await eventually(() => worker.process.exited, { what: 'the worker to end', timeoutMs: 100_000 });
  expect(code).toBe(1);
});
