import { OnboardingSystem, customerData, requestRecord } from '#testing';
import { setTimeout as delay } from 'node:timers/promises';
import { afterAll, beforeAll, expect, inject, it } from 'vitest';

// While requests and poison stream in, a second worker joins and leaves again and again (orderly, and once by SIGKILL):
// every time the partitions change hands. Nothing is taken twice, nothing is lost.
const ROUNDS = 4;
const RECORDS_MAX = 3_000;
const WRITE_EVERY_MS = 100;
let system: OnboardingSystem;

beforeAll(async () => {
  system = await OnboardingSystem.start({
    brokers: inject('kafkaBrokers'),
    databaseUrl: inject('databaseUrl'),
    partitions: 4,
    settings: { WORKER_LEASE_MS: '2000' },
  });
  await system.startWorker();
});
afterAll(() => system.stop());

it('keeps every record to exactly one outcome', async () => {
  let writing = true;
  let written = 0;
  const poison: string[] = [];
  const crm = (async () => {
    while (writing && written < RECORDS_MAX) {
      const records = Array.from({ length: 20 }, (_, n) => {
        const id = `come-${written + n}`;
        const domain = `come${written + n}.onmicrosoft.com`;
        return requestRecord(id, customerData(id, { domain }));
      });
      const bad = `poison-${poison.length}`;
      poison.push(bad);
      await system.request([...records, { key: null, value: bad, headers: {} }]);
      written += 20;
      await delay(WRITE_EVERY_MS);
    }
  })();
  for (let round = 0; round < ROUNDS; round++) {
    const second = await system.startWorker();
    if (round === 1) await second.process.kill();
    else expect((await second.process.stop()).code).toBe(0);
  }
  writing = false;
  await crm;
  await system.settled(90_000);
  const letters = await system.read('deadLetter');
  expect(letters.map(({ value }) => String(value)).sort()).toEqual(poison.sort());
  expect((await system.created()).size).toBe(written);
  expect(await system.simulator.summary()).toMatchObject({ tenants: written, surplusTenants: 0 });
});
