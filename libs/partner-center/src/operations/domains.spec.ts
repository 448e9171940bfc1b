import { afterEach, describe, expect, it } from 'vitest';
import { startRawServer } from '../../test-support/local-server.js';
import { CALL, clientsOfTests } from '../../test-support/with-client.js';

describe('domains.isAvailable', () => {
  const start = clientsOfTests(afterEach);

  it.each([
    [404, { kind: 'answered', value: true }],
    [200, { kind: 'answered', value: false }],
    [201, { kind: 'failed', httpStatus: 201 }],
    [204, { kind: 'failed', httpStatus: 204 }],
    [302, { kind: 'failed', httpStatus: 302 }],
    [400, { kind: 'failed', why: 'refused', httpStatus: 400 }],
    [401, { kind: 'account-refused' }],
    [403, { kind: 'failed', why: 'held', httpStatus: 403 }],
    [410, { kind: 'failed', why: 'refused', httpStatus: 410 }],
    [429, { kind: 'throttled', retryAfterMs: 7000 }],
    [500, { kind: 'failed', why: 'server-error', httpStatus: 500 }],
    [503, { kind: 'failed', why: 'server-error', httpStatus: 503 }],
  ])('reads HTTP %i', async (status, expected) => {
    const { client, seen } = await start((_, response) => response.writeHead(status, { 'retry-after': '7' }).end());
    expect(await client.domains.isAvailable('a.onmicrosoft.com', CALL)).toMatchObject(expected);
    expect(seen()[0]).toMatchObject({ method: 'HEAD', url: '/v1/domains/a.onmicrosoft.com' });
  });

  it('never calls a domain available when the connection is lost', async () => {
    const server = await startRawServer((socket) => socket.destroy());
    const { client } = await start((_, response) => response.end(), { baseUrl: server.url });
    expect(await client.domains.isAvailable('a', CALL)).toMatchObject({ kind: 'failed', why: 'connection-lost' });
    await server.close();
  });

  it('keeps a domain in its segment of the address', async () => {
    const { client, seen } = await start((_, response) => response.end());
    await client.domains.isAvailable('a/../b?c#d', CALL);
    expect(seen()[0]?.url).toBe('/v1/domains/a%2F..%2Fb%3Fc%23d');
  });
});
