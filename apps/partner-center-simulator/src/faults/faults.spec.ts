import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { customerBody, eventually, TestClient } from '../../test/client.js';
import { ERROR_SHAPES } from '../api/error-body.js';

let client: TestClient;
beforeAll(async () => {
  client = await TestClient.start();
});
beforeEach(() => client.reset());
afterAll(() => client.close());

const tenants = async () => (await client.summary()).tenants;

describe('the connection', () => {
  it.each(['reset', 'close'])('%s before the commit leaves nothing, after it a tenant', async (kind) => {
    await client.fault({ kind });
    await expect(client.create(customerBody())).rejects.toThrow();
    expect(await tenants()).toBe(0);
    await client.fault({ kind, when: 'after' });
    await expect(client.create(customerBody())).rejects.toThrow();
    expect(await tenants()).toBe(1);
    expect((await client.create(customerBody())).status).toBe(201);
  });

  it('is really reset, not closed', async () => {
    await client.fault({ kind: 'reset' });
    await expect(client.create(customerBody())).rejects.toMatchObject({ code: 'ECONNRESET' });
  });

  it('hangs without an answer and ends after the given time; the same request id then finds the tenant', async () => {
    await client.fault({ kind: 'hang', ms: 20, when: 'after' });
    const requestId = randomUUID();
    const body = customerBody();
    await expect(client.create(body, { requestId })).rejects.toThrow();
    expect((await client.create(body, { requestId })).status).toBe(201);
    expect(await tenants()).toBe(1);
  });

  it('breaks off in the middle of the announced body', async () => {
    await client.fault({ kind: 'truncated', bytes: 10 });
    await expect(client.create(customerBody())).rejects.toThrow();
    expect(await tenants()).toBe(1);
  });
});

