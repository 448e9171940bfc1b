import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, beforeEach, expect, it } from 'vitest';
import { customerBody, eventually, TestClient } from '../../test/client.js';

let client: TestClient;
beforeAll(async () => {
  client = await TestClient.start({ journalLimit: 5 });
});
beforeEach(() => client.reset());
afterAll(() => client.close());

it('tells in the book who made which tenant, and which correlation ids made more than one', async () => {
  const correlationId = randomUUID();
  const first = customerBody();
  const requestId = randomUUID();
  const { json } = await client.create(first, { requestId, correlationId });
  await client.create(customerBody(), { correlationId });
  const book = (await client.control('GET', 'book')).json;
  const domain = first.companyProfile.domain;
  expect(book.tenants[0]).toEqual({ id: json.id, domain, correlationId, requestId, createdAt: expect.any(Number) });
  expect(book.tenantsByDomain[domain]).toBe(1);
  expect(book.duplicates).toEqual({ domains: [], correlationIds: [{ correlationId, count: 2 }] });
  expect(book.totals).toMatchObject({ tenants: 2, distinctDomains: 2, surplusTenants: 1, calls: 2 });
  expect((await client.control('GET', `book?domain=${domain.toUpperCase()}`)).json.tenants).toHaveLength(1);
  expect(
    (await client.control('GET', `book?correlationId=${correlationId}&offset=1&limit=5`)).json.tenants,
  ).toHaveLength(1);
});

it('keeps the newest calls in the journal, tells how many it dropped, and counts them all', async () => {
  for (let i = 0; i < 7; i++) await client.create(customerBody());
  await eventually('all calls have ended', async () => (await client.summary()).inFlight === 0);
  const journal = (await client.control('GET', 'journal?since=0')).json;
  expect(journal.entries.map((entry: { n: number }) => entry.n)).toEqual([3, 4, 5, 6, 7]);
  expect([journal.received, journal.dropped]).toEqual([7, 2]);
  expect((await client.control('GET', 'journal?since=6')).json.entries).toHaveLength(1);
  expect(await client.summary()).toMatchObject({ calls: 7, creates: 7, perStatus: { 201: 7 }, journalDropped: 2 });
});

it('notes ids, domain, status, fault, times and a hash of the body of every call', async () => {
  const requestId = randomUUID();
  const body = customerBody();
  await client.fault({ kind: 'status', status: 500, when: 'after' });
  await client.create(body, { requestId });
  await client.create(body, { requestId });
  await eventually('both have ended', async () => (await client.summary()).inFlight === 0);
  const [first, second] = (await client.control('GET', 'journal')).json.entries;
  expect(first).toMatchObject({
    n: 1,
    operation: 'create',
    method: 'POST',
    path: '/v1/customers',
    requestId,
    correlationId: null,
    domain: body.companyProfile.domain,
    status: 500,
    fault: { id: 'f1', kind: 'status', when: 'after' },
    aborted: false,
  });
  expect(first.endedAt).toBeGreaterThanOrEqual(first.startedAt);
  expect(first.bodyHash).toBe(second.bodyHash);
});

it('shows a call whose caller went away as aborted, and carries it out', async () => {
  await client.control('PATCH', 'settings', { createLatency: 1_000 });
  const impatient = new AbortController();
  const url = `${client.simulator.url}/v1/customers`;
  const token = (await client.fetchToken()).json.access_token;
  const headers = { authorization: `Bearer ${token}` };
  const call = fetch(url, { method: 'POST', headers, body: JSON.stringify(customerBody()), signal: impatient.signal });
  await eventually('the call is under way', async () => (await client.summary()).inFlight === 1);
  impatient.abort();
  await expect(call).rejects.toThrow();
  await eventually('the tenant is there', async () => (await client.summary()).tenants === 1);
  const { entries } = (await client.control('GET', 'journal?operation=create')).json;
  expect(entries[0]).toMatchObject({ status: null, aborted: true });
});

it('forgets everything with a reset, also what calls under way will make, but no token', async () => {
  await client.create(customerBody());
  await client.control('PATCH', 'settings', { createLatency: 30, bom: 'none' });
  await client.fault({ kind: 'reset' });
  await client.control('DELETE', 'faults');
  const late = client.create(customerBody());
  await eventually('the call is under way', async () => (await client.summary()).inFlight === 1);
  await client.reset();
  await late;
  expect(await client.summary()).toMatchObject({ tenants: 0, calls: 0 });
  expect((await client.control('GET', 'settings')).json).toMatchObject({ createLatency: 0, bom: 'success' });
  expect((await client.create(customerBody())).status).toBe(201);
});

it('keeps latency for creates, reads and tokens apart', async () => {
  const timed = async (work: Promise<unknown>) => {
    const started = performance.now();
    await work;
    return performance.now() - started;
  };
  await client.control('PATCH', 'settings', { createLatency: [40, 50], readLatency: 25 });
  expect(await timed(client.create(customerBody()))).toBeGreaterThanOrEqual(39);
  expect(await timed(client.search('x'))).toBeGreaterThanOrEqual(24);
});

it.each([
  ['PATCH', 'settings', { replay: 'maybe' }, 400, 'replay must be one of'],
  ['PATCH', 'settings', { reply: 1 }, 400, 'there is no setting "reply"'],
  ['PATCH', 'settings', { visibilityDelay: [2, 1] }, 400, 'visibilityDelay'],
  ['PUT', 'throttle', {}, 400, 'forMs or perSecond'],
  ['PUT', 'outage', { mode: 'flood' }, 400, 'mode'],
  ['PUT', 'domains/x.onmicrosoft.com', { owner: 'nobody' }, 400, 'owner'],
  ['GET', 'journal?since=x', undefined, 400, 'since'],
  ['GET', 'nothing', undefined, 404, 'there is no GET'],
  ['GET', 'domains/%zz', undefined, 400, 'not a valid part'],
  ['POST', 'faults', [], 400, 'JSON object'],
])('answers %s %s %j with %i', async (method, path, body, status, message) => {
  const reply = await client.control(method, path, body);
  expect(reply.status).toBe(status);
  expect(reply.json.error).toContain(message);
});

it('changes no setting when one of them is wrong', async () => {
  await client.control('PATCH', 'settings', { bom: 'none', replay: 'maybe' });
  expect((await client.control('GET', 'settings')).json.bom).toBe('success');
});

it('is healthy, and refuses bodies above 1 MiB', async () => {
  expect((await client.control('GET', 'healthz')).json.status).toBe('ok');
  const reply = await client.create(JSON.stringify({ x: 'x'.repeat(1_048_577) }));
  expect(reply.status).toBe(413);
});
