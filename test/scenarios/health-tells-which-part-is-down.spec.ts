import {
  type KafkaInstance,
  OnboardingSystem,
  type PostgresInstance,
  type WorkerProcess,
  eventually,
  startKafka,
  startPostgres,
} from '#testing';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { QUICK, ask, creates, failCreates, untilCreated } from '../support/world.js';

// A worker with parts of its own is asked for its health while all is well, while Partner Center is away, and while the
// database or Kafka is. The bodies are those of contract 7, no member more or less; metrics have every name.
const METRICS = {
  onboarding_records_total: ['result'],
  onboarding_outcomes_total: ['outcome', 'code'],
  onboarding_pending: [],
  onboarding_oldest_pending_seconds: [],
  onboarding_outbox_unsent: [],
  onboarding_outbox_blocked: [],
  onboarding_held: [],
  onboarding_records_lost_total: [],
  onboarding_duration_seconds_bucket: ['le'],
  partner_center_request_duration_seconds_bucket: ['le', 'operation', 'status'],
  partner_center_concurrency: [],
  partner_center_paused: [],
};
const UP = { status: 'up' };
const DOWN = { status: 'down' };
const NUMBERS = { pending: 0, held: 0, oldestPendingSeconds: 0, recordsLost: 0 };
let kafka: KafkaInstance;
let postgres: PostgresInstance;
let system: OnboardingSystem;
let worker: WorkerProcess;

beforeAll(async () => {
  [kafka, postgres] = await Promise.all([startKafka({ own: true }), startPostgres({ own: true })]);
  const settings = { ...QUICK, WORKER_LEASE_MS: '2000' };
  system = await OnboardingSystem.start({ brokers: kafka.brokers, databaseUrl: postgres.url, settings });
  worker = await system.startWorker();
});
afterAll(async () => {
  await system.stop();
  await Promise.all([kafka.stop(), postgres.stop()]);
});

async function get(path: string): Promise<{ status: number; body: unknown }> {
  const response = await fetch(`${worker.url}${path}`, { signal: AbortSignal.timeout(5_000) });
  return { status: response.status, body: await response.json() };
}
function until(status: number, word: string): Promise<unknown> {
  return eventually(
    async () => {
      const { status: answered, body } = await get('/health/ready');
      return answered === status && (body as { status: string }).status === word && body;
    },
    { what: `${status} ${word}`, timeoutMs: 30_000, intervalMs: 100 },
  );
}

it('is ready, and knows nothing of Partner Center before the first call', async () => {
  const parts = { kafka: UP, database: UP, partnerCenter: { status: 'unknown' } };
  expect(await get('/health/ready')).toEqual({ status: 200, body: { status: 'ready', parts, ...NUMBERS } });
  expect((await get('/health/live')).status).toBe(200);
  await failCreates(system, 'refused', { kind: 'status', status: 400, code: 2007 });
  await ask(system, ['first', 'refused']);
  await untilCreated(system, ['first']);
  expect(await until(200, 'ready')).toEqual({ status: 'ready', parts: { ...parts, partnerCenter: UP }, ...NUMBERS });
});

it('has every metric of the interface with its labels, and no id in any of them', async () => {
  await system.settled();
  const text = await worker.metrics();
  for (const [name, labels] of Object.entries(METRICS)) {
    const samples = text.split('\n').filter((line) => line.startsWith(`${name}{`) || line.startsWith(`${name} `));
    expect(samples, name).not.toEqual([]);
    const named = [...(samples[0] ?? '').matchAll(/([a-z_]+)="/g)].map(([, label]) => label).sort();
    expect(named, name).toEqual([...labels].sort());
  }
  expect(text).toMatch(/onboarding_outcomes_total\{outcome="created",code=""\} 1/);
  expect(text).toMatch(/onboarding_outcomes_total\{outcome="rejected",code="PARTNER_CENTER_2007"\} 1/);
  expect(text).toMatch(/^onboarding_duration_seconds_count 1$/m);
  const seconds = Number(/^onboarding_duration_seconds_sum (\S+)$/m.exec(text)?.[1]);
  expect(seconds).toBeGreaterThan(0);
  expect(seconds).toBeLessThan(30);
  expect(text).not.toMatch(/onmicrosoft|North Bakery|"first"|"refused"/);
});

it('is paused, ready and alive while Partner Center is away', async () => {
  await system.simulator.control('PUT', 'outage', { mode: 'status', status: 503, scope: 'api' });
  await ask(system, ['a', 'b', 'c', 'd', 'e', 'f']);
  const body = (await until(200, 'paused')) as Record<string, unknown>;
  expect(body).toMatchObject({ pending: 6, held: 0, recordsLost: 0 });
  expect(body['parts']).toEqual({
    kafka: UP,
    database: UP,
    partnerCenter: {
      status: 'paused',
      reason: expect.any(String) as string,
      until: expect.stringMatching(/^\d{4}-\d\d-\d\dT[\d:.]+Z$/) as string,
    },
  });
  expect(body['oldestPendingSeconds']).toBeGreaterThan(0);
  const text = await worker.metrics();
  expect(text).toMatch(/^partner_center_paused 1$/m);
  expect(text).toMatch(/^onboarding_pending 6$/m);
  expect(Number(/^onboarding_oldest_pending_seconds (\S+)$/m.exec(text)?.[1])).toBeGreaterThan(0);
  expect((await get('/health/live')).status).toBe(200);
  await system.simulator.control('DELETE', 'outage');
  await untilCreated(system, ['a', 'f']);
});

it('counts one that is held', async () => {
  const { id } = await failCreates(system, 'held', { kind: 'status', status: 403 });
  await ask(system, ['held']);
  await eventually(async () => expect((await get('/health/ready')).body).toMatchObject({ held: 1, pending: 1 }), {
    what: 'it to be held',
  });
  expect(await worker.metrics()).toMatch(/^onboarding_held 1$/m);
  await system.simulator.control('DELETE', `faults/${id}`);
  await untilCreated(system, ['held']);
});

it('is unready while the database is away, calls nothing, and comes back by itself', async () => {
  await postgres.halt();
  const body = (await until(503, 'unready')) as { parts: unknown };
  expect(body.parts).toMatchObject({ database: DOWN });
  expect((await get('/health/live')).status).toBe(200);
  const before = (await creates(system)).length;
  await ask(system, ['meanwhile']);
  await until(503, 'unready');
  expect((await creates(system)).length).toBe(before);
  await postgres.start();
  await until(200, 'ready');
  await untilCreated(system, ['meanwhile'], 60_000);
});

it('is unready while Kafka is away, and comes back by itself', async () => {
  await kafka.halt();
  // A heartbeat that was late while the broker stopped may show the database as down for a moment.
  await eventually(
    async () => {
      const { parts } = (await until(503, 'unready')) as { parts: unknown };
      expect(parts).toMatchObject({ kafka: DOWN, database: UP });
      return true;
    },
    { what: 'Kafka alone to be told down', timeoutMs: 30_000 },
  );
  await kafka.start();
  await until(200, 'ready');
  await ask(system, ['afterwards']);
  await untilCreated(system, ['afterwards'], 60_000);
});
