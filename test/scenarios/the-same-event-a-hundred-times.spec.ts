import { OnboardingSystem, customerData, requestRecord } from '#testing';
import { afterAll, beforeAll, expect, inject, it } from 'vitest';

// The CRM sends the same event a hundred times: in one batch, over all partitions, in parallel, to two workers.
let system: OnboardingSystem;

beforeAll(async () => {
  system = await OnboardingSystem.start({
    brokers: inject('kafkaBrokers'),
    databaseUrl: inject('databaseUrl'),
    partitions: 6,
  });
  await Promise.all([system.startWorker(), system.startWorker()]);
});
afterAll(() => system.stop());

it('makes one tenant and announces it once', async () => {
  const inOneBatch = Array.from({ length: 100 }, () => ({ ...requestRecord('in-one-batch'), partition: 0 }));
  const spread = (id: string) => Array.from({ length: 100 }, (_, n) => ({ ...requestRecord(id), partition: n % 6 }));
  const shuffledMembers = customerData('shuffled');
  const reordered = {
    billingProfile: shuffledMembers.billingProfile,
    unknown: 1,
    companyProfile: { x: null, ...shuffledMembers.companyProfile },
  };
  await Promise.all([
    system.request(inOneBatch),
    ...spread('in-parallel').map((record) => system.request([record])),
    system.request(spread('over-partitions')),
    system.request([requestRecord('shuffled', shuffledMembers), requestRecord('shuffled', reordered)]),
  ]);
  await system.settled();
  expect([...(await system.created()).keys()].sort()).toEqual([
    'in-one-batch',
    'in-parallel',
    'over-partitions',
    'shuffled',
  ]);
  expect((await system.simulator.summary()).creates).toBe(4);
  expect(await system.read('deadLetter')).toEqual([]);
  expect(await system.read('rejected')).toEqual([]);
});