describe('the answer', () => {
  const source = 'PartnerApiServiceControllers';
  const legacy = { error_code: 800003, message: 'why', parameters: {} };
  const shapes: Record<(typeof ERROR_SHAPES)[number], unknown> = {
    A: { code: 800003, description: 'why', data: [], source },
    B: { code: '800003', description: 'why', data: [], source },
    C: {
      code: 800003,
      message: 'why',
      description: 'why',
      errorName: 'UnclassifiedError',
      isRetryable: false,
      parameters: {},
      errorMessageExtended: 'InternalErrorCode=800003',
    },
    D: { statusCode: 503, message: 'why' },
    E: '',
    F: 'Service Unavailable',
    G: { code: 800003, description: 'why', data: {}, other_errors: [legacy] },
    H: { code: 2007, description: expect.stringMatching(/^\{"code":"60071","reason":"why"/), data: [], source },
    oauth: { error: '800003', error_description: 'why', error_codes: [0], timestamp: expect.any(String) },
  };
  it.each(ERROR_SHAPES)('has the error shape %s', async (shape) => {
    await client.fault({
      kind: 'status',
      status: 503,
      shape,
      code: 800003,
      description: 'why',
      headers: { 'X-A': 'b' },
    });
    const reply = await client.create(customerBody());
    expect(reply.status).toBe(503);
    expect(reply.headers['x-a']).toBe('b');
    expect(reply.json ?? reply.bytes.toString()).toEqual(shapes[shape]);
  });

  it.each([500, 502, 503, 504, 408])('is %i before the commit or after it', async (status) => {
    await client.fault({ kind: 'status', status });
    expect((await client.create(customerBody())).status).toBe(status);
    expect(await tenants()).toBe(0);
    await client.fault({ kind: 'status', status, when: 'after' });
    expect((await client.create(customerBody())).status).toBe(status);
    expect(await tenants()).toBe(1);
  });

  it('is an HTML page of a gateway, before the commit', async () => {
    await client.fault({ kind: 'html' });
    const reply = await client.create(customerBody());
    expect([reply.status, reply.headers['content-type']]).toEqual([502, 'text/html; charset=utf-8']);
    expect(reply.bytes.toString()).toMatch(/^<!DOCTYPE html>/);
    expect(await tenants()).toBe(0);
  });

  it.each([
    ['empty', ''],
    ['garbage', '{"id":\u0000\ufffd<<<'],
  ])('is a 201 with an %s body although the tenant is there', async (kind, text) => {
    await client.fault({ kind });
    const reply = await client.create(customerBody());
    expect([reply.status, reply.bytes.toString()]).toEqual([201, text]);
    expect(await tenants()).toBe(1);
  });

  it('is any bytes wished for', async () => {
    await client.fault({ kind: 'raw', body: 'hello', contentType: 'text/x', status: 207 });
    const reply = await client.create(customerBody());
    expect([reply.status, reply.bytes.toString(), reply.headers['content-type']]).toEqual([207, 'hello', 'text/x']);
  });

  it('names another tenant or another domain', async () => {
    await client.fault({ kind: 'wrongTenant' });
    const tenant = (await client.create(customerBody())).json;
    expect(tenant.companyProfile.tenantId).not.toBe(tenant.id);
    await client.fault({ kind: 'wrongDomain' });
    const domain = (await client.create(customerBody())).json.companyProfile.domain;
    expect(domain).toBe('someoneelse.onmicrosoft.com');
  });

  it.each([
    ['seconds', /^57$/],
    ['date', /^\w{3}, \d\d \w{3} \d{4} .* GMT$/],
    ['absurd', /^999999999$/],
    ['absent', /^undefined$/],
  ])('is a 429 of the gateway with Retry-After %s', async (form, retryAfter) => {
    await client.fault({ kind: 'throttle', form });
    const reply = await client.create(customerBody());
    expect(reply.json).toEqual({ statusCode: 429, message: 'Rate limit is exceeded. Try again in 57 seconds.' });
    expect(String(reply.headers['retry-after'])).toMatch(retryAfter);
  });

  it.each([
    ['ordinary', 400],
    ['900420', 900420],
    ['900421', 900421],
    ['emptyMfa', undefined],
  ])('is the 401 %s', async (variant, code) => {
    await client.fault({ kind: 'unauthorized', variant });
    const reply = await client.create(customerBody());
    expect([reply.status, reply.json?.code]).toEqual([401, code]);
    expect(reply.headers['www-authenticate'] === 'Bearer error="invalid_token"').toBe(variant === 'emptyMfa');
  });

  it('comes late: the same request id waits for it instead of making a second tenant', async () => {
    await client.fault({ kind: 'delay', delayMs: 50 });
    const requestId = randomUUID();
    const body = customerBody();
    const started = performance.now();
    const slow = client.create(body, { requestId });
    await eventually('the call is under way', async () => (await client.summary()).inFlight === 1);
    const again = await client.create(body, { requestId });
    expect(performance.now() - started).toBeGreaterThan(45);
    expect((await slow).json.id).toBe(again.json.id);
  });
});

describe('the match', () => {
  it.each([
    ['domain', { domain: 'HIT.onmicrosoft.com' }],
    ['domain prefix', { domainPrefix: 'Hit' }],
    ['request id', { requestId: '11111111-1111-4111-8111-11111111111A' }],
    ['correlation id', { correlationId: '22222222-2222-4222-8222-22222222222B' }],
  ])('is by %s, whatever the casing', async (_, match) => {
    await client.fault({ kind: 'status', status: 418 }, match);
    expect((await client.create(customerBody(), { correlationId: randomUUID() })).status).toBe(201);
    const hit = await client.create(customerBody({ company: { domain: 'hit.onmicrosoft.com' } }), {
      requestId: '11111111-1111-4111-8111-11111111111a',
      correlationId: '22222222-2222-4222-8222-22222222222b',
    });
    expect(hit.status).toBe(418);
  });

  it('is by operation: each has its own faults, the token endpoint too', async () => {
    await client.fault({ kind: 'status', status: 500 }, { operation: ['search', 'audit'] }, { times: 'forever' });
    await client.fault(
      { kind: 'status', status: 503, shape: 'oauth', code: 'temporarily_unavailable' },
      { operation: 'token' },
    );
    expect((await client.create(customerBody())).status).toBe(201);
    expect((await client.search('x')).status).toBe(500);
    expect((await client.get('/v1/auditrecords')).status).toBe(500);
    expect((await client.send('HEAD', '/v1/domains/x.onmicrosoft.com')).status).toBe(404);
    const token = await client.fetchToken();
    expect([token.status, token.json.error]).toEqual([503, 'temporarily_unavailable']);
    expect((await client.fetchToken()).status).toBe(200);
  });

  it('begins with the nth call and ends after so many times', async () => {
    await client.fault({ kind: 'status', status: 500 }, { operation: 'create' }, { nth: 2, times: 2 });
    const statuses = [];
    for (let i = 0; i < 5; i++) statuses.push((await client.create(customerBody())).status);
    expect(statuses).toEqual([201, 500, 500, 201, 201]);
    const { active, spent } = (await client.control('GET', 'faults')).json;
    expect([active.length, spent[0].hits]).toEqual([0, 2]);
  });

  it('holds in a window of time', async () => {
    await client.fault({ kind: 'status', status: 500 }, { startInMs: 60_000, forMs: 60_000 }, { times: 'forever' });
    const statuses = [];
    for (let i = 0; i < 3; i++) {
      statuses.push((await client.create(customerBody())).status);
      await client.control('POST', 'clock', { advanceMs: 61_000 });
    }
    expect(statuses).toEqual([201, 500, 201]);
  });

  it('with a probability hits the same calls again with the same seed', async () => {
    const run = async () => {
      await client.control('POST', 'reset');
      await client.control('PATCH', 'settings', { seed: 7 });
      await client.fault({ kind: 'status', status: 500 }, {}, { times: 'forever', probability: 0.5 });
      const statuses = [];
      for (let i = 0; i < 30; i++) statuses.push((await client.create(customerBody())).status);
      return statuses;
    };
    const first = await run();
    expect(new Set(first).size).toBe(2);
    expect(await run()).toEqual(first);
  });

  it('ends when the fault is removed', async () => {
    const { id } = (await client.fault({ kind: 'reset' }, {}, { times: 'forever' })).json;
    expect((await client.control('DELETE', `faults/${id}`)).status).toBe(200);
    expect((await client.control('DELETE', `faults/${id}`)).status).toBe(404);
    expect((await client.create(customerBody())).status).toBe(201);
  });
});

it.each([
  [{ action: {} }, 'action.kind'],
  [{ action: { kind: 'explode' } }, 'action.kind'],
  [{ action: { kind: 'status' } }, 'action.status is missing'],
  [{ action: { kind: 'status', status: 500, shape: 'Z' } }, 'action.shape'],
  [{ action: { kind: 'truncated', when: 'before' } }, 'action.when'],
  [{ action: { kind: 'delay' } }, 'action.delayMs'],
  [{ action: { kind: 'reset' }, match: { operation: 'creat' } }, 'match.operation'],
  [{ action: { kind: 'reset' }, match: { domian: 'x' } }, 'domian: no such member'],
  [{ action: { kind: 'reset' }, times: 0 }, 'times'],
])('refuses the order %j and says why', async (order, message) => {
  const reply = await client.control('POST', 'faults', order);
  expect(reply.status).toBe(400);
  expect(reply.json.error).toContain(message);
});
