import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { customerBody, eventually, TestClient } from '../../test/client.js';

let client: TestClient;
beforeEach(async () => {
  client = await TestClient.start({ controlPort: 0 });
});
afterEach(() => client.close());

const outage = (order: Record<string, unknown>) => client.control('PUT', 'outage', order);
const lift = () => client.control('DELETE', 'outage');
const throttle = (rule: Record<string, unknown>) => client.control('PUT', 'throttle', rule);

describe('an outage', () => {
  it.each(['reset', 'close'])('of mode %s takes every connection until it is lifted', async (mode) => {
    await outage({ mode });
    for (let i = 0; i < 3; i++) await expect(client.create(customerBody())).rejects.toThrow();
    await expect(client.fetchToken()).rejects.toThrow();
    await lift();
    expect((await client.create(customerBody())).status).toBe(201);
  });

  it('of mode status answers every call', async () => {
    await outage({ mode: 'status', status: 504, retryAfter: 9, body: 'gone' });
    const reply = await client.create(customerBody());
    expect([reply.status, reply.headers['retry-after'], reply.bytes.toString()]).toEqual([504, '9', 'gone']);
    expect((await client.fetchToken()).status).toBe(504);
  });

  it('can be of the token endpoint or of the API alone', async () => {
    await outage({ mode: 'status', scope: 'token' });
    expect([(await client.fetchToken()).status, (await client.create(customerBody())).status]).toEqual([503, 201]);
    await outage({ mode: 'status', scope: 'api' });
    expect([(await client.fetchToken()).status, (await client.create(customerBody())).status]).toEqual([200, 503]);
  });

  it('of mode refuse closes the port, so that connections are refused, and opens it again', async () => {
    await outage({ mode: 'refuse' });
    await expect(client.create(customerBody())).rejects.toMatchObject({ code: 'ECONNREFUSED' });
    await lift();
    expect((await client.create(customerBody())).status).toBe(201);
  });

  it('ends by itself after forMs', async () => {
    await outage({ mode: 'refuse', forMs: 30 });
    await expect(client.create(customerBody())).rejects.toMatchObject({ code: 'ECONNREFUSED' });
    await eventually('the port is open again', () =>
      client.create(customerBody()).then(
        (reply) => reply.status === 201,
        () => false,
      ),
    );
    await outage({ mode: 'status', forMs: 60_000 });
    expect((await client.create(customerBody())).status).toBe(503);
    await client.control('POST', 'clock', { advanceMs: 60_000 });
    expect((await client.create(customerBody())).status).toBe(201);
  });

  it('cuts the calls under way, whose work is carried out nevertheless', async () => {
    await client.control('PATCH', 'settings', { createLatency: 60 });
    const cut = client.create(customerBody()).catch((error: Error) => error);
    await eventually('the call is under way', async () => (await client.summary()).inFlight === 1);
    await outage({ mode: 'reset' });
    expect(await cut).toBeInstanceOf(Error);
    await eventually('the tenant is there', async () => (await client.summary()).tenants === 1);
    const { entries } = (await client.control('GET', 'journal?operation=create')).json;
    expect(entries[0]).toMatchObject({ status: null, aborted: false, fault: { id: 'outage', when: 'after' } });
  });

  it('of mode refuse needs an end when there is no second port for the control API', async () => {
    const alone = await TestClient.start();
    expect((await alone.control('PUT', 'outage', { mode: 'refuse' })).status).toBe(400);
    expect((await alone.control('PUT', 'outage', { mode: 'refuse', forMs: 1 })).status).toBe(200);
    await alone.close();
  });
});

describe('throttling', () => {
  it('for a window answers 429 with the time that remains', async () => {
    await throttle({ forMs: 60_000 });
    const reply = await client.create(customerBody());
    expect([reply.status, reply.headers['retry-after']]).toEqual([429, '60']);
    await client.control('POST', 'clock', { advanceMs: 30_000 });
    expect((await client.create(customerBody())).headers['retry-after']).toBe('30');
    expect((await client.fetchToken()).status).toBe(200);
    await client.control('POST', 'clock', { advanceMs: 30_000 });
    expect((await client.create(customerBody())).status).toBe(201);
  });

  it('by a bucket lets so many through and then so many a second', async () => {
    await throttle({ perSecond: 0.01, burst: 2, operation: 'create' });
    const statuses = [];
    for (let i = 0; i < 4; i++) statuses.push((await client.create(customerBody())).status);
    expect(statuses).toEqual([201, 201, 429, 429]);
    expect((await client.search('x')).status).toBe(200);
    await client.control('POST', 'clock', { advanceMs: 100_000 });
    expect((await client.create(customerBody())).status).toBe(201);
    expect((await client.create(customerBody())).status).toBe(429);
    await client.control('DELETE', 'throttle');
    expect((await client.create(customerBody())).status).toBe(201);
  });

  it('uses up no fault', async () => {
    await client.fault({ kind: 'status', status: 500 });
    await throttle({ forMs: 60_000 });
    expect((await client.create(customerBody())).status).toBe(429);
    await client.control('DELETE', 'throttle');
    expect((await client.create(customerBody())).status).toBe(500);
  });
});
