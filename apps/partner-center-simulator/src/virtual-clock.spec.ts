import { afterEach, beforeEach, expect, it } from 'vitest';
import { customerBody, eventually, TestClient } from '../test/client.js';
import { VirtualClock } from './virtual-clock.js';

const START = Date.parse('2026-03-01T12:00:00Z');
let clock: VirtualClock;
let client: TestClient;
beforeEach(async () => {
  clock = new VirtualClock(START);
  client = await TestClient.start({ clock, settings: { seed: 7, visibilityDelay: [30_000, 90_000] } });
});
afterEach(() => client.close());

const waiting = (count: number) => eventually(`${count} calls wait`, async () => clock.pending === count);

it('answers a create when the time has come, and not a real millisecond later', async () => {
  await client.simulator.control('PATCH', 'settings', { createLatency: 600_000, commitAt: 0.5 });
  const call = client.create(customerBody());
  await waiting(1);
  await clock.advance(299_999);
  expect((await client.summary()).tenants).toBe(0);
  await clock.advance(1);
  expect((await client.summary()).tenants).toBe(1);
  await clock.advance(300_000);
  expect((await call).status).toBe(201);
  const { entries } = (await client.control('GET', 'journal?operation=create')).json;
  expect(entries[0]).toMatchObject({ startedAt: START, endedAt: START + 600_000 });
  expect((await client.control('GET', 'book')).json.tenants[0].createdAt).toBe(START + 300_000);
});

it('goes through both halves of a latency within one advance', async () => {
  await client.control('PATCH', 'settings', { createLatency: 1000, commitAt: 0.1 });
  const call = client.create(customerBody());
  await waiting(1);
  expect(clock.nextDueAt).toBe(START + 100);
  await clock.advance(1000);
  expect((await call).headers['date']).toBe('Sun, 01 Mar 2026 12:00:01 GMT');
});

it('lets delays, tokens and throttling follow it', async () => {
  const { id } = (await client.create(customerBody())).json;
  const read = async () => {
    const { status, json } = await client.get(`/v1/customers/${id}`);
    return [status, json.code];
  };
  await client.control('PUT', 'throttle', { forMs: 10_000 });
  expect((await read())[0]).toBe(429);
  await client.control('POST', 'clock', { advanceMs: 30_000 });
  expect(await read()).toEqual([404, 60003]);
  await clock.advance(60_000);
  expect((await read())[0]).toBe(200);
  await clock.advance(3_600_000);
  expect(await read()).toEqual([401, 400]);
});

it('ends an outage and a hanging call at their time', async () => {
  await client.control('PUT', 'outage', { mode: 'status', status: 503, forMs: 60_000 });
  expect((await client.create(customerBody())).status).toBe(503);
  await clock.advance(60_000);
  await client.fault({ kind: 'hang', ms: 120_000 });
  const hanging = client.create(customerBody());
  await waiting(1);
  await Promise.all([expect(hanging).rejects.toThrow(), clock.advance(120_000)]);
  expect((await client.create(customerBody())).status).toBe(201);
});

it('starts with its settings and goes back to them', async () => {
  await client.simulator.control('PATCH', 'settings', { seed: 8, bom: 'none' });
  await client.simulator.control('POST', 'reset');
  expect(await client.simulator.control('GET', 'settings')).toMatchObject({ seed: 7, bom: 'success' });
  await expect(client.simulator.control('PATCH', 'settings', { bom: 1 })).rejects.toThrow('bom must be one of');
  await expect(TestClient.start({ settings: { sandboxLimit: -1 } })).rejects.toThrow('sandboxLimit must be');
});
