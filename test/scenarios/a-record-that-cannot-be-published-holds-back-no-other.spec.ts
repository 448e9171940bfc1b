import { OnboardingSystem, eventually, requestRecord } from '#testing';
import { randomBytes } from 'node:crypto';
import { afterEach, beforeEach, expect, inject, it } from 'vitest';

// The dead-letter topic takes less than a failed record needs, or is gone for a while. Everything else is published at
// once, what is held back is counted, and it is published when the topic takes it.
let system: OnboardingSystem;

beforeEach(async () => {
  system = await OnboardingSystem.start({
    brokers: inject('kafkaBrokers'),
    databaseUrl: inject('databaseUrl'),
    partitions: 2,
  });
});
afterEach(() => system.stop());

const poison = (value: Buffer | string) => ({ key: 'poison', value, headers: {} });
const outboxBlocked = async (): Promise<number> =>
  Number(/^onboarding_outbox_blocked (\d+)/m.exec((await system.workers[0]?.metrics()) ?? '')?.[1]);
const letters = async (): Promise<string[]> =>
  (await system.read('deadLetter')).map(({ value }) => String(value?.length));

async function setMaxMessageBytes(bytes: number): Promise<void> {
  const configEntries = [{ name: 'max.message.bytes', value: String(bytes) }];
  const resources = [{ type: 2, name: system.topics.deadLetter, configEntries }];
  await system.log.admin((admin) => admin.alterConfigs({ validateOnly: false, resources }));
}

it('sets aside what is too large for its topic, and sends it when the limit is raised', async () => {
  await system.log.createTopic(system.topics.deadLetter, 2, { 'max.message.bytes': '300000' });
  await system.startWorker();
  const [large, larger] = [randomBytes(400_000), randomBytes(500_000)];
  const good = Array.from({ length: 20 }, (_, n) => requestRecord(`beside-${n}`));
  await system.request([
    poison('a'),
    poison(large),
    ...good.slice(0, 10),
    poison('bc'),
    poison(larger),
    ...good.slice(10),
  ]);
  await eventually(async () => expect((await system.created()).size).toBe(20), {
    what: 'the good ones',
    timeoutMs: 60_000,
  });
  await eventually(async () => expect((await letters()).sort()).toEqual(['1', '2']), {
    what: 'the small letters',
    timeoutMs: 60_000,
  });
  await eventually(async () => (await outboxBlocked()) === 2, {
    what: 'the large ones to be counted',
    timeoutMs: 30_000,
  });

  await setMaxMessageBytes(1_000_000);
  await system.query('UPDATE outbox SET blocked_until = now() WHERE blocked_until IS NOT NULL');
  await eventually(async () => expect((await letters()).sort()).toEqual(['1', '2', '400000', '500000']), {
    what: 'the large letters',
    timeoutMs: 60_000,
    intervalMs: 250,
  });
  await system.settled();
  expect(await outboxBlocked()).toBe(0);
});

it('sets aside only the one that is too large of many that wait together, for a minute', async () => {
  await system.log.createTopic(system.topics.deadLetter, 2, { 'max.message.bytes': String(700 * 1024) });
  await system.log.createTopic(system.topics.requested, 2);
  const good = Array.from({ length: 10 }, (_, n) => requestRecord(`together-${n}`));
  for (const kib of [600, 900, 600]) await system.request([poison(randomBytes(kib * 1024))]);
  await system.request([poison('a'), ...good]);
  await system.startWorker();
  const [row] = await eventually(
    async () => {
      const aside = await system.query(
        `SELECT octet_length(value) AS bytes, extract(epoch FROM blocked_until - now())::float AS seconds
           FROM outbox WHERE blocked_until IS NOT NULL`,
      );
      return aside.length > 0 && aside;
    },
    { what: 'the large one to be set aside', timeoutMs: 60_000 },
  );
  expect(row?.['bytes']).toBe(900 * 1024);
  expect(row?.['seconds']).toBeGreaterThan(50);
  expect(row?.['seconds']).toBeLessThanOrEqual(60);
  await eventually(async () => expect((await letters()).sort()).toEqual(['1', '614400', '614400']), {
    what: 'the other letters',
    timeoutMs: 50_000,
  });
  await eventually(async () => expect((await system.created()).size).toBe(10), {
    what: 'the good ones',
    timeoutMs: 50_000,
  });
  expect(await outboxBlocked()).toBe(1);
});

it('publishes letters that together are larger than a record batch may be', async () => {
  await system.startWorker();
  const values = Array.from({ length: 6 }, () => randomBytes(600 * 1024));
  for (const value of values) await system.request([poison(value)]);
  await system.settled();
  const read = (await system.read('deadLetter')).map(({ value }) => value?.toString('base64'));
  expect(read.sort()).toEqual(values.map((value) => value.toString('base64')).sort());
});

it('holds back only the letters while their topic is gone', async () => {
  await system.startWorker();
  await system.log.admin((admin) => admin.deleteTopics({ topics: [system.topics.deadLetter] }));
  await system.request([poison('a'), ...Array.from({ length: 10 }, (_, n) => requestRecord(`gone-${n}`))]);
  await eventually(async () => expect((await system.created()).size).toBe(10), {
    what: 'the good ones',
    timeoutMs: 60_000,
  });
  await system.log.createTopic(system.topics.deadLetter, 2);
  await eventually(async () => expect(await letters()).toEqual(['1']), {
    what: 'the letter',
    timeoutMs: 60_000,
    intervalMs: 250,
  });
});
